// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestPromotedFrom : what has run where it must have run now must have run where it had to before.
func TestPromotedFrom(t *testing.T) {
	from := func(match v1alpha1.SourceMatch, sources ...v1alpha1.PromotionSource) policyEdit {
		return func(p *policySpec) { p.PromotedFrom = &v1alpha1.PromotionOrder{Match: match, Sources: sources} }
	}
	const every, either = v1alpha1.SourceMatchAll, v1alpha1.SourceMatchAny
	staging, test := v1alpha1.PromotionSource{Environment: "staging"}, v1alpha1.PromotionSource{Environment: "test"}
	others := v1alpha1.PromotionSource{
		Environment: "staging", Workloads: []v1alpha1.WorkloadMapping{{Name: "checkout", SourceName: "checkout-v2"}},
	}
	const less = "promotedFrom.sources[staging]: removed, or less of it"
	take(t, map[string]step{
		"FewerOfAny": {"one way less", from(either, staging, test), from(either, staging), ""},
		"MoreOfAny":  {"one way more", from(either, staging), from(either, staging, test), "promotedFrom: test is enough"},
		"OnlyOne":    {"any of one is all of it", from(every, staging), from(either, staging), ""},
		"OneOfSeveral": {"the other was needed too", from(every, staging, test), from(either, staging),
			"promotedFrom: staging is enough"},
		"AllOfAny": {"each of them was enough", from(either, staging, test), from(every, staging), ""},
		"AllOfOthers": {"none of them was enough", from(either, staging), from(every, test),
			"promotedFrom.sources: others, or less of them"},
		"Elsewhere":      {"another environment", from(every, staging), from(every, test), less},
		"OtherWorkloads": {"other workloads there", from(every, staging), from(every, others), less},
	})
}
