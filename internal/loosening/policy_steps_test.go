// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

// step from one policy to another, and what is looser after it.
type step struct {
	reason        string
	before, after policyEdit
	want          string
}

func take(t *testing.T, steps map[string]step) {
	t.Helper()
	for name, s := range steps {
		if diff := cmp.Diff(s.want, joined(loosening.Policy(aPolicy(s.before), aPolicy(s.after), nil))); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, s.reason, diff)
		}
	}
}

func asIs(*policySpec) {}

// TestSelectors : they select the same, or it is looser.
func TestSelectors(t *testing.T) {
	selects := func(selector *metav1.LabelSelector) policyEdit {
		return func(p *policySpec) { p.NamespaceSelector = selector }
	}
	teams := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: "team", Operator: metav1.LabelSelectorOpExists},
	}}
	const looser = "namespaceSelector: selects other namespaces"
	take(t, map[string]step{
		"Empty":       {"either selects all", selects(nil), selects(&metav1.LabelSelector{}), ""},
		"Expressions": {"these select some", selects(nil), selects(teams), looser},
		"NoMore":      {"these selected some", selects(teams), selects(nil), looser},
	})
}

// TestGateOfAnotherKind : what was gated is gated no more, whatever it is called.
func TestGateOfAnotherKind(t *testing.T) {
	take(t, map[string]step{
		"Group": {"another group has such a resource", asIs, func(p *policySpec) {
			p.Gates[1].Resource.Group = "example.com"
		}, "gates: rollouts removed"},
		"Resource": {"another resource of that group", asIs, func(p *policySpec) {
			p.Gates[1].Resource.Resource = "experiments"
		}, "gates: rollouts removed"},
	})
}

// TestRepositories : every repository that may be used must have been one before.
func TestRepositories(t *testing.T) {
	allows := func(repository string) policyEdit {
		return func(p *policySpec) {
			p.Images.Allowed = []v1alpha1.ImageSource{{Registry: "ghcr.io", Repositories: []string{repository}}}
		}
	}
	take(t, map[string]step{
		"Inside":   {"** is one segment or more", allows("team/**"), allows("team/a/b"), ""},
		"Above":    {"** is not none", allows("team/**"), allows("team"), "images.allowed: ghcr.io/team added"},
		"Shorter":  {"* is one segment", allows("team/*"), allows("team"), "images.allowed: ghcr.io/team added"},
		"Longer":   {"it is another repository", allows("team"), allows("team/a"), "images.allowed: ghcr.io/team/a added"},
		"InMiddle": {"** matches at the end alone", allows("a/**/c"), allows("a/b"), "images.allowed: ghcr.io/a/b added"},
	})
}

// TestTrust : whatever a controller may do now, one entry must have let it do.
func TestTrust(t *testing.T) {
	const looser = "trustedControllers: cert-manager/cert-manager added, or trusted with more"
	trusting := func(change func(*v1alpha1.TrustedController)) policyEdit {
		return func(p *policySpec) { change(&p.TrustedControllers[0]) }
	}
	take(t, map[string]step{
		"Other": {"another account", asIs, trusting(func(c *v1alpha1.TrustedController) { c.ServiceAccount.Name = "argo" }),
			"trustedControllers: cert-manager/argo added, or trusted with more"},
		"Repository": {"another image", asIs, trusting(func(c *v1alpha1.TrustedController) {
			c.Repositories = []string{"quay.io/miner"}
		}), looser},
		"Owner": {"what another kind owns", asIs, trusting(func(c *v1alpha1.TrustedController) {
			c.OwnerKinds = []v1alpha1.OwnerKind{{Group: "apps", Kind: "Deployment"}}
		}), looser},
	})
}

// TestModes : a mode that is not known is not stricter, and what belongs to another mode does not matter.
func TestModes(t *testing.T) {
	ledger := func(mode v1alpha1.LedgerMode) policyEdit { return func(p *policySpec) { p.Ledger.Mode = mode } }
	sessions := func(mode v1alpha1.InteractiveMode, seconds int32) policyEdit {
		return func(p *policySpec) { p.Interactive = v1alpha1.Interactive{Mode: mode, SessionSeconds: seconds} }
	}
	take(t, map[string]step{
		"Ledger": {"nobody knows what it does", ledger(v1alpha1.LedgerOff), ledger("Later"), "ledger.mode: Off -> Later"},
		"Allow": {"sessions needed no approval", sessions(v1alpha1.InteractiveAllow, 600),
			sessions(v1alpha1.InteractiveAllow, 900), ""},
		"Deny": {"there are no sessions", sessions(v1alpha1.InteractiveRequireApproval, 600),
			sessions(v1alpha1.InteractiveDeny, 900), ""},
		"Override": {"there was nothing to override", func(p *policySpec) { p.Windows, p.WindowOverride = nil, nil },
			func(p *policySpec) { p.Windows = nil }, ""},
		"RequestTTL": {"requests lapse later", asIs, func(p *policySpec) { p.RequestTTLSeconds++ },
			"requestTTLSeconds: 7200 -> 7201"},
	})
}
