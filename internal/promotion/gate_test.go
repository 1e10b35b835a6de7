// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// gating gives the policies of a story these gates.
func gating(types ...v1alpha1.GateType) step {
	return func(c *promotion.Case) {
		for i := range c.Policies {
			c.Policies[i].Spec.Gates = nil
			for _, gate := range types {
				c.Policies[i].Spec.Gates = append(c.Policies[i].Spec.Gates, v1alpha1.Gate{Type: gate})
			}
		}
	}
}

// service is what the story is about: services/checkout.
func service(c *promotion.Case) {
	c.Change.Object = workload.Identity{Resource: "services", Namespace: "shop", Name: "checkout"}
	c.Change.Images = nil
}

func TestGates(t *testing.T) {
	const routing, workloads = v1alpha1.GateRouting, v1alpha1.GateWorkloads
	judge(t, map[string]verdict{
		"Ungated": {
			reason: "nobody gates traffic, whoever changes it", want: promotion.RuleUngated,
			given: story(service, deployedBy(controller)),
		},
		"NoPolicy": {
			reason: "an environment without policies gates what runs, and nothing else", want: promotion.RuleUngated,
			given: story(service, func(c *promotion.Case) { c.Policies = nil }),
		},
		"Gated":        {reason: "a policy gates it", because: unasked, given: story(service, gating(workloads, routing))},
		"WorkloadsToo": {reason: "and what runs as before", because: unasked, given: story(gating(workloads, routing))},
		"RoutingAlone": {
			reason: "what runs is not let in because another gate has a policy", because: noneGoverns,
			given: story(gating(routing)),
		},
		"Unknown": {
			reason: "what belongs to no known gate is everybody's", because: unasked,
			given: story(gating(routing), func(c *promotion.Case) { c.Change.Object.Resource = "widgets" }),
		},
		"OneOfTwo": {
			reason: "only the policy with the gate is judged", because: unasked,
			given: story(service, gating(workloads), func(c *promotion.Case) {
				other := *c.Policies[0].DeepCopy()
				other.Name, other.Spec.Gates = "traffic", []v1alpha1.Gate{{Type: routing}}
				c.Policies = append(c.Policies, other)
			}),
		},
		"Trusted": {
			reason: "a controller of routes runs no images", want: promotion.RuleTrustedController,
			given: story(service, gating(routing), deployedBy(controller), trusting("services")),
		},
		"TrustedWithOthers": {
			reason: "it is listed for others", because: unlisted,
			given: story(service, gating(routing), deployedBy(controller), trusting("ingresses")),
		},
		"TrustedToRun": {
			reason: "what runs images needs their repositories", because: unlisted,
			given: story(deployedBy(controller), trusting("deployments")),
		},
	})
}

// trusting has the policies trust the controller with a resource, and with no repositories.
func trusting(resource string) step {
	return func(c *promotion.Case) {
		for i := range c.Policies {
			c.Policies[i].Spec.TrustedControllers = []v1alpha1.TrustedController{{
				ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "cert-manager", Name: "cert-manager"},
				Resources:      []string{resource},
			}}
		}
	}
}

// TestSessionsAreOfWorkloads : also where a Service leads to one, and whatever else a policy gates.
func TestSessionsAreOfWorkloads(t *testing.T) {
	throughService := also(changing("services", "https:web:8443"), subresource("proxy"))
	judge(t, map[string]verdict{
		"Service": {
			reason: "it leads to a Pod", because: []promotion.ReasonCode{promotion.ReasonNoSessions},
			given: connecting(v1alpha1.InteractiveDeny, throughService),
		},
		"OtherGate": {
			reason: "the policy says nothing of what runs", because: noneGoverns,
			given: connecting(v1alpha1.InteractiveAllow, policy("production", func(p *v1alpha1.PromotionPolicySpec) {
				p.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateRouting}}
			})),
		},
	})
}

// TestGatedResources : the custom kinds alone.
func TestGatedResources(t *testing.T) {
	c := story(gatingRollouts)
	if got := promotion.GatedResources(c.Policies[0]); len(got) != 1 || got[0].Resource != "rollouts" {
		t.Errorf("got %+v", got)
	}
}

func TestUngatedIsNotRecorded(t *testing.T) {
	decision := promotion.Evaluate(story(service), noon)
	if !decision.Allowed || decision.Recorded() || decision.MayRequest() {
		t.Errorf("what nobody gates is let in without a record: %+v", decision)
	}
}
