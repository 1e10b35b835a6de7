// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// noTemplate : the policy says where objects of the custom kind say what they run, and this one says it nowhere there.
// It may name something else to run, which can change without it; nobody can approve what is not shown.
func noTemplate(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	resource, gated := gatedAs(policy, h.Change)
	if !gated || len(resource.TemplatePaths) == 0 || h.Change.Operation != v1alpha1.OperationApply ||
		slices.ContainsFunc(resource.TemplatePaths, func(at string) bool {
			_, found := workload.Field(h.Change.Content, at)
			return found
		}) {
		return nil
	}
	paths := strings.Join(resource.TemplatePaths, " or ")
	return []Reason{{
		Code: ReasonNoTemplate,
		Detail: fmt.Sprintf("it has nothing at %s, where policy %s looks for what it runs, and so runs what nobody can "+
			"see in it", paths, policy.Name),
		Needs:   fmt.Sprintf("what it runs to be written at %s (policy %s)", paths, policy.Name),
		Command: "kubectl get promotionpolicy " + policy.Name + " -o yaml",
	}}
}
