// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// human is one of a few people of a random story, and nobody is none of them. Who is who is known here, and is not
// worked out from names.
type human int

const (
	nobody human = iota - 1
	humans       = 6
)

// author of random stories.
type author struct {
	*rand.Rand
	who map[string]human
}

func newAuthor(seed uint64) author {
	a := author{Rand: rand.New(rand.NewPCG(seed, 7)), who: map[string]human{}}
	for h, logins := range accounts {
		for _, login := range logins {
			a.who[login.Username] = human(h)
		}
	}
	for _, name := range notPeople {
		a.who[name] = nobody
	}
	return a
}

// accounts of each human: logins that differ in case or in what authenticates them and, of every other human, one of
// another name and the same UID.
var accounts = [humans][]v1alpha1.UserReference{
	{{Username: "human0@example.com", UID: "0"}, {Username: "alias0@example.com", UID: "0"}},
	{{Username: "human1@example.com"}, {Username: "Human1@Example.com"}, {Username: "oidc:human1@example.com"}},
	{{Username: "human2@example.com", UID: "2"}, {Username: "HUMAN2@example.com", UID: "2"}, {Username: "two", UID: "2"}},
	{{Username: "human3@example.com"}, {Username: "oidc:Human3@example.com"}},
	{{Username: "human4@example.com", UID: "4"}, {Username: "alias4@example.com", UID: "4"}},
	{{Username: "human5@example.com"}, {Username: "Human Five <human5@example.com>"}},
}

// disguise of human 1, with a Cyrillic а.
const disguise = "humаn1@example.com"

// notPeople are logins that count for nobody.
var notPeople = []string{bot, controller, "system:admin", disguise, "stranger ", ""}

func pick[T any](a author, all ...T) T { return all[a.IntN(len(all))] }

func (a author) chance(percent int) bool { return a.IntN(100) < percent }

func (a author) person() v1alpha1.UserReference {
	return pick(a, accounts[a.IntN(humans)]...)
}

func (a author) anybody() v1alpha1.UserReference {
	if a.chance(10) {
		return v1alpha1.UserReference{Username: pick(a, notPeople...)}
	}
	return a.person()
}

// story : some policies, some roles, perhaps a request or two, and what people said about them.
func (a author) story() promotion.Case {
	steps := []step{noPolicy}
	for i := range pick(a, 0, 1, 1, 1, 2, 3) {
		steps = append(steps, a.policy(fmt.Sprintf("policy-%d", i)))
	}
	for i := range 4 {
		steps = append(steps, a.role(fmt.Sprintf("role-%d", i)))
	}
	deployer := a.anybody()
	steps = append(steps, func(c *promotion.Case) { c.Change.Deployer = deployer })
	if a.chance(10) {
		steps = append(steps, deleting)
	}
	if a.chance(20) {
		steps = append(steps, a.attempt(), stalled(v1alpha1.ReasonSuperseded))
	}
	if a.chance(95) {
		steps = append(steps, a.attempt())
	}
	return story(steps...)
}

func (a author) policy(name string) step {
	terms := []func(*v1alpha1.PromotionPolicySpec){rollback(v1alpha1.RollbackRequireApproval, day)}
	for i := range pick(a, 1, 1, 2, 3) {
		asks := needs
		if a.chance(10) {
			asks = needsAll
		}
		terms = append(terms, asks(pick[int32](a, 0, 1, 1, 2), fmt.Sprintf("rule-%d", i), a.roles()...))
	}
	terms = append(terms, func(p *v1alpha1.PromotionPolicySpec) {
		p.ApprovalTTLSeconds, p.RequestTTLSeconds = pick[int32](a, 3600, 86400), pick[int32](a, 7201, 10800, 86400)
	})
	for _, term := range []func(*v1alpha1.PromotionPolicySpec){
		open, warns, audits, separatesDeployer, selecting(team("billing")), selecting(team("shop")), selecting(unreadable),
		in("staging"), lapsing, deletes(v1alpha1.DeletionAllow), pinned, imagesFrom("ghcr.io"),
		imagesFrom("registry.example.com", "checkout"),
	} {
		if a.chance(6) {
			terms = append(terms, term)
		}
	}
	return policy(name, terms...)
}

func (a author) roles() []v1alpha1.RoleName {
	all := []v1alpha1.RoleName{"role-0", "role-1", "role-2", "role-3", "role-unknown"}
	shuffle(a, all)
	return all[:pick(a, 1, 2, 3)]
}

func (a author) role(name string) step {
	var terms []func(*v1alpha1.PipelineRole)
	for range a.IntN(7) {
		var expire *metav1.Time
		if a.chance(20) {
			at := ago(pick(a, -time.Hour, 0, time.Hour))
			expire = &at
		}
		kind, name := v1alpha1.MemberUser, a.anybody().Username
		if a.chance(40) {
			kind, name = v1alpha1.MemberGroup, pick(a, "red", "green", "blue")
		}
		terms = append(terms, member(kind, name, expire))
	}
	if a.chance(5) {
		selector := pick(a, team("billing"), unreadable)
		terms = append(terms, func(r *v1alpha1.PipelineRole) { r.Spec.NamespaceSelector = selector })
	}
	if a.chance(5) {
		terms = append(terms, func(r *v1alpha1.PipelineRole) {
			r.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
		})
	}
	return role(name, terms...)
}

func (a author) attempt() step {
	requester, opener := a.anybody(), a.anybody()
	byGate, byAnother, forDeployer := a.chance(20), a.chance(10), a.chance(75)
	authors := []string{}
	for range pick(a, 0, 0, 1, 2) {
		// An author has no UID, by which another name of theirs would be known.
		writer := accounts[pick(a, 1, 3, 5)]
		authors = append(authors, fmt.Sprintf(pick(a, "%s", "Name <%s>", "Name, First <%s>"), pick(a, writer...).Username))
	}
	var deployer v1alpha1.UserReference
	now := func(c *promotion.Case) { deployer = c.Change.Deployer }
	steps := []step{now, asked("", by(authors...), func(r *v1alpha1.PromotionRequest) {
		if byGate && forDeployer {
			requester = deployer
		}
		r.Spec.Requester, r.Spec.OpenedBy = requester, requester
		switch {
		case byGate:
			r.Spec.OpenedBy = v1alpha1.UserReference{Username: operator}
		case byAnother:
			r.Spec.OpenedBy = opener
		}
		if a.chance(3) {
			r.Spec.Environment = "staging"
		}
	})}
	for n := range a.IntN(12) {
		steps = append(steps, a.decision(n))
	}
	if a.chance(5) {
		steps = append(steps, letIn(v1alpha1.EntryRuleApproved, 0))
	}
	return also(steps...)
}

// decision is one more after n.
func (a author) decision(n int) step {
	user, withdraws := a.anybody(), a.IntN(n+2)+1
	return func(c *promotion.Case) {
		kind := v1alpha1.DecisionApprove
		switch earlier := c.Attempts[len(c.Attempts)-1].Decisions; {
		case a.chance(10):
			kind = v1alpha1.DecisionWithdraw
			if withdraws <= len(earlier) && a.chance(80) {
				user = earlier[withdraws-1].Spec.Approver
			}
		case a.chance(3):
			kind = v1alpha1.DecisionReject
		case a.chance(2):
			kind = v1alpha1.DecisionRevoke
		}
		decided(kind, "", func(d *v1alpha1.Approval) {
			d.Spec.Approver = user
			d.Spec.Approver.Groups = a.groups()
			d.CreationTimestamp = ago(pick(a, 0, time.Minute, 50*time.Minute, time.Hour, day))
			a.damage(d)
			if kind == v1alpha1.DecisionWithdraw {
				d.Spec.Withdraws = promotion.ApprovalName(d.Spec.Request.Name, withdraws)
			}
		})(c)
	}
}

func (a author) groups() []string {
	groups := []string{"red", "green", "blue"}
	return slices.DeleteFunc(groups, func(string) bool { return a.chance(60) })
}

// damage makes of a few decisions something that they should not be.
func (a author) damage(d *v1alpha1.Approval) {
	for _, harm := range []func(*v1alpha1.Approval){beingDeleted, ofOldUID, ofOtherDigest} {
		if a.chance(3) {
			harm(d)
		}
	}
}
