package source

import (
	"context"
)

func openCSV(ctx context.Context, r *input, d Dialect, o Options, l Limits) (Scanner, error) {
	return nil, unsupported("not yet", "")
}
