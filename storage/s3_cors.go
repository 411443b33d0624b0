package storage

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/minio/minio-go/v7/pkg/cors"
)

// allowOrigins lets pages of our origins send parts and read downloads: it
// adds one rule to the bucket's CORS configuration unless that allows it
// already, and leaves other rules alone. Where it may not (or where the
// server has no such call and answers every origin, as MinIO does), it logs
// the rule to set.
func (b *s3) allowOrigins(ctx context.Context, origins []string) {
	rule := corsRule(origins)
	config, err := b.core.GetBucketCors(ctx, b.bucket)
	if err == nil && config != nil && slices.ContainsFunc(config.CORSRules, func(r cors.Rule) bool { return covers(r, rule) }) {
		return
	}
	if err == nil {
		var rules []cors.Rule
		if config != nil {
			rules = slices.DeleteFunc(config.CORSRules, func(r cors.Rule) bool { return r.ID == rule.ID })
		}
		err = b.core.SetBucketCors(ctx, b.bucket, cors.NewConfig(append(rules, rule)))
	}
	if err != nil {
		text, _ := json.Marshal([]cors.Rule{rule}) // strings only: cannot fail
		b.log.Warn("storage: could not set the bucket's CORS rule; browsers need this one", "rule", string(text), "err", err)
	}
}

func corsRule(origins []string) cors.Rule {
	return cors.Rule{
		ID:            "assay",
		AllowedOrigin: origins,
		AllowedMethod: []string{"GET", "HEAD", "PUT"},
		AllowedHeader: []string{"*"},
		ExposeHeader:  []string{"ETag", "Content-Length", "Content-Range", "Accept-Ranges"},
		MaxAgeSeconds: 3600,
	}
}

// covers says whether rule r allows all that want does.
func covers(r, want cors.Rule) bool {
	has := func(list, all []string) bool {
		return slices.Contains(list, "*") || !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(list, s) })
	}
	return has(r.AllowedOrigin, want.AllowedOrigin) && has(r.AllowedMethod, want.AllowedMethod) &&
		has(r.AllowedHeader, want.AllowedHeader) && has(r.ExposeHeader, []string{"ETag"})
}
