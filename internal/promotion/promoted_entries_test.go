// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestSourceEntries(t *testing.T) {
	staging := v1alpha1.PromotionSource{Environment: "staging", SoakSeconds: 3600}
	qa := v1alpha1.PromotionSource{Environment: "qa"}
	const image = "registry.example.com/checkout" + digestA
	promoting := func(sources ...v1alpha1.PromotionSource) step {
		return also(policy("production", needs(1, "release", "release-managers"), from("Any", sources...)))
	}
	for name, tt := range map[string]struct {
		reason string
		given  []step
		want   [][]string
	}{
		"NoOrder": {
			reason: "nothing has to have run anywhere",
			given:  []step{policy("production", needs(1, "release", "release-managers")), ranIn("qa", image)},
		},
		"EachSource": {
			reason: "each source has those that are enough there, and the ones of no policy are left out",
			given: []step{
				promoting(staging, qa), ranIn("qa", image), ranIn("staging", image, available(2*time.Hour, 0)),
				ranIn("staging", image, available(3*time.Hour, 0)), ranIn("dev", image),
			},
			want: [][]string{{"shop-staging", "shop-staging"}, {"shop-qa"}},
		},
		"NotYet": {
			reason: "what has not been available for long enough does not do, nor do other images",
			given: []step{
				promoting(staging, qa), ranIn("staging", image, available(time.Minute, 0)),
				ranIn("qa", "registry.example.com/checkout"+digestB),
			},
			want: [][]string{nil, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := story(append(tt.given, images(image))...)
			var got [][]string
			for _, entries := range promotion.SourceEntries(c, noon) {
				var in []string
				for _, entry := range entries {
					in = append(in, entry.Namespace)
				}
				got = append(got, in)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
