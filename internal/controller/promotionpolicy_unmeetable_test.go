// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestUnmeetable(t *testing.T) {
	approver := func(name string, conflicts ...v1alpha1.RoleName) v1alpha1.PipelineRole {
		return v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{"production"},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityApprove}, ConflictsWith: conflicts,
		}}
	}
	viewer := approver("viewers")
	viewer.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityView}
	roles := []v1alpha1.PipelineRole{approver("red"), approver("green", "blue"), approver("blue"), viewer}
	anyOf := func(names ...v1alpha1.RoleName) v1alpha1.ApproverSource { return v1alpha1.ApproverSource{AnyOf: names} }
	allOf := func(names ...v1alpha1.RoleName) v1alpha1.ApproverSource { return v1alpha1.ApproverSource{AllOf: names} }
	const conflict = "rule sign-off wants one person to hold both blue and green, which conflict: nobody may; write a " +
		"rule for each"
	for name, test := range map[string]struct {
		reason   string
		from     v1alpha1.ApproverSource
		want     string
		problems []string
	}{
		"Any":       {reason: "two roles, one of them is enough", from: anyOf("blue", "green")},
		"All":       {reason: "two roles that may be held together", from: allOf("red", "green")},
		"Conflicts": {"two that may not", allOf("red", "blue", "green"), v1alpha1.ReasonRolesConflict, []string{conflict}},
		"Missing": {
			"a role that was never made, among those to be held", allOf("red", "nobodys"), v1alpha1.ReasonRoleNotFound,
			[]string{"PipelineRole nobodys does not exist; create it, or name another"},
		},
		"CannotApprove": {
			"a role that only looks", allOf("red", "viewers"), v1alpha1.ReasonRoleCannotApprove,
			[]string{"PipelineRole viewers has no capability Approve in environment production; add it"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			policy := v1alpha1.PromotionPolicy{Spec: v1alpha1.PromotionPolicySpec{
				Environment: "production", Approvals: []v1alpha1.ApprovalRule{{Name: "sign-off", From: test.from}},
			}}
			got, problems := unmeetable(policy, roles)
			if diff := cmp.Diff(test.problems, problems); got != test.want || diff != "" {
				t.Errorf("%s: %q, want %q; -want, +got:\n%s", test.reason, got, test.want, diff)
			}
		})
	}
}

// TestAbsentHolders: a role that was never made lets nobody declare an emergency or override a window, and that is not
// found out on the night.
func TestAbsentHolders(t *testing.T) {
	roles := []v1alpha1.PipelineRole{{ObjectMeta: metav1.ObjectMeta{Name: "commanders"}}}
	source := func(names ...v1alpha1.RoleName) v1alpha1.HolderSource { return v1alpha1.HolderSource{AnyOf: names} }
	for name, test := range map[string]struct {
		reason              string
		emergency, override v1alpha1.HolderSource
		want                string
		problems            []string
	}{
		"There": {reason: "they need no capability", emergency: source("commanders"), override: source("commanders")},
		"Emergency": {
			"one of two is missing", source("commanders", "nobodys"), source("commanders"), v1alpha1.ReasonRoleNotFound,
			[]string{"PipelineRole nobodys, which spec.emergency.from names, does not exist; create it, or name another"},
		},
		"Override": {
			"nobody could override a window", source("commanders"), source("nobodys"), v1alpha1.ReasonRoleNotFound,
			[]string{"PipelineRole nobodys, which spec.windowOverride names, does not exist; create it, or name another"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := unmeetable(v1alpha1.PromotionPolicy{Spec: v1alpha1.PromotionPolicySpec{
				Emergency: &v1alpha1.EmergencyRule{From: test.emergency}, WindowOverride: &test.override,
			}}, roles)
			if diff := cmp.Diff(test.problems, problems); got != test.want || diff != "" {
				t.Errorf("%s: %q, want %q; -want, +got:\n%s", test.reason, got, test.want, diff)
			}
		})
	}
}
