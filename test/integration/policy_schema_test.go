// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestPolicySchema: what says nothing, or could never match, is refused with what to write instead.
func TestPolicySchema(t *testing.T) {
	from := func(registry string, repositories ...string) func(*v1alpha1.PromotionPolicySpec) {
		return func(p *v1alpha1.PromotionPolicySpec) {
			p.Images.Allowed = []v1alpha1.ImageSource{{Registry: registry, Repositories: repositories}}
		}
	}
	for name, test := range map[string]struct {
		reason string
		edit   func(*v1alpha1.PromotionPolicySpec)
		// says is what the API server answers; empty where it takes the policy.
		says string
	}{
		"Registry":      {"a whole host", from("registry.example.com:5000"), ""},
		"Patterns":      {"segments and stars", from("ghcr.io", "a/b-c/d__e", "*", "**", "a/*/b", "a/**"), ""},
		"Localhost":     {"a host without a dot", from("localhost"), ""},
		"Word":          {"a user of docker.io", from("registry"), "users of docker.io"},
		"LegacyHub":     {"two names", from("index.docker.io"), "write that"},
		"Capitals":      {"no runtime agrees", from("Registry.example.com"), "spec.images.allowed[0].registry"},
		"Scheme":        {"no address", from("https://ghcr.io"), "spec.images.allowed[0].registry"},
		"Path":          {"the path is a repository", from("ghcr.io/shop"), "spec.images.allowed[0].registry"},
		"PartOfSegment": {"no pattern within a segment", from("ghcr.io", "shop-*"), "repositories[0]"},
		"StarsFirst":    {"** is for the end", from("ghcr.io", "**/a"), "repositories[0]"},
		"Tag":           {"a repository has no tag", from("ghcr.io", "a:1"), "repositories[0]"},
		"Slash":         {"an empty segment", from("ghcr.io", "a//b"), "repositories[0]"},
		"BothApprovers": {"which of them?", func(p *v1alpha1.PromotionPolicySpec) {
			p.Approvals[0].From.AllOf = []v1alpha1.RoleName{"a", "b"}
		}, "write a rule for each"},
		"AllApprovers": {"roles to be held at once", func(p *v1alpha1.PromotionPolicySpec) {
			p.Approvals[0].From = v1alpha1.ApproverSource{AllOf: []v1alpha1.RoleName{"a", "b"}}
		}, ""},
		"WaitTooLong": {"it would lapse first", func(p *v1alpha1.PromotionPolicySpec) {
			p.MinimumWaitSeconds, p.RequestTTLSeconds = 3600, 3600
		}, "would lapse before"},
		"WaitDefault": {"nor within the default", func(p *v1alpha1.PromotionPolicySpec) {
			p.MinimumWaitSeconds = 604800
		}, "would lapse before"},
		"WaitInTime": {"there is a second to enter", func(p *v1alpha1.PromotionPolicySpec) {
			p.MinimumWaitSeconds, p.RequestTTLSeconds = 3600, 3601
		}, ""},
		"LapsesAtOnce": {"nobody could approve it", func(p *v1alpha1.PromotionPolicySpec) {
			p.RequestTTLSeconds = 299
		}, "300"},
		"OpenDeletion": {"open to deletions, too", func(p *v1alpha1.PromotionPolicySpec) {
			p.Entry, p.Approvals, p.Deletion.Mode = v1alpha1.EntryOpen, nil, v1alpha1.DeletionRequireApproval
		}, "lets deletions in like anything"},
		"Rules": {"the rules themselves", ofRules(), ""},
		"RulesElsewhere": {
			"they are in no other environment", gated(v1alpha1.Gate{Type: v1alpha1.GateRules}), "must be 'countersign' with",
		},
		"NotRules": {"nothing else is in it", func(p *v1alpha1.PromotionPolicySpec) {
			p.Environment = v1alpha1.RulesEnvironment
		}, "must be 'countersign' with gate"},
		"RulesAndMore": {"each by itself", ofRules(func(p *v1alpha1.PromotionPolicySpec) {
			p.Gates = append(p.Gates, v1alpha1.Gate{Type: v1alpha1.GateWorkloads})
		}), "another gate beside 'Rules'"},
		"RulesOpen": {"it would ask nobody", ofRules(openEntryOf), "must not be set"},
		"RulesTrusted": {"no controller writes rules alone", ofRules(func(p *v1alpha1.PromotionPolicySpec) {
			p.TrustedControllers = []v1alpha1.TrustedController{{
				ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "argocd", Name: "argocd"}, Resources: []string{"pods"},
			}}
		}), "must not be set"},
		"RulesDeletion": {"to delete one is to loosen", ofRules(func(p *v1alpha1.PromotionPolicySpec) {
			p.Deletion.Mode = v1alpha1.DeletionAllow
		}), "must not be set"},
		"CustomKind": {"one entry for each", gated(gateOf("rollouts"), gateOf("canaries")), ""},
		"NoResource": {"which?", gated(v1alpha1.Gate{Type: v1alpha1.GateResource, Name: "a"}), "to say which"},
		"NoName": {"nobody could tell it from others", gated(v1alpha1.Gate{
			Type: v1alpha1.GateResource, Resource: gateOf("rollouts").Resource,
		}), "is needed with type 'Resource'"},
		"NamedWorkloads": {
			"there is one", gated(v1alpha1.Gate{Type: v1alpha1.GateWorkloads, Name: "a"}), "one entry each",
		},
		"WorkloadsResource": {"they are all meant", gated(gateType(gateOf("a"), v1alpha1.GateWorkloads)), "with any other"},
		"Deployments":       {"they are gated by Workloads", gated(gateIn("apps", "deployments")), "type 'Workloads'"},
		"Ingresses":         {"by Routing", gated(gateIn("networking.k8s.io", "ingresses")), "'Routing'"},
		"Approvals":         {"they are what decides", gated(gateIn("countersign.dev", "approvals")), "of Countersign"},
		"Namespaces": {
			"API servers go by their own labels", gated(gateIn("hub.example.com", "namespaces")), "must not be 'namespaces'",
		},
		"SameTwice": {"which paths?", gated(gateOf("rollouts"), func() v1alpha1.Gate {
			gate := gateOf("rollouts")
			gate.Name = "again"
			return gate
		}()), "into one entry"},
		"NoRule": {"it would say nothing", func(p *v1alpha1.PromotionPolicySpec) {
			p.Images.Digests = v1alpha1.DigestOptional
		}, "says nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			policy := shop{environment: "schema", managers: "schema-managers"}.policy()
			test.edit(&policy.Spec)
			err := admin(t).Create(t.Context(), policy, client.DryRunAll)
			switch {
			case test.says == "" && err != nil:
				t.Errorf("%s: %v", test.reason, err)
			case test.says != "" && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), test.says)):
				t.Errorf("%s: want a refusal that says %q, got: %v", test.reason, test.says, err)
			}
		})
	}
}

func gated(gates ...v1alpha1.Gate) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) { p.Gates = gates }
}

func gateIn(group, resource string) v1alpha1.Gate {
	gate := gateOf(resource)
	gate.Resource.Group = group
	return gate
}

func gateType(gate v1alpha1.Gate, as v1alpha1.GateType) v1alpha1.Gate {
	gate.Type = as
	return gate
}

// ofRules makes it a policy about the rules themselves.
func ofRules(edits ...func(*v1alpha1.PromotionPolicySpec)) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Environment, p.Gates = v1alpha1.RulesEnvironment, []v1alpha1.Gate{{Type: v1alpha1.GateRules}}
		for _, edit := range edits {
			edit(p)
		}
	}
}

func openEntryOf(p *v1alpha1.PromotionPolicySpec) { p.Entry, p.Approvals = v1alpha1.EntryOpen, nil }
