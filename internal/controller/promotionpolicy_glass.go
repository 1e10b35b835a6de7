// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/breakglass"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/environment"
)

// gapLook is how often to look, for the status, what has come in through a gap.
const gapLook = 15 * time.Second

// assessGlass says in condition Gated which namespaces of the policy are taken out of the gate, by whom and why. It
// returns when to look again.
func assessGlass(policy *v1alpha1.PromotionPolicy, namespaces []corev1.Namespace, now time.Time) time.Duration {
	var gaps []string
	for i := range namespaces {
		gap, there := breakglass.Of(&namespaces[i])
		if !there || !gap.Open || !governs(policy, namespaces[i].Labels) {
			continue
		}
		gaps = append(gaps, "Namespace "+namespaces[i].Name+" is out of the gate "+gap.String())
	}
	set := conditions.On(&policy.Status.Conditions, policy.Generation, now)
	if len(gaps) == 0 {
		set.Remove(v1alpha1.ConditionGated)
		return 0
	}
	set.Set(v1alpha1.ConditionGated, false, v1alpha1.ReasonBreakGlass, strings.Join(gaps, "; "))
	return gapLook
}

// governs tells whether the policy is for a namespace with these labels; one that cannot tell is for all.
func governs(policy *v1alpha1.PromotionPolicy, labels map[string]string) bool {
	matches, err := environment.Matches(labels, []v1alpha1.EnvironmentName{policy.Spec.Environment},
		policy.Spec.NamespaceSelector)
	return err != nil || matches
}
