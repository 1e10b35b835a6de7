// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

func gatesConfiguration(p *v1alpha1.PromotionPolicySpec) {
	p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateConfiguration}}
}

// refers has the change come to refer to a ConfigMap that holds this now; empty is none.
func refers(name string, digest v1alpha1.Digest, optional ...bool) step {
	return func(c *promotion.Case) {
		c.Configuration = append(slices.Clone(c.Configuration), promotion.ConfigurationState{
			Reference: workload.Reference{
				Kind: v1alpha1.ConfigurationConfigMap, Name: name, Optional: slices.Contains(optional, true),
			}, Digest: digest,
		})
	}
}

// with records in a request what the ConfigMap held.
func with(name string, digest v1alpha1.Digest) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		r.Spec.Change.Configuration = append(r.Spec.Change.Configuration, v1alpha1.Configuration{
			Kind: v1alpha1.ConfigurationConfigMap, Name: name, Digest: digest,
		})
	}
}

func TestConfiguration(t *testing.T) {
	production := policy("production", needs(1, "release", "release-managers"), gatesConfiguration,
		rollback(v1alpha1.RollbackAllowEntered, 7*day))
	changed := []promotion.ReasonCode{promotion.ReasonConfigurationChanged}
	missing := []promotion.ReasonCode{promotion.ReasonConfigurationMissing}
	judge(t, map[string]verdict{
		"AsAsked": {
			reason: "it holds what it held", want: promotion.RuleApproved,
			given: story(production, refers("app", digest), asked(alice, with("app", digest)), approved(bob)),
		},
		"Changed": {
			reason: "somebody wrote to it since", because: changed,
			given: story(production, refers("app", otherDigest), asked(alice, with("app", digest)), approved(bob)),
		},
		"OneOfTwo": {
			reason: "each counts", because: changed,
			given: story(production, refers("app", digest), refers("log", otherDigest),
				asked(alice, with("app", digest), with("log", digest)), approved(bob)),
		},
		"Gone": {
			reason: "what was approved is not there", because: missing,
			given: story(production, refers("app", ""), asked(alice, with("app", digest)), approved(bob)),
		},
		"AskedBefore": {
			reason: "the request is from before the gate", because: changed,
			given: story(production, refers("app", digest), asked(alice), approved(bob)),
		},
		"NotThere": {
			reason: "nobody can approve what is not there", because: missing,
			given: story(production, refers("app", "")),
		},
		"OptionalNotThere": {
			reason: "Pods start without it", because: unasked,
			given: story(production, refers("app", "", true)),
		},
		"OptionalStillNot": {
			reason: "as it was asked for", want: promotion.RuleApproved,
			given: story(production, refers("app", "", true), asked(alice, with("app", "")), approved(bob)),
		},
		"OptionalByNow": {
			reason: "it was made after the approval", because: changed,
			given: story(production, refers("app", digest, true), asked(alice, with("app", "")), approved(bob)),
		},
		"ReturnsAsItWas": {
			reason: "what it refers to is as it was", want: promotion.RuleRollback,
			given: story(production, refers("app", digest), asked(alice, with("app", digest)), approved(bob, since(40*day)),
				entered(v1alpha1.EntryRuleApproved), replaced(day)),
		},
		"ReturnsToOther": {
			reason: "what it refers to was changed while nothing used it", because: unasked,
			given: story(production, refers("app", otherDigest), asked(alice, with("app", digest)),
				approved(bob, since(40*day)), entered(v1alpha1.EntryRuleApproved), replaced(day)),
		},
		"Open": {
			reason: "nobody is asked", want: promotion.RuleOpen,
			given: story(policy("production", open, gatesConfiguration), refers("app", "")),
		},
		"NoGate": {
			reason: "the policy does not look there", want: promotion.RuleApproved,
			given: story(refers("app", otherDigest), asked(alice, with("app", digest)), approved(bob)),
		},
		"Emergency": {
			reason: "it sets aside people and time, not what is let in", because: []promotion.ReasonCode{
				promotion.ReasonApprovalMissing, promotion.ReasonConfigurationChanged,
			},
			given: story(policy("production", needs(1, "release", "release-managers"), gatesConfiguration,
				declarable(v1alpha1.OverdueReport, "security")), refers("app", otherDigest),
				asked(alice, with("app", digest)), declaredFor(sam)),
		},
	})
}

// aboutConfigMap makes the change one of ConfigMap app, used like this.
func aboutConfigMap(users ...string) step {
	return func(c *promotion.Case) {
		c.Change.Object = workload.Identity{Resource: "configmaps", Namespace: "shop", Name: "app"}
		c.Change.Images, c.Change.Users = nil, users
	}
}

func TestConfigurationInUse(t *testing.T) {
	production := policy("production", needs(1, "release", "release-managers"), gatesConfiguration)
	judge(t, map[string]verdict{
		"InUse":  {reason: "like a workload", because: unasked, given: story(production, aboutConfigMap("deployments/web"))},
		"Unused": {reason: "nobody reads it", want: promotion.RuleUngated, given: story(production, aboutConfigMap())},
		"NoGate": {
			reason: "no policy asks", want: promotion.RuleUngated, given: story(aboutConfigMap("deployments/web")),
		},
		"Approved": {
			reason: "a change like any other", want: promotion.RuleApproved,
			given: story(production, aboutConfigMap("deployments/web"), asked(alice), approved(bob)),
		},
		"NotPromoted": {
			reason: "it runs no image that could have run elsewhere", want: promotion.RuleApproved,
			given: story(policy("production", needs(1, "release", "release-managers"), gatesConfiguration,
				from(v1alpha1.SourceMatchAll, v1alpha1.PromotionSource{Environment: "staging"})),
				aboutConfigMap("deployments/web"), asked(alice), approved(bob)),
		},
	})
}

func ofRollout(r *v1alpha1.PromotionRequest) {
	r.Spec.Change.Group, r.Spec.Change.Resource = "argoproj.io", "rollouts"
}

func TestAskedWith(t *testing.T) {
	const app = "app"
	requestOf := func(steps ...step) v1alpha1.PromotionRequest {
		c := story(append([]step{asked(alice, with(app, otherDigest))}, steps...)...)
		return c.Attempts[0].Request
	}
	returning := policy("production", needs(1, "release", "release-managers"),
		rollback(v1alpha1.RollbackAllowEntered, 7*day))
	elsewhere := policy("staging", in("staging"), rollback(v1alpha1.RollbackAllowEntered, 30*day))
	never := policy("never", rollback(v1alpha1.RollbackRequireApproval, 30*day))
	for name, test := range map[string]struct {
		reason  string
		request v1alpha1.PromotionRequest
		about   step
		stands  bool
	}{
		"Open":    {"it may be approved", requestOf(), aboutConfigMap(), true},
		"InPlace": {"it runs", requestOf(entered(v1alpha1.EntryRuleApproved)), aboutConfigMap(), true},
		"MayReturn": {
			"a week is not over", requestOf(entered(v1alpha1.EntryRuleApproved), replaced(day)), aboutConfigMap(), true,
		},
		"TooLongAgo": {
			"the week is over", requestOf(entered(v1alpha1.EntryRuleApproved), replaced(8*day)), aboutConfigMap(), false,
		},
		"Superseded": {"nothing enters by it", requestOf(stalled(v1alpha1.ReasonSuperseded)), aboutConfigMap(), false},
		"Deletion":   {"that swaps nothing", requestOf(), also(aboutConfigMap(), deleting), false},
		"DeletionInPlace": {
			"the workload stands against it by itself", requestOf(entered(v1alpha1.EntryRuleApproved)),
			also(aboutConfigMap(), deleting), false,
		},
		"DeletionUnderCustom": {
			"nothing else tells that it is used", requestOf(entered(v1alpha1.EntryRuleApproved), latest(ofRollout)),
			also(aboutConfigMap(), deleting), true,
		},
		"UnderCustom": {
			"it may have no Pods yet", requestOf(entered(v1alpha1.EntryRuleApproved), latest(ofRollout)), aboutConfigMap(),
			true,
		},
		"UnderGeneratedCustom": {"so it may", requestOf(entered(v1alpha1.EntryRuleApproved), latest(ofRollout),
			latest(func(r *v1alpha1.PromotionRequest) {
				r.Spec.Change.Name, r.Spec.Change.GenerateName = "", "web-"
			})), aboutConfigMap(), true},
		"UnderFormerCustom": {
			"what is there returns to it", requestOf(entered(v1alpha1.EntryRuleApproved), replaced(day), latest(ofRollout)),
			aboutConfigMap(), true,
		},
		"LongAgoUnderCustom": {
			"the week is over", requestOf(entered(v1alpha1.EntryRuleApproved), replaced(8*day), latest(ofRollout)),
			aboutConfigMap(), false,
		},
		"DeletionBesideCustom": {
			"it refers to another", requestOf(entered(v1alpha1.EntryRuleApproved), latest(ofRollout)),
			also(aboutConfigMap(), deleting, func(c *promotion.Case) { c.Change.Object.Name = "other" }), false,
		},
		"DeletionUnderReplaced": {
			"it is used no more", requestOf(entered(v1alpha1.EntryRuleApproved), replaced(day), latest(ofRollout)),
			also(aboutConfigMap(), deleting), false,
		},
		"DeletionUnderOpen": {"it is turned away", requestOf(latest(ofRollout)), also(aboutConfigMap(), deleting), false},
		"Workload":          {"is no configuration", requestOf(), also(), false},
		"SameContent": {
			"as it was asked for", requestOf(),
			also(aboutConfigMap(), func(c *promotion.Case) { c.Change.Digest = otherDigest }), false,
		},
		"OtherName": {"not this one", requestOf(), also(aboutConfigMap(), func(c *promotion.Case) {
			c.Change.Object.Name = "other"
		}), false},
		"Secret": {"not this kind", requestOf(), also(aboutConfigMap(), func(c *promotion.Case) {
			c.Change.Object.Resource = "secrets"
		}), false},
		"Generated": {"it never has the same name again", requestOf(entered(v1alpha1.EntryRuleApproved), latest(func(
			r *v1alpha1.PromotionRequest,
		) {
			r.Spec.Change.Name, r.Spec.Change.GenerateName = "", "web-"
		})), aboutConfigMap(), false},
		"Job": {"each run is asked for", requestOf(entered(v1alpha1.EntryRuleApproved), latest(func(
			r *v1alpha1.PromotionRequest,
		) {
			r.Spec.Change.Group, r.Spec.Change.Resource = "batch", "jobs"
		})), aboutConfigMap(), false},
	} {
		given := story(returning, elsewhere, never, test.about)
		got := promotion.AskedWith(given, []v1alpha1.PromotionRequest{test.request}, noon)
		var want []string
		if test.stands {
			want = []string{"request " + test.request.Name}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, test.reason, diff)
		}
	}
}

// TestAskedWithInOrder : whoever is told of them is told the same each time.
func TestAskedWithInOrder(t *testing.T) {
	var requests []v1alpha1.PromotionRequest
	for _, name := range []string{"b", "a"} {
		request := story(asked(alice, with("app", otherDigest))).Attempts[0].Request
		request.Name = name
		requests = append(requests, request)
	}
	got := promotion.AskedWith(story(aboutConfigMap()), requests, noon)
	if diff := cmp.Diff([]string{"request a", "request b"}, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestBearers : the token of a service account is used by whoever reads it.
func TestBearers(t *testing.T) {
	const token = `{"type":"kubernetes.io/service-account-token",` +
		`"metadata":{"annotations":{"kubernetes.io/service-account.name":"ci"}}}`
	secret := v1alpha1.Change{
		Operation: v1alpha1.OperationApply, Resource: "secrets", Name: "ci",
		Content: apiextensionsv1.JSON{Raw: []byte(token)},
	}
	for name, test := range map[string]struct {
		reason string
		with   func(*v1alpha1.Change)
		want   []string
	}{
		"Token": {"it is for them", func(*v1alpha1.Change) {},
			[]string{"whoever reads it, with the rights of service account ci"}},
		"Deletion":   {"takes it away", func(c *v1alpha1.Change) { c.Operation = v1alpha1.OperationDelete }, nil},
		"ConfigMap":  {"holds no token", func(c *v1alpha1.Change) { c.Resource = "configmaps" }, nil},
		"Workload":   {"holds none", func(c *v1alpha1.Change) { c.Group, c.Resource = "apps", "deployments" }, nil},
		"Opaque":     {"nor does it", func(c *v1alpha1.Change) { c.Content.Raw = []byte(`{"type":"Opaque"}`) }, nil},
		"Unreadable": {"no API server stores it", func(c *v1alpha1.Change) { c.Content.Raw = []byte(`[`) }, nil},
	} {
		change := secret
		test.with(&change)
		request := v1alpha1.PromotionRequest{Spec: v1alpha1.PromotionRequestSpec{Change: change}}
		if diff := cmp.Diff(test.want, promotion.ChangeOf(request).Users); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, test.reason, diff)
		}
	}
}

// TestCoversConfiguration : what a change refers to counts where a policy that governs it looks there.
func TestCoversConfiguration(t *testing.T) {
	looks := policy("production", needs(1, "release", "release-managers"), gatesConfiguration)
	for name, tc := range map[string]struct {
		reason string
		given  promotion.Case
		want   bool
	}{
		"Gated":       {"the policy looks there", story(looks), true},
		"Ungated":     {"no policy does", story(), false},
		"Elsewhere":   {"another one does", story(policy("staging", gatesConfiguration, in("staging"))), false},
		"Deletion":    {"what goes refers to nothing", story(looks, deleting), false},
		"ConfigMap":   {"it is the configuration itself", story(looks, aboutConfigMap("deployments/web")), false},
		"UnknownKind": {"it is of no gate, and all policies govern it", story(looks, changing("gadgets", "x")), true},
	} {
		if got := promotion.CoversConfiguration(tc.given); got != tc.want {
			t.Errorf("%s: %s: %t", name, tc.reason, got)
		}
	}
}
