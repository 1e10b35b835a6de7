// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestShow(t *testing.T) {
	before := deployment("checkout:1", corev1.EnvVar{Name: "POOL", Value: "5"})
	after := deployment("checkout:2", corev1.EnvVar{Name: "POOL", Value: "7"})
	change := waiting(request(t, before, after), v1alpha1.ReasonAwaitingApproval, missingOne)
	change.Spec.Reason = "CHK-123 raise pool size\u202e"
	change.Spec.Authors = []v1alpha1.Author{{Name: "dave@example.com"}, {Name: "erin@example.com"}}
	change.Spec.Release = &v1alpha1.Release{Source: "CLI", Name: "shop", Revision: "9f1c2d7"}
	synced := change.DeepCopy()
	synced.Spec.Authorship, synced.Spec.Authors = v1alpha1.AuthorshipCommits, []v1alpha1.Author{
		{Name: "dave@example.com", Evidence: v1alpha1.AuthorCommit},
		{Name: "erin@example.com", Evidence: v1alpha1.AuthorSignedCommit},
		{Name: "grace@example.com", Evidence: v1alpha1.AuthorApplication},
		{Name: "frank@example.com", Evidence: v1alpha1.AuthorDeclared},
	}
	unsure := synced.DeepCopy()
	unsure.Spec.Authorship = v1alpha1.AuthorshipDeclared
	nobody := unsure.DeepCopy()
	nobody.Spec.Authors = nil
	approve := approval(change, 1, v1alpha1.DecisionApprove)
	approve.Spec.Comment = "load test OK\nState: Approved"
	reject := approval(change, 2, v1alpha1.DecisionReject)
	for name, tc := range map[string]struct {
		request *v1alpha1.PromotionRequest
		others  []client.Object
		calls   interceptor.Funcs
		code    int
	}{
		"Change": {request: change, others: []client.Object{before}, code: exitMissing},
		"Synced": {request: synced, others: []client.Object{before}, code: exitMissing},
		"Unsure": {request: unsure, others: []client.Object{before}, code: exitMissing},
		"Nobody": {request: nobody, others: []client.Object{before}, code: exitMissing},
		"New":    {request: request(t, nil, after), code: exitMissing},
		"Moved":  {request: change, others: []client.Object{deployment("checkout:hotfix")}, code: exitMissing},
		"Unread": {request: change, others: []client.Object{before}, calls: hiding, code: exitMissing},
		"Delete": {request: deletion(t, before), others: []client.Object{before}, code: exitMissing},
		"Gone":   {request: deletion(t, before), code: exitMissing},
		"Decided": {
			request: counted(change, approve), others: []client.Object{before, approve, reject}, code: exitMissing,
		},
		"Approved": {
			request: waiting(counted(change, approve), v1alpha1.ReasonApproved, ""),
			others:  []client.Object{before, approve},
		},
		"Cleaned": {
			request: counted(change, approve), others: []client.Object{before, reject}, code: exitMissing,
		},
		"Rejected": {
			request: waiting(counted(change, reject), v1alpha1.ReasonRejected, "bob@example.com to take the rejection back"),
			others:  []client.Object{before, reject}, code: exitMissing,
		},
		"Entered":  {request: entered(counted(change, approve)), others: []client.Object{after}},
		"Tampered": {request: tampered(change), others: []client.Object{before}, code: exitMissing},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: append(tc.others, tc.request), calls: tc.calls}
			got := b.run(t, "show", tc.request.Name, "--exit-code")
			golden(t, "show-"+name, got.Out+got.Err)
			if got.Code != tc.code {
				t.Errorf("exit code %d, want %d", got.Code, tc.code)
			}
		})
	}
}

// hiding refuses everything but the request itself.
var hiding = interceptor.Funcs{
	Get: func(
		ctx context.Context, c client.WithWatch, key client.ObjectKey, into client.Object, options ...client.GetOption,
	) error {
		if _, ok := into.(*v1alpha1.PromotionRequest); ok {
			return c.Get(ctx, key, into, options...)
		}
		return apierrors.NewForbidden(schema.GroupResource{Group: "apps", Resource: "deployments"}, key.Name, nil)
	},
	List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error {
		return apierrors.NewForbidden(schema.GroupResource{Group: v1alpha1.GroupName, Resource: "approvals"}, "", nil)
	},
}

// deletion asks for the object to be deleted.
func deletion(t *testing.T, what client.Object) *v1alpha1.PromotionRequest {
	t.Helper()
	r := request(t, nil, deployment("checkout:1", corev1.EnvVar{Name: "POOL", Value: "5"}))
	r.Name = what.GetName() + "-deletion"
	r.Spec.Change.Operation = v1alpha1.OperationDelete
	r.Spec.Change.Digest = digestOf(t, r)
	return r
}

// counted is the request after the operator has counted the approval.
func counted(r *v1alpha1.PromotionRequest, approval *v1alpha1.Approval) *v1alpha1.PromotionRequest {
	r = r.DeepCopy()
	r.Status.Approvals = append(r.Status.Approvals, v1alpha1.ApprovalRecord{
		Name: approval.Name, Decision: approval.Spec.Decision, Approver: approval.Spec.Approver.Username,
		Time: approval.CreationTimestamp,
	})
	return r
}

// entered is the request after alice applied it again, something else took its place, and the approval was cleaned up.
func entered(r *v1alpha1.PromotionRequest) *v1alpha1.PromotionRequest {
	r = waiting(r, v1alpha1.ReasonEntered, "")
	at := func(minutes time.Duration) metav1.Time { return metav1.NewTime(asked.Add(minutes * time.Minute)) }
	r.Status.Admission = &v1alpha1.Admission{
		Time: at(3), Deployer: r.Spec.Requester, Rule: v1alpha1.EntryRuleApproved,
	}
	r.Status.Entry = &v1alpha1.Entry{Time: at(3), EndTime: new(at(4))}
	return r
}

// tampered carries other content than its digest says.
func tampered(r *v1alpha1.PromotionRequest) *v1alpha1.PromotionRequest {
	r = r.DeepCopy()
	r.Spec.Change.Content.Raw = []byte(
		`{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"harmless:1"}]}}}}`)
	return r
}
