// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// operator stands in for the operator: it stamps and numbers approvals, and counts them as it is told.
type operator struct {
	// conflicts is how often somebody else takes the number first.
	conflicts int
	// absent : it stamps, and does not count.
	absent bool
	// notCounted is why nothing counts.
	notCounted string
	// reason and waitingFor are where the request stands after a decision.
	reason, waitingFor string
}

func (o *operator) calls() interceptor.Funcs {
	return interceptor.Funcs{Create: func(
		ctx context.Context, c client.WithWatch, object client.Object, _ ...client.CreateOption,
	) error {
		approval, ok := object.(*v1alpha1.Approval)
		if !ok {
			return fmt.Errorf("a %T was created", object)
		}
		if o.conflicts > 0 {
			o.conflicts--
			return o.conflict()
		}
		var made v1alpha1.ApprovalList
		if err := c.List(ctx, &made); err != nil {
			return err
		}
		approval.Name = promotion.ApprovalName(approval.Spec.Request.Name, len(made.Items)+1)
		approval.Spec.Approver.Username = "bob@example.com"
		if err := c.Create(ctx, approval); err != nil || o.absent {
			return err
		}
		return o.count(ctx, c, approval)
	}}
}

// conflict is what the API server and the operator may answer when a number is taken.
func (o *operator) conflict() error {
	approvals := schema.GroupResource{Group: v1alpha1.GroupName, Resource: "approvals"}
	switch o.conflicts % 3 {
	case 0:
		return apierrors.NewConflict(approvals, "x-d1", errors.New("it is taken"))
	case 1:
		return apierrors.NewForbidden(approvals, "x-d1", errors.New("metadata.name: must be x-d2"))
	default:
		return apierrors.NewAlreadyExists(approvals, "x-d1")
	}
}

func (o *operator) count(ctx context.Context, c client.Client, approval *v1alpha1.Approval) error {
	var r v1alpha1.PromotionRequest
	key := client.ObjectKey{Namespace: approval.Namespace, Name: approval.Spec.Request.Name}
	if err := c.Get(ctx, key, &r); err != nil {
		return err
	}
	after := waiting(counted(&r, approval), o.reason, o.waitingFor)
	after.Status.Approvals[len(after.Status.Approvals)-1].NotCounted = o.notCounted
	return c.Update(ctx, after)
}

const theOperator = "system:serviceaccount:countersign-system:countersign-controller-manager"

func TestDecide(t *testing.T) {
	before, after := deployment("checkout:1"), deployment("checkout:2")
	r := waiting(request(t, before, after), v1alpha1.ReasonAwaitingApproval, missingOne)
	r.Spec.Release = &v1alpha1.Release{Source: "CLI", Name: "shop"}
	opened := r.DeepCopy()
	opened.Spec.OpenedBy = v1alpha1.UserReference{Username: theOperator}
	second := waiting(request(t, before, deployment("checkout:3")), v1alpha1.ReasonAwaitingApproval, missingOne)
	second.Spec.Release, second.Spec.OpenedBy = r.Spec.Release, opened.Spec.OpenedBy
	other := waiting(request(t, before, deployment("checkout:4")), v1alpha1.ReasonAwaitingApproval, missingOne)
	done := waiting(request(t, before, deployment("checkout:5")), v1alpha1.ReasonApproved, "")
	superseded := waiting(request(t, before, deployment("checkout:6")), v1alpha1.ReasonSuperseded, "")
	done.Spec.Release, superseded.Spec.Release = r.Spec.Release, r.Spec.Release
	slipped := waiting(request(t, before, deployment("checkout:7")), v1alpha1.ReasonAwaitingApproval, missingOne)
	mallory := v1alpha1.UserReference{Username: "mallory@example.com"}
	slipped.Spec.Release, slipped.Spec.OpenedBy, slipped.Spec.Requester = r.Spec.Release, mallory, mallory
	claimed := slipped.DeepCopy()
	claimed.Spec.OpenedBy, claimed.Spec.RequesterEvidence = opened.Spec.OpenedBy, v1alpha1.RequesterClaimed
	enough := operator{reason: v1alpha1.ReasonApproved}
	for name, tc := range map[string]struct {
		args        []string
		objects     []client.Object
		operator    operator
		in          string
		interactive bool
		made        int
		code        int
	}{
		"Approve": {
			args: []string{"approve", r.Name, "-m", "load test OK"}, operator: enough, made: 1,
		},
		"Confirmed": {
			args: []string{"approve", r.Name[:14]}, operator: enough, interactive: true, in: "y\n", made: 1,
		},
		"Declined": {args: []string{"approve", r.Name}, interactive: true, in: "\n", code: exitError},
		"Silent":   {args: []string{"approve", r.Name}, interactive: true, code: exitError},
		"Yes":      {args: []string{"approve", r.Name, "--yes"}, operator: enough, interactive: true, made: 1},
		"PrefixUnasked": {
			args: []string{"approve", r.Name[:14], "--yes"}, interactive: true, code: exitError,
		},
		"StillMissing": {
			args:     []string{"approve", r.Name, "--exit-code"},
			operator: operator{reason: v1alpha1.ReasonAwaitingApproval, waitingFor: missingOne},
			made:     1, code: exitMissing,
		},
		"NotCounted": {
			args:     []string{"approve", r.Name},
			operator: operator{reason: v1alpha1.ReasonAwaitingApproval, notCounted: "alice asked for the change"},
			made:     1,
		},
		"OperatorAway": {args: []string{"approve", r.Name}, operator: operator{absent: true}, made: 1},
		"Contention": {
			args:     []string{"approve", r.Name},
			operator: operator{reason: v1alpha1.ReasonApproved, conflicts: 3}, made: 1,
		},
		"GivingUp": {args: []string{"approve", r.Name}, operator: operator{conflicts: 100}, code: exitError},
		"Tampered": {args: []string{"approve", r.Name}, objects: []client.Object{tampered(r)}, code: exitError},
		"Several": {
			args: []string{"approve", r.Name, other.Name}, operator: enough, objects: []client.Object{r, second, other},
			made: 2,
		},
		"Release": {
			args: []string{"approve", "--release", "shop"}, operator: enough, interactive: true, in: "yes\n",
			objects: []client.Object{opened, second, other, done, superseded}, made: 2,
		},
		"ReleaseByHand": {
			args: []string{"approve", "--release", "shop", "-y"}, operator: enough,
			objects: []client.Object{opened, second, slipped}, made: 2,
		},
		"ReleaseOnlyByHand": {
			args: []string{"approve", "--release", "shop", "-y"}, operator: enough, objects: []client.Object{slipped},
			code: exitError,
		},
		"ReleaseAskedBy": {
			args:     []string{"approve", "--release", "shop", "-y", "--asked-by", "mallory@example.com"},
			operator: enough, objects: []client.Object{opened, slipped}, made: 1,
		},
		"ReleaseClaimed": {
			args:     []string{"approve", "--release", "shop", "-y", "--asked-by", "mallory@example.com"},
			operator: enough, objects: []client.Object{claimed}, code: exitError,
		},
		"AskedByAlone": {args: []string{"approve", r.Name, "--asked-by", "alice@example.com"}, code: exitError},
		"NoRelease":    {args: []string{"approve", "--release", "cart"}, code: exitError},
		"Nothing":      {args: []string{"approve"}, code: exitError},
		"Reject": {
			args: []string{"reject", r.Name, "-m", "no"}, operator: operator{reason: v1alpha1.ReasonRejected}, made: 1,
		},
		"RejectTampered": {
			args: []string{"reject", r.Name}, objects: []client.Object{tampered(r)},
			operator: operator{reason: v1alpha1.ReasonRejected}, made: 1,
		},
		"Revoke": {args: []string{"revoke", r.Name}, operator: operator{reason: v1alpha1.ReasonRevoked}, made: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.objects == nil {
				tc.objects = []client.Object{r}
			}
			b := bench{
				objects: append(tc.objects, before), calls: tc.operator.calls(), in: tc.in, interactive: tc.interactive,
			}
			synctest.Test(t, func(t *testing.T) {
				got := b.run(t, tc.args...)
				golden(t, "decide-"+name, got.Out+got.Err)
				if got.Code != tc.code {
					t.Errorf("exit code %d, want %d", got.Code, tc.code)
				}
			})
			var made v1alpha1.ApprovalList
			if err := b.api.List(t.Context(), &made); err != nil {
				t.Fatal(err)
			}
			if len(made.Items) != tc.made {
				t.Errorf("%d decisions were recorded, want %d", len(made.Items), tc.made)
			}
		})
	}
}

func TestDecisionNamesWhatWasShown(t *testing.T) {
	r := request(t, nil, deployment("checkout:2", corev1.EnvVar{Name: "POOL", Value: "7"}))
	want := &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: r.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{
			Request:  v1alpha1.RequestReference{Name: r.Name, UID: string(r.UID), Digest: r.Spec.Change.Digest},
			Decision: v1alpha1.DecisionApprove,
			Comment:  "load test OK",
		},
	}
	if diff := cmp.Diff(want, newApproval(*r, v1alpha1.DecisionApprove, "load test OK")); diff != "" {
		t.Errorf("who decides, and the name, are left to the server (-want +got):\n%s", diff)
	}
}

func TestWithdraw(t *testing.T) {
	r := waiting(request(t, nil, deployment("checkout:2")), v1alpha1.ReasonApproved, "")
	earlier := approval(r, 1, v1alpha1.DecisionApprove)
	for name, tc := range map[string]struct {
		request  *v1alpha1.PromotionRequest
		operator operator
	}{
		"Before": {counted(r, earlier), operator{reason: v1alpha1.ReasonAwaitingApproval, waitingFor: missingOne}},
		"After":  {entered(counted(r, earlier)), operator{reason: v1alpha1.ReasonEntered}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: []client.Object{tc.request, earlier}, calls: tc.operator.calls()}
			synctest.Test(t, func(t *testing.T) {
				got := b.run(t, "withdraw", earlier.Name, "-m", "too early")
				golden(t, "withdraw-"+name, got.Out+got.Err)
			})
			var made v1alpha1.Approval
			key := client.ObjectKey{Namespace: namespace, Name: promotion.ApprovalName(r.Name, 2)}
			if err := b.api.Get(t.Context(), key, &made); err != nil {
				t.Fatal(err)
			}
			if made.Spec.Withdraws != earlier.Name || made.Spec.Comment != "too early" {
				t.Errorf("withdraws %q with comment %q", made.Spec.Withdraws, made.Spec.Comment)
			}
		})
	}
}

// TestHowOn : of how a change gets in nothing is said but what is known.
func TestHowOn(t *testing.T) {
	const argo = "Argo CD syncs it by itself, as part of argocd/shop"
	for name, test := range map[string]struct {
		reason     string
		release    *v1alpha1.Release
		openedBy   string
		authorship v1alpha1.Authorship
		want       string
	}{
		"NoRelease": {"she asked", nil, "alice@example.com", "", "alice@example.com can apply it now"},
		"Sync": {
			"the operator saw it", ofArgo("argocd/shop"), theOperator, v1alpha1.AuthorshipDeclared, argo,
		},
		"ByHand": {
			"she says so", ofArgo("argocd/shop"), "alice@example.com", "",
			"alice@example.com can apply it now, or Argo CD, if it is part of argocd/shop as they say",
		},
		"Annotation": {
			"the object says so", ofArgo("argocd/shop"), theOperator, "",
			"alice@example.com can apply it now; if that is Argo CD, it tries again by itself, as part of argocd/shop",
		},
		"Flux": {
			"its labels say so", &v1alpha1.Release{Source: "Flux", Name: "shop/web"}, theOperator, "",
			"alice@example.com can apply it now; if that is Flux, it tries again by itself, as part of shop/web",
		},
		"NoTool": {
			"nothing tries again", &v1alpha1.Release{Source: "CLI", Name: "shop"}, "alice@example.com", "",
			"alice@example.com can apply it now",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, nil, deployment("checkout:2"))
			r.Spec.Release, r.Spec.Authorship, r.Spec.OpenedBy.Username = test.release, test.authorship, test.openedBy
			if got := howOn(*r); got != test.want {
				t.Errorf("%s: got %q, want %q", test.reason, got, test.want)
			}
		})
	}
}

func ofArgo(name string) *v1alpha1.Release { return &v1alpha1.Release{Source: "ArgoCD", Name: name} }
