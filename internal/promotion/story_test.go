// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// The people of the stories, and who is no person.
const (
	alice      = "alice@example.com" // a developer, who asks
	bob        = "bob@example.com"   // release managers
	carol      = "carol@example.com"
	dave       = "dave@example.com"
	sam        = "sam@example.com" // security
	bot        = "system:serviceaccount:cicd:checkout-ci"
	controller = "system:serviceaccount:cert-manager:cert-manager"
	operator   = "system:serviceaccount:countersign-system:countersign-controller-manager"
)

const (
	digest      = v1alpha1.Digest("v1:sha256:3f9a1c20aa34bb12ccdd34ee56ff778800112233445566778899aabbccddeeff")
	otherDigest = v1alpha1.Digest("v1:sha256:3f9a1c20aa34bb12ccdd34ee56ff7788ffffffffffffffffffffffffffffffff")
)

// noon is when the stories are judged. What people did, they did an hour before.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) metav1.Time { return metav1.NewTime(noon.Add(-d)) }

const day = 24 * time.Hour

// step of a story.
type step func(*promotion.Case)

// story is a case that begins like this, and goes on with the steps: alice applies deployments/checkout in namespace
// shop of environment production, whose one policy wants the approval of one of the release managers bob, carol and
// dave.
func story(steps ...step) promotion.Case {
	c := promotion.Case{
		Environment: promotion.Environment{
			Name: "production", Namespace: "shop",
			Labels: map[string]string{v1alpha1.EnvironmentLabel: "production", "team": "shop"},
		},
		Change: promotion.Change{
			Operation: v1alpha1.OperationApply,
			Object:    workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "checkout"},
			Digest:    digest,
			Images:    []string{"registry.example.com/checkout:1.2.3"},
			Deployer:  v1alpha1.UserReference{Username: alice},
		},
	}
	return tell(c,
		policy("production", needs(1, "release", "release-managers")),
		role("release-managers", users(bob, carol, dave)), role("security", users(sam, carol)),
		role("checkout-ci", botOf("cicd", "checkout-ci")),
		also(steps...))
}

func tell(c promotion.Case, steps ...step) promotion.Case {
	for _, next := range steps {
		next(&c)
	}
	return c
}

func also(steps ...step) step {
	return func(c *promotion.Case) { *c = tell(*c, steps...) }
}

// policy adds or replaces one; it governs production, unless a term says otherwise.
func policy(name string, terms ...func(*v1alpha1.PromotionPolicySpec)) step {
	p := v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PromotionPolicySpec{
		Environment: "production", Entry: v1alpha1.EntryTwoPerson, Enforcement: v1alpha1.EnforcementEnforce,
		Separation: v1alpha1.Separation{
			ApproverMustNotBe: []v1alpha1.Party{v1alpha1.PartyRequester, v1alpha1.PartyAuthor},
		},
		ApprovalTTLSeconds: 86400,
		Rollback:           v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: 604800},
	}}
	for _, term := range terms {
		term(&p.Spec)
	}
	return func(c *promotion.Case) {
		c.Policies = append(slices.DeleteFunc(slices.Clone(c.Policies), func(old v1alpha1.PromotionPolicy) bool {
			return old.Name == name
		}), p)
	}
}

func needs(count int32, rule string, roles ...v1alpha1.RoleName) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.Approvals = append(p.Approvals, v1alpha1.ApprovalRule{
			Name: rule, Count: count, From: v1alpha1.ApproverSource{AnyOf: roles},
		})
	}
}

func open(p *v1alpha1.PromotionPolicySpec)   { p.Entry = v1alpha1.EntryOpen }
func warns(p *v1alpha1.PromotionPolicySpec)  { p.Enforcement = v1alpha1.EnforcementWarn }
func audits(p *v1alpha1.PromotionPolicySpec) { p.Enforcement = v1alpha1.EnforcementAudit }

func separatesDeployer(p *v1alpha1.PromotionPolicySpec) {
	p.Separation.ApproverMustNotBe = append(p.Separation.ApproverMustNotBe, v1alpha1.PartyDeployer)
}

func trusts(resource, repository string) func(*v1alpha1.PromotionPolicySpec) {
	return func(p *v1alpha1.PromotionPolicySpec) {
		p.TrustedControllers = append(p.TrustedControllers, v1alpha1.TrustedController{
			ServiceAccount: v1alpha1.ServiceAccountReference{Namespace: "cert-manager", Name: "cert-manager"},
			Resources:      []string{resource}, Repositories: []string{repository},
		})
	}
}

func noPolicy(c *promotion.Case) { c.Policies = nil }

// role adds or replaces one; it gives capability Approve in production, unless a term says otherwise.
func role(name string, terms ...func(*v1alpha1.PipelineRole)) step {
	r := v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"production"},
		Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove},
	}}
	for _, term := range terms {
		term(&r)
	}
	return func(c *promotion.Case) {
		c.Roles = append(slices.DeleteFunc(slices.Clone(c.Roles), func(old v1alpha1.PipelineRole) bool {
			return old.Name == name
		}), r)
	}
}

func member(kind v1alpha1.MemberKind, name string, expire *metav1.Time) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		r.Spec.Members = append(r.Spec.Members, v1alpha1.Member{Kind: kind, Name: name, ExpireTime: expire})
	}
}

func users(names ...string) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		for _, name := range names {
			member(v1alpha1.MemberUser, name, nil)(r)
		}
	}
}

func group(name string) func(*v1alpha1.PipelineRole) { return member(v1alpha1.MemberGroup, name, nil) }

func until(name string, expire time.Time) func(*v1alpha1.PipelineRole) {
	at := metav1.NewTime(expire)
	return member(v1alpha1.MemberUser, name, &at)
}

func botOf(namespace, name string) func(*v1alpha1.PipelineRole) {
	return func(r *v1alpha1.PipelineRole) {
		r.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityDeploy}
		r.Spec.Bots = append(r.Spec.Bots, v1alpha1.Bot{Namespace: namespace, Name: name, Owner: "checkout-team"})
	}
}

// asked opens a further request for the change.
func asked(username string, more ...func(*v1alpha1.PromotionRequest)) step {
	return func(c *promotion.Case) {
		change := v1alpha1.Change{
			Operation: c.Change.Operation, Group: c.Change.Object.Group, Version: "v1", Resource: c.Change.Object.Resource,
			Name: c.Change.Object.Name, GenerateName: c.Change.Object.GenerateName, Digest: c.Change.Digest,
		}
		name := promotion.NextRequestName(change, c.Attempts)
		user := v1alpha1.UserReference{Username: username}
		request := v1alpha1.PromotionRequest{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "shop", Name: name, UID: types.UID("uid of " + name), CreationTimestamp: ago(2 * time.Hour),
			},
			Spec: v1alpha1.PromotionRequestSpec{
				Environment: c.Environment.Name, Change: change, Requester: user, OpenedBy: user,
			},
		}
		for _, add := range more {
			add(&request)
		}
		c.Attempts = append(slices.Clone(c.Attempts), promotion.Attempt{Request: request})
	}
}

func by(authors ...string) func(*v1alpha1.PromotionRequest) {
	return func(r *v1alpha1.PromotionRequest) {
		for _, name := range authors {
			r.Spec.Authors = append(r.Spec.Authors, v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorDeclared})
		}
	}
}

// latest lets something happen to the latest request.
func latest(happen func(*v1alpha1.PromotionRequest)) step {
	return func(c *promotion.Case) {
		c.Attempts = slices.Clone(c.Attempts)
		happen(&c.Attempts[len(c.Attempts)-1].Request)
	}
}

// letIn records that the latest request's change was let in, of an object of that generation; 0 is a new object.
func letIn(rule v1alpha1.EntryRule, generation int64) step {
	return latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Admission = &v1alpha1.Admission{Time: ago(time.Minute), Rule: rule, ObjectGeneration: pointer(generation)}
	})
}

func pointer(generation int64) *int64 {
	if generation == 0 {
		return nil
	}
	return &generation
}

// entered : the latest request's content entered by the rule and is in place.
func entered(rule v1alpha1.EntryRule) step {
	return also(letIn(rule, 0), latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Entry = &v1alpha1.Entry{Time: ago(30 * day)}
	}))
}

// replaced : other content took the place of what entered last.
func replaced(since time.Duration) step {
	end := ago(since)
	return latest(func(r *v1alpha1.PromotionRequest) { r.Status.Entry.EndTime = &end })
}

func stalled(reason string) step {
	return latest(func(r *v1alpha1.PromotionRequest) {
		r.Status.Conditions = append(slices.Clone(r.Status.Conditions), metav1.Condition{
			Type: v1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: reason,
		})
	})
}

// decided adds a decision about the latest request.
func decided(
	decision v1alpha1.ApprovalDecision, username string, more ...func(*v1alpha1.Approval),
) step {
	return func(c *promotion.Case) {
		last := &c.Attempts[len(c.Attempts)-1]
		approval := nextDecision(*last, decision, username)
		for _, add := range more {
			add(&approval)
		}
		c.Attempts = slices.Clone(c.Attempts)
		last = &c.Attempts[len(c.Attempts)-1]
		last.Decisions = append(slices.Clone(last.Decisions), approval)
	}
}

// nextDecision is the next decision about an attempt.
func nextDecision(
	attempt promotion.Attempt, decision v1alpha1.ApprovalDecision, username string,
) v1alpha1.Approval {
	return v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{
			Namespace:         attempt.Request.Namespace,
			Name:              promotion.ApprovalName(attempt.Request.Name, len(attempt.Decisions)+1),
			CreationTimestamp: ago(time.Hour),
		},
		Spec: v1alpha1.ApprovalSpec{
			Request: v1alpha1.RequestReference{
				Name: attempt.Request.Name, UID: string(attempt.Request.UID), Digest: attempt.Request.Spec.Change.Digest,
			},
			Decision: decision, Approver: v1alpha1.UserReference{Username: username},
		},
	}
}

func approved(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionApprove, username, more...)
}

func rejected(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionReject, username, more...)
}

func revoked(username string, more ...func(*v1alpha1.Approval)) step {
	return decided(v1alpha1.DecisionRevoke, username, more...)
}

// withdrew takes back the n-th decision about the latest request.
func withdrew(username string, n int, more ...func(*v1alpha1.Approval)) step {
	return func(c *promotion.Case) {
		request := c.Attempts[len(c.Attempts)-1].Request.Name
		decided(v1alpha1.DecisionWithdraw, username, append(more, func(a *v1alpha1.Approval) {
			a.Spec.Withdraws = promotion.ApprovalName(request, n)
		})...)(c)
	}
}

func since(age time.Duration) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.CreationTimestamp = ago(age) }
}

func saying(comment string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Comment = comment }
}

func inGroups(groups ...string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Approver.Groups = groups }
}

func withUID(uid string) func(*v1alpha1.Approval) {
	return func(a *v1alpha1.Approval) { a.Spec.Approver.UID = uid }
}

func beingDeleted(a *v1alpha1.Approval) {
	now := metav1.NewTime(noon)
	a.DeletionTimestamp = &now
}

func deployedBy(username string) step {
	return func(c *promotion.Case) { c.Change.Deployer = v1alpha1.UserReference{Username: username} }
}

func changing(resource, name string) step {
	return func(c *promotion.Case) { c.Change.Object.Resource, c.Change.Object.Name = resource, name }
}
