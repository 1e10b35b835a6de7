// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

func TestApproves(t *testing.T) {
	approver := v1alpha1.PipelineRole{Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"staging", "production"},
		Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityApprove},
	}}
	deployer := v1alpha1.PipelineRole{Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"production"},
		Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityDeploy},
	}}
	if !promotion.Approves(approver, "production") {
		t.Error("an approver of production does not approve there")
	}
	if promotion.Approves(approver, "test") || promotion.Approves(deployer, "production") {
		t.Error("who approves elsewhere, or does something else, approves")
	}
}

func TestRolesOf(t *testing.T) {
	c := story(policy("production", needs(1, "a", "security", "release-managers"), needs(1, "b", "release-managers")))
	want := []v1alpha1.RoleName{"release-managers", "security"}
	if diff := cmp.Diff(want, promotion.RolesOf(c.Policies[0])); diff != "" {
		t.Errorf("sorted and each once: -want, +got:\n%s", diff)
	}
	want = []v1alpha1.RoleName{"security", "release-managers"}
	if diff := cmp.Diff(want, c.Policies[0].Spec.Approvals[0].From.AnyOf); diff != "" {
		t.Errorf("the policy was changed: -want, +got:\n%s", diff)
	}
}

func TestRequirement(t *testing.T) {
	cases := map[string]struct {
		reason string
		terms  []func(*v1alpha1.PromotionPolicySpec)
		want   string
	}{
		"Open": {
			reason: "nobody is asked", terms: []func(*v1alpha1.PromotionPolicySpec){open}, want: "nothing; recorded only",
		},
		"OpenApprovals": {
			reason: "whatever it would ask for", want: "nothing; recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){needs(1, "release", "release-managers"), open},
		},
		"One": {
			reason: "one rule",
			terms:  []func(*v1alpha1.PromotionPolicySpec){needs(1, "release", "release-managers")},
			want:   "1 approval from release-managers",
		},
		"NoCount": {
			reason: "no number is one",
			terms:  []func(*v1alpha1.PromotionPolicySpec){needs(0, "release", "release-managers")},
			want:   "1 approval from release-managers",
		},
		"Several": {
			reason: "several rules",
			terms:  []func(*v1alpha1.PromotionPolicySpec){needs(2, "a", "red", "blue"), needs(1, "b", "green")},
			want:   "2 approvals from red or blue and 1 approval from green",
		},
		"AllOf": {
			reason: "roles to be held at once",
			terms: []func(*v1alpha1.PromotionPolicySpec){
				needsAll(1, "a", "red", "blue"), needsAll(2, "b", "red", "green", "blue"),
			},
			want: "1 approval from members of both red and blue and 2 approvals from members of all of red, green, blue",
		},
		"Deletions": {
			reason: "what needs less", want: "1 approval from red; deletions are recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){needs(1, "a", "red"), deletes(v1alpha1.DeletionAllow)},
		},
		"OpenDeletions": {
			reason: "everything is recorded only", want: "nothing; recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){open, deletes(v1alpha1.DeletionAllow)},
		},
		"Images": {
			reason: "what may run is asked too",
			terms: []func(*v1alpha1.PromotionPolicySpec){
				needs(1, "a", "red"), pinned, imagesFrom("ghcr.io"), imagesFrom("docker.io", "library/*", "acme/**"),
			},
			want: "1 approval from red; images named by digest, from ghcr.io or docker.io/library/* or docker.io/acme/**",
		},
		"OpenImages": {
			reason: "even where nobody is asked", want: "images named by digest; recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){open, pinned},
		},
		"ManyImages": {
			reason: "the first few", want: "images from " + strings.Repeat("r or ", 8) + "4 more; recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){open, func(p *v1alpha1.PromotionPolicySpec) {
				for range 12 {
					imagesFrom("r")(p)
				}
			}},
		},
		"AsManyImages": {
			reason: "all that there is room for", want: "images from " + strings.Repeat("r or ", 7) + "r; recorded only",
			terms: []func(*v1alpha1.PromotionPolicySpec){open, func(p *v1alpha1.PromotionPolicySpec) {
				for range 8 {
					imagesFrom("r")(p)
				}
			}},
		},
		"NoRoles": {
			reason: "a rule that nobody can meet",
			terms:  []func(*v1alpha1.PromotionPolicySpec){needs(1, "a")},
			want:   "1 approval from nobody",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := promotion.Requirement(story(noPolicy, policy("p", tc.terms...)).Policies[0]); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

func TestChangeOf(t *testing.T) {
	c := story(asked(alice))
	got, want := promotion.ChangeOf(c.Attempts[0].Request), c.Change
	want.Images, want.Deployer = nil, v1alpha1.UserReference{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a request asks for another change than it was opened for: -want, +got:\n%s", diff)
	}
}

// TestContentOfRequest : of a custom kind there is content to look into, if it can be read.
func TestContentOfRequest(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, group, content string
		want                   map[string]any
	}{
		"Custom":     {"policies say where to look", "argoproj.io", `{"spec":1}`, map[string]any{"spec": int64(1)}},
		"Unreadable": {"nobody knows what is in it", "argoproj.io", `{"spec":`, nil},
		"BuiltIn":    {"it is known what it runs", "apps", `{"spec":1}`, nil},
	} {
		request := v1alpha1.PromotionRequest{}
		request.Spec.Change.Group, request.Spec.Change.Content.Raw = tc.group, []byte(tc.content)
		if diff := cmp.Diff(tc.want, promotion.ChangeOf(request).Content); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, tc.reason, diff)
		}
	}
}

// TestPodSubresource : what is brought into a Pod through one, and nothing else.
func TestPodSubresource(t *testing.T) {
	through := func(operation v1alpha1.ChangeOperation, group, resource string) promotion.Change {
		return promotion.Change{
			Operation: operation, Object: workload.Identity{Group: group, Resource: resource}, Subresource: "resize",
		}
	}
	for name, tc := range map[string]struct {
		reason string
		change promotion.Change
		want   v1alpha1.PodSubresource
	}{
		"Pod":     {"it is resized", through(v1alpha1.OperationApply, "", "pods"), v1alpha1.SubresourceResize},
		"Session": {"nothing is brought in", through(v1alpha1.OperationConnect, "", "pods"), ""},
		"Service": {"it is no Pod", through(v1alpha1.OperationApply, "", "services"), ""},
		"Metrics": {"neither is that", through(v1alpha1.OperationApply, "metrics.k8s.io", "pods"), ""},
	} {
		if got := promotion.PodSubresource(tc.change); got != tc.want {
			t.Errorf("%s: %s: got %q, want %q", name, tc.reason, got, tc.want)
		}
	}
}
