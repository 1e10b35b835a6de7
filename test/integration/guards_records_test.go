// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	statusGuard    = "countersign-request-status"
	requesterGuard = "countersign-requester-stamp"
	approverGuard  = "countersign-approver-stamp"
	keepingGuard   = "countersign-approvals-keep"
)

// testRequests: a request is in the name of who sends it, and nobody changes or deletes it.
func (g guarded) testRequests(t *testing.T) {
	g.namespace(t, "requests", "")
	person, other, operator := g.as(t, alice, administrators), g.as(t, bob, administrators), g.operator(t)
	self := whoAmI(t, person)
	stored := requestBy(self, "requests", "stored")
	if err := person.Create(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	forged := func(edit func(*v1alpha1.PromotionRequest)) func(context.Context) error {
		request := requestBy(self, "requests", "forged")
		edit(request)
		return creating(person, request)
	}
	theirs := whoAmI(t, other)
	tryAll(t, map[string]attempt{
		"AnotherOpened": {"openedBy is who sends it", forged(func(r *v1alpha1.PromotionRequest) {
			r.Spec.OpenedBy, r.Spec.Requester = theirs, theirs
		}), requesterGuard, "spec.openedBy must be " + alice},
		"ForAnother": {"only the operator asks for others", forged(func(r *v1alpha1.PromotionRequest) {
			r.Spec.Requester = theirs
		}), requesterGuard, "in the name of another"},
		"AnotherUID": {"the uid counts", forged(func(r *v1alpha1.PromotionRequest) {
			r.Spec.OpenedBy.UID, r.Spec.Requester.UID = "forged", "forged"
		}), requesterGuard, ""},
		"MoreGroups": {"groups count", forged(func(r *v1alpha1.PromotionRequest) {
			r.Spec.OpenedBy.Groups = append([]string{"release-managers"}, self.Groups...)
			r.Spec.Requester = r.Spec.OpenedBy
		}), requesterGuard, ""},
		"NoGroups": {"none are not the same as some", forged(func(r *v1alpha1.PromotionRequest) {
			r.Spec.OpenedBy.Groups = nil
			r.Spec.Requester = r.Spec.OpenedBy
		}), requesterGuard, ""},
		"Finalizer": {"it would keep the request", forged(func(r *v1alpha1.PromotionRequest) {
			r.Finalizers = []string{"example.com/stay"}
		}), requesterGuard, "no finalizers"},
		"Owner": {"it would take the request along", forged(func(r *v1alpha1.PromotionRequest) {
			r.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "x"}}
		}), requesterGuard, "no ownerReferences"},
		"Label": {
			"it is a record", patch(person, stored, "", `{"metadata":{"labels":{"a":"b"}}}`), statusGuard,
			"record of a change",
		},
		"Delete": {"it is a record", deleting(other, stored), statusGuard, "record of a change"},
		"DeleteAll": {"deletion in bulk is deletion", func(ctx context.Context) error {
			return person.DeleteAllOf(ctx, &v1alpha1.PromotionRequest{}, client.InNamespace("requests"))
		}, statusGuard, ""},

		"Bot": {"a service account has a uid and is itself", g.requestByBot(t, "requests"), "", ""},
		"Operator": {"the operator asks for whom it turned away", func(ctx context.Context) error {
			request := requestBy(whoAmI(t, operator), "requests", "for-alice")
			request.Spec.Requester = self
			return operator.Create(ctx, request)
		}, "", ""},
	})
}

// testApprovals: an approval is in the name of who sends it, and is kept as it was made.
func (g guarded) testApprovals(t *testing.T) {
	g.namespace(t, "approvals", "")
	person := g.as(t, bob, administrators)
	self := whoAmI(t, person)
	request := requestBy(self, "approvals", "one")
	if err := person.Create(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	stored := approvalBy(self, request)
	if err := person.Create(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	forged := func(edit func(*v1alpha1.Approval)) func(context.Context) error {
		approval := approvalBy(self, request)
		approval.Name += "-forged"
		edit(approval)
		return creating(person, approval)
	}
	tryAll(t, map[string]attempt{
		"Another": {"the approver is who sends it", forged(func(a *v1alpha1.Approval) {
			a.Spec.Approver.Username = carol
		}), approverGuard, "spec.approver must be " + bob},
		"MoreGroups": {"groups count: roles are held by them", forged(func(a *v1alpha1.Approval) {
			a.Spec.Approver.Groups = append([]string{"release-managers"}, self.Groups...)
		}), approverGuard, ""},
		"Finalizer": {"it would keep the approval", forged(func(a *v1alpha1.Approval) {
			a.Finalizers = []string{"example.com/stay"}
		}), approverGuard, "no finalizers"},
		"Owner": {"it would take the approval along", forged(func(a *v1alpha1.Approval) {
			a.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x", UID: "x"}}
		}), approverGuard, "no ownerReferences"},
		"Label": {
			"it is kept as it was made", patch(person, stored, "", `{"metadata":{"labels":{"a":"b"}}}`), keepingGuard,
			"withdraw",
		},
		"Delete": {
			"a Reject would be gone", deleting(person, stored), keepingGuard,
			"kubectl countersign withdraw one -n approvals",
		},
		"DeleteAll": {"deletion in bulk is deletion", func(ctx context.Context) error {
			return person.DeleteAllOf(ctx, &v1alpha1.Approval{}, client.InNamespace("approvals"))
		}, keepingGuard, ""},
	})
}

// testStatus: nobody but the operator says what came of anything.
func (g guarded) testStatus(t *testing.T) {
	g.namespace(t, "statuses", "")
	person, operator := g.as(t, alice, administrators), g.operator(t)
	request := requestBy(whoAmI(t, person), "statuses", "one")
	approval := approvalBy(whoAmI(t, person), request)
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: "statuses"}, Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{"green"}, Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
	}}
	promotion := &v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "statuses"},
		Spec:       v1alpha1.PromotionPolicySpec{Environment: "green", Entry: v1alpha1.EntryOpen},
	}
	attempts := map[string]attempt{}
	for name, object := range map[string]client.Object{
		"Request": request, "Approval": approval, "Role": role, "Policy": promotion,
		"ReleaseGate": releaseGateBy(whoAmI(t, person), "statuses", "one"),
	} {
		if err := person.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		const status = `{"status":{"conditions":[]}}`
		attempts[name+"ByAdministrator"] = attempt{
			"status is what was seen", patch(person, object, "status", status), statusGuard,
			"only Countersign writes the status",
		}
		attempts[name+"ByOperator"] = attempt{"it writes status", func(ctx context.Context) error {
			stored, ok := object.DeepCopyObject().(client.Object)
			if !ok {
				t.Fatalf("%T is no object", object)
			}
			return operator.Status().Update(ctx, stored)
		}, "", ""}
	}
	tryAll(t, attempts)
}

// requestByBot is a call by which a service account opens a request in its own name.
func (g guarded) requestByBot(t *testing.T, namespace string) func(ctx context.Context) error {
	t.Helper()
	config, err := g.ServiceAccount(t.Context(), "default", "default")
	if err != nil {
		t.Fatal(err)
	}
	g.grant(t, "system:serviceaccounts:default", ruleForRequests())
	bot := clientFor(t, config)
	g.awaitGrant(t, bot, requestBy(whoAmI(t, bot), namespace, "probe"))
	return creating(bot, requestBy(whoAmI(t, bot), namespace, "by-bot"))
}

// requestBy is a request that somebody opens for themselves.
func requestBy(user v1alpha1.UserReference, namespace, name string) *v1alpha1.PromotionRequest {
	return &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: v1alpha1.PromotionRequestSpec{
			Environment: "green",
			Change: v1alpha1.Change{
				Operation: v1alpha1.OperationApply, Group: "apps", Version: "v1", Resource: "deployments", Name: "web",
				Content: apiextensionsv1.JSON{Raw: []byte(`{}`)}, Digest: someDigest,
			},
			OpenedBy: user, Requester: user,
		},
	}
}

var someDigest = v1alpha1.Digest("v1:sha256:" + strings.Repeat("0", 64))

func approvalBy(user v1alpha1.UserReference, request *v1alpha1.PromotionRequest) *v1alpha1.Approval {
	return &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, Name: request.Name + "-d1"},
		Spec: v1alpha1.ApprovalSpec{
			Request:  v1alpha1.RequestReference{Name: request.Name, UID: "some-uid", Digest: someDigest},
			Decision: v1alpha1.DecisionApprove, Approver: user,
		},
	}
}
