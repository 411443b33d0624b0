package source

import "context"

func openJSON(ctx context.Context, r *input, d Dialect, o Options, l Limits) (Scanner, error) {
	return nil, unsupported("JSON", "")
}
