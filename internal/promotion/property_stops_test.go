// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"testing"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// stops are what can happen in an environment so that less gets in.
var stops = map[string]step{
	"a freeze":       frozen(""),
	"an open review": also(everywhere(declarable(v1alpha1.OverdueBlockEntry, "role-0")), unreviewed(time.Hour)),
}

// everywhere adds terms to all policies.
func everywhere(terms ...func(*v1alpha1.PromotionPolicySpec)) step {
	return func(c *promotion.Case) {
		policies := c.Policies
		c.Policies = nil
		for _, p := range policies {
			p = *p.DeepCopy()
			for _, term := range terms {
				term(&p.Spec)
			}
			c.Policies = append(c.Policies, p)
		}
	}
}

func TestStopsAreNeverEasier(t *testing.T) {
	held := map[string]int{}
	always(t, func(t *testing.T, _ author, c promotion.Case) {
		for name, stop := range stops {
			stopped := tell(c, stop)
			if easier(c, stopped, noon) {
				t.Errorf("%s lets it in", name)
			}
			if easier(stopped, c, noon) {
				held[name]++
			}
		}
	})
	for name := range stops {
		if held[name] == 0 {
			t.Errorf("%s never holds anything up", name)
		}
	}
}

// TestEmergencyNeedsAHolder : an emergency lets in only where its holder is a person, and a member of a role that every
// policy names which would keep the change out.
func TestEmergencyNeedsAHolder(t *testing.T) {
	let := 0
	always(t, func(t *testing.T, a author, c promotion.Case) {
		holder := a.anybody()
		holder.Groups = a.groups()
		c.Change.Deployer = holder
		emergent := tell(c, everywhere(declarable(v1alpha1.OverdueReport, a.roles()...)), declared(holder, 600))
		if !easier(c, emergent, noon) {
			return
		}
		let++
		m := model{Case: emergent, who: a.who, now: noon}
		if who := a.who[holder.Username]; who == nobody {
			t.Errorf("%q declares an emergency", holder.Username)
		}
		for _, result := range promotion.Evaluate(emergent, noon).Policies {
			if result.Rule == promotion.RuleEmergency && !m.belongs(emergent, result.Policy, holder) {
				t.Errorf("%q is no holder under %s", holder.Username, result.Policy)
			}
		}
	})
	if let < stories()/50 {
		t.Errorf("only %d stories are let in by an emergency", let)
	}
}

// belongs : the user is a member of a role that the policy names for emergencies. Unlike an approver, they need no
// capability Approve.
func (m model) belongs(c promotion.Case, policy string, user v1alpha1.UserReference) bool {
	for i := range m.Roles {
		m.Roles[i].Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityApprove}
	}
	for _, p := range c.Policies {
		if p.Name == policy {
			return m.holds(p.Spec.Emergency.From.AnyOf, user)
		}
	}
	return false
}
