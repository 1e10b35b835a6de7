// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

// Bounds of what a request says is looser.
const (
	mostLooser   = 64
	looserLength = 512
)

// loosened says what the change of a rule makes easier. The policies are all that there are.
func (g *Gate) loosened(
	ctx context.Context, r review, now, before map[string]any, policies []v1alpha1.PromotionPolicy,
) ([]string, error) {
	if r.change.Operation == v1alpha1.OperationDelete {
		now = nil
	}
	if r.req.Resource.Resource == "promotionpolicies" {
		return compareRules(now, before, func(after, before *v1alpha1.PromotionPolicy) []string {
			return loosening.Policy(before, after, policies)
		})
	}
	var roles v1alpha1.PipelineRoleList
	if err := g.Evidence.Records.List(ctx, &roles); err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	return compareRules(now, before, func(after, before *v1alpha1.PipelineRole) []string {
		return loosening.Role(before, after, roles.Items)
	})
}

// compareRules reads both states of a rule, and adds what this version of Countersign does not know of them: what it
// cannot order counts as looser.
func compareRules[T any, P interface {
	*T
	client.Object
}](now, before map[string]any, compare func(after, before P) []string) ([]string, error) {
	var states [2]P
	var looser []string
	for i, object := range []map[string]any{now, before} {
		if object == nil {
			continue
		}
		states[i] = new(T)
		err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, states[i], true)
		if runtime.IsStrictDecodingError(err) {
			looser = append(looser, "fields that this version of Countersign does not know: "+err.Error())
		} else if err != nil {
			return nil, fmt.Errorf("read the object: %w", err)
		}
	}
	return bounded(append(looser, compare(states[0], states[1])...)), nil
}

// bounded is no more than a request holds.
func bounded(looser []string) []string {
	if more := len(looser) - mostLooser; more > 0 {
		looser = append(looser[:mostLooser-1], fmt.Sprintf("and %d more", more+1))
	}
	for i, text := range looser {
		if runes := []rune(text); len(runes) > looserLength {
			looser[i] = string(runes[:looserLength-1]) + "…"
		}
	}
	return looser
}
