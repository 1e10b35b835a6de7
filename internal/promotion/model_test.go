// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"strings"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// model decides random stories a second time: from who is who, by trying out everything, and not fast. It knows only
// what random stories contain; trusted controllers and rollbacks are not among that.
type model struct {
	promotion.Case
	who map[string]human
	now time.Time
}

func (m model) allowed() bool {
	governing := m.governing()
	return len(governing) > 0 && !slices.ContainsFunc(governing, func(p v1alpha1.PromotionPolicy) bool {
		return p.Spec.Enforcement == v1alpha1.EnforcementEnforce &&
			(!m.mayRun(p) || !m.free(p) && !m.met(p))
	})
}

func (m model) governing() []v1alpha1.PromotionPolicy {
	var policies []v1alpha1.PromotionPolicy
	for _, p := range m.Policies {
		selector := p.Spec.NamespaceSelector
		selects := selector == nil || selector == unreadable || selector.MatchLabels["team"] == "shop"
		if p.Spec.Environment == "production" && selects {
			policies = append(policies, p)
		}
	}
	return policies
}

func (m model) free(p v1alpha1.PromotionPolicy) bool {
	return p.Spec.Entry == v1alpha1.EntryOpen ||
		m.Change.Operation == v1alpha1.OperationDelete && p.Spec.Deletion.Mode == v1alpha1.DeletionAllow
}

// mayRun : a deletion runs nothing. The one image of all random stories is of registry.example.com, and not pinned.
func (m model) mayRun(p v1alpha1.PromotionPolicy) bool {
	rules := p.Spec.Images
	return m.Change.Operation == v1alpha1.OperationDelete || rules.Digests == "" && (len(rules.Allowed) == 0 ||
		slices.ContainsFunc(rules.Allowed, func(s v1alpha1.ImageSource) bool { return s.Registry == "registry.example.com" }))
}

// met : the request is open, nobody objects, and some seating of the people who approved fills every place.
func (m model) met(p v1alpha1.PromotionPolicy) bool {
	attempt, open := m.open()
	request := attempt.Request
	if !open || m.lapsed() || m.rejected() || request.Status.Admission != nil || request.Spec.Environment != "production" {
		return false
	}
	var places []v1alpha1.ApprovalRule
	for _, rule := range p.Spec.Approvals {
		for range max(rule.Count, 1) {
			places = append(places, rule)
		}
	}
	return m.seats(p, attempt, places, nil) && len(m.behind(p, attempt)) >= 2
}

func (m model) open() (promotion.Attempt, bool) {
	if len(m.Attempts) == 0 {
		return promotion.Attempt{}, false
	}
	attempt := m.Attempts[len(m.Attempts)-1]
	return attempt, len(attempt.Request.Status.Conditions) == 0 &&
		!slices.ContainsFunc(attempt.Decisions, func(d v1alpha1.Approval) bool {
			return d.Spec.Decision == v1alpha1.DecisionRevoke && m.concerns(d, attempt)
		})
}

// lapsed : all requests of random stories are two hours old.
func (m model) lapsed() bool {
	return slices.ContainsFunc(m.governing(), func(p v1alpha1.PromotionPolicy) bool {
		return p.Spec.Enforcement == v1alpha1.EnforcementEnforce && p.Spec.RequestTTLSeconds <= 7200
	})
}

func (m model) rejected() bool {
	return slices.ContainsFunc(m.Attempts, func(attempt promotion.Attempt) bool {
		for i, d := range attempt.Decisions {
			if d.Spec.Decision == v1alpha1.DecisionReject && m.concerns(d, attempt) &&
				!m.takenBack(attempt, i, func(by v1alpha1.UserReference) bool {
					return by.Username == d.Spec.Approver.Username && by.UID == d.Spec.Approver.UID
				}) {
				return true
			}
		}
		return false
	})
}

func (m model) concerns(d v1alpha1.Approval, attempt promotion.Attempt) bool {
	return d.Spec.Request.UID == string(attempt.Request.UID) && d.Spec.Request.Digest == digest
}

func (m model) takenBack(attempt promotion.Attempt, i int, same func(v1alpha1.UserReference) bool) bool {
	return slices.ContainsFunc(attempt.Decisions[i+1:], func(d v1alpha1.Approval) bool {
		return d.Spec.Decision == v1alpha1.DecisionWithdraw && d.Spec.Withdraws == attempt.Decisions[i].Name &&
			m.concerns(d, attempt) && same(d.Spec.Approver)
	})
}

// seats tries everybody who is not yet seated on the first place, and the rest on the rest.
func (m model) seats(
	p v1alpha1.PromotionPolicy, attempt promotion.Attempt, places []v1alpha1.ApprovalRule, seated []human,
) bool {
	if len(places) == 0 {
		return true
	}
	for h := range human(humans) {
		if !slices.Contains(seated, h) && m.mayGive(p, attempt, h, places[0].From) &&
			m.seats(p, attempt, places[1:], append(slices.Clone(seated), h)) {
			return true
		}
	}
	return false
}

// behind : the humans who ask for it or approve it.
func (m model) behind(p v1alpha1.PromotionPolicy, attempt promotion.Attempt) []human {
	var behind []human
	for h := range human(humans) {
		gives := func(r v1alpha1.ApprovalRule) bool { return m.mayGive(p, attempt, h, r.From) }
		if m.is(m.askedBy(attempt), h) || slices.ContainsFunc(p.Spec.Approvals, gives) {
			behind = append(behind, h)
		}
	}
	return behind
}

// askedBy : who is named as the requester, or, where somebody else opened the request and yet another carries it out,
// that one.
func (m model) askedBy(attempt promotion.Attempt) v1alpha1.UserReference {
	request, deployer := attempt.Request.Spec, m.Change.Deployer
	if deployer.Username == "" || request.OpenedBy.Username == request.Requester.Username ||
		m.seems(deployer) == m.seems(request.Requester) && m.seems(deployer) != nobody {
		return request.Requester
	}
	return deployer
}

func (m model) is(user v1alpha1.UserReference, h human) bool {
	who, known := m.who[user.Username]
	return known && who == h
}

// seems : who looks like one of the humans is nobody, and excludes what that human does.
func (m model) seems(user v1alpha1.UserReference) human {
	if user.Username == disguise {
		return 1
	}
	if who, known := m.who[user.Username]; known {
		return who
	}
	return nobody
}

// mayGive : the human, with one account or another, gave an approval that counts, as the holder of one of the roles, or
// of all.
func (m model) mayGive(
	p v1alpha1.PromotionPolicy, attempt promotion.Attempt, h human, from v1alpha1.ApproverSource,
) bool {
	if m.madeIt(p, attempt, h) {
		return false
	}
	for i, d := range attempt.Decisions {
		if m.is(d.Spec.Approver, h) && m.counts(p, attempt, i) && m.fits(from, d.Spec.Approver) {
			return true
		}
	}
	return false
}

// madeIt : the human had a part in the change that excludes from approving it.
func (m model) madeIt(p v1alpha1.PromotionPolicy, attempt promotion.Attempt, h human) bool {
	request := attempt.Request.Spec
	if m.seems(request.Requester) == h || m.seems(request.OpenedBy) == h ||
		m.seems(m.askedBy(attempt)) == h ||
		len(p.Spec.Separation.ApproverMustNotBe) == 3 && m.seems(m.Change.Deployer) == h {
		return true
	}
	return slices.ContainsFunc(request.Authors, func(a v1alpha1.Author) bool {
		return slices.ContainsFunc(accounts[h], func(u v1alpha1.UserReference) bool {
			return strings.Contains(a.Name, u.Username)
		})
	})
}

func (m model) counts(p v1alpha1.PromotionPolicy, attempt promotion.Attempt, i int) bool {
	d := attempt.Decisions[i]
	return d.Spec.Decision == v1alpha1.DecisionApprove && m.concerns(d, attempt) && d.DeletionTimestamp == nil &&
		m.now.Before(d.CreationTimestamp.Add(time.Duration(p.Spec.ApprovalTTLSeconds)*time.Second)) &&
		!m.takenBack(attempt, i, func(by v1alpha1.UserReference) bool {
			return m.seems(by) != nobody && m.seems(by) == m.who[d.Spec.Approver.Username]
		})
}

func (m model) fits(from v1alpha1.ApproverSource, user v1alpha1.UserReference) bool {
	held := 0
	for _, role := range from.AllOf {
		if m.holds([]v1alpha1.RoleName{role}, user) {
			held++
		}
	}
	return m.holds(from.AnyOf, user) || held > 0 && held == len(from.AllOf)
}

func (m model) holds(roles []v1alpha1.RoleName, user v1alpha1.UserReference) bool {
	return slices.ContainsFunc(m.Roles, func(r v1alpha1.PipelineRole) bool {
		return slices.Contains(roles, v1alpha1.RoleName(r.Name)) && r.Spec.NamespaceSelector == nil &&
			slices.Contains(r.Spec.Capabilities, v1alpha1.CapabilityApprove) &&
			slices.ContainsFunc(r.Spec.Members, func(member v1alpha1.Member) bool {
				return (member.ExpireTime == nil || m.now.Before(member.ExpireTime.Time)) &&
					(member.Kind == v1alpha1.MemberUser && member.Name == user.Username ||
						member.Kind == v1alpha1.MemberGroup && slices.Contains(user.Groups, member.Name))
			})
	})
}
