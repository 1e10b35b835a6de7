// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/grants"
)

const (
	granted    = "Ready=True Granted"
	nameTaken  = "Ready=False NameTaken, Stalled=True NameTaken"
	noBotHome  = "Ready=False NamespaceNotFound"
	unreadable = "Ready=False SelectorInvalid, Stalled=True SelectorInvalid"
	refused    = "Ready=False Refused"
)

// TestPipelineRole looks at what roles come to on a real API server, which alone says who may do what. The reconciler
// has the rights that config/rbac and config/policy leave the operator, no more.
func TestPipelineRole(t *testing.T) {
	w := startRoles(t)
	for name, test := range map[string]func(*testing.T, *roleWorld){
		"NewNamespace": testNewNamespace, "NamespaceLeaves": testNamespaceLeaves, "Selector": testSelector,
		"RemovedMember": testRemovedMember, "ExpiredMember": testExpiredMember, "Bots": testBots,
		"BotOfAnother": testBotOfAnother, "BotInSystemNamespace": testBotInSystemNamespace,
		"ABotNeverApproves": testABotNeverApproves, "ManualEdits": testManualEdits, "ForeignBinding": testForeignBinding,
		"RoleDeleted": testRoleDeleted, "RoleGoing": testRoleGoing, "SteadyState": testSteadyState, "Trail": testTrail,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, w)
		})
	}
}

func testNewNamespace(t *testing.T, w *roleWorld) {
	role := w.role(t, "arrive")
	w.awaitReady(t, role, granted)
	namespace := w.namespace(t, "arrive-later", "")
	w.namespace(t, "arrive-labelled", "arrive")
	w.awaitView(t, "arrive-labelled", "alice", true)
	w.awaitView(t, "arrive-later", "alice", false)

	w.edit(t, namespace, func() { namespace.Labels[v1alpha1.EnvironmentLabel] = "arrive" })
	w.awaitView(t, "arrive-later", "alice", true)
	w.awaitView(t, "arrive-later", "bob", false)
	until(t, "the role tells in how many namespaces it holds", func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(role), role)
		return cmp.Diff(new(int32(2)), role.Status.Namespaces), err
	})
}

func testNamespaceLeaves(t *testing.T, w *roleWorld) {
	w.role(t, "leave")
	namespace := w.namespace(t, "leave-a", "leave")
	w.awaitView(t, "leave-a", "alice", true)
	w.edit(t, namespace, func() { delete(namespace.Labels, v1alpha1.EnvironmentLabel) })
	w.awaitView(t, "leave-a", "alice", false)
	w.edit(t, namespace, func() { namespace.Labels[v1alpha1.EnvironmentLabel] = "leave" })
	w.awaitView(t, "leave-a", "alice", true)
	w.edit(t, namespace, func() { namespace.Labels[v1alpha1.EnvironmentLabel] = "elsewhere" })
	w.awaitView(t, "leave-a", "alice", false)
}

func testSelector(t *testing.T, w *roleWorld) {
	role := w.role(t, "select", func(role *v1alpha1.PipelineRole) {
		role.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}}
	})
	namespace := w.namespace(t, "select-a", "select")
	w.awaitReady(t, role, granted)
	w.awaitView(t, "select-a", "alice", false)
	w.edit(t, namespace, func() { namespace.Labels["team"] = "shop" })
	w.awaitView(t, "select-a", "alice", true)

	w.edit(t, role, func() {
		role.Spec.NamespaceSelector.MatchExpressions = []metav1.LabelSelectorRequirement{
			{Key: "team", Operator: metav1.LabelSelectorOpIn},
		}
	})
	w.awaitReady(t, role, unreadable)
	w.awaitView(t, "select-a", "alice", false)
}

func testRemovedMember(t *testing.T, w *roleWorld) {
	role := w.role(t, "remove", func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = append(role.Spec.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "bob"})
	})
	w.namespace(t, "remove-a", "remove")
	w.awaitView(t, "remove-a", "alice", true)
	w.awaitView(t, "remove-a", "bob", true)
	w.edit(t, role, func() { role.Spec.Members = role.Spec.Members[1:] })
	w.awaitView(t, "remove-a", "alice", false)
	w.awaitView(t, "remove-a", "bob", true)
	w.awaitReady(t, role, granted)
}

func testExpiredMember(t *testing.T, w *roleWorld) {
	end := metav1.NewTime(time.Now().Add(3 * time.Second).Truncate(time.Second))
	role := w.role(t, "expire", func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = []v1alpha1.Member{
			{Kind: v1alpha1.MemberUser, Name: "alice", ExpireTime: &end}, {Kind: v1alpha1.MemberUser, Name: "bob"},
		}
	})
	w.namespace(t, "expire-a", "expire")
	w.awaitView(t, "expire-a", "alice", true)
	until(t, "the role tells when the next membership ends", func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(role), role)
		return cmp.Diff(&end, role.Status.NextExpireTime), err
	})
	w.awaitView(t, "expire-a", "alice", false)
	if early := time.Until(end.Time); early > 0 {
		t.Errorf("the membership ended %v early", early)
	}
	w.awaitView(t, "expire-a", "bob", true)
	until(t, "no other membership ends", func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(role), role)
		return cmp.Diff((*metav1.Time)(nil), role.Status.NextExpireTime), err
	})
}

func testBots(t *testing.T, w *roleWorld) {
	role := w.role(t, "bots", func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "bots-cicd", Owner: "shop-team"}}
	})
	w.namespace(t, "bots-a", "bots")
	w.awaitReady(t, role, noBotHome)
	w.awaitView(t, "bots-a", "alice", true)
	w.awaitView(t, "bots-a", "system:serviceaccount:bots-cicd:ci", false)

	w.namespace(t, "bots-cicd", "")
	w.awaitView(t, "bots-a", "system:serviceaccount:bots-cicd:ci", true)
	w.awaitReady(t, role, granted)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "ci", Namespace: "bots-cicd"}}
	asMade := func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(account), account)
		want := grants.Account(role, role.Spec.Bots[0])
		return cmp.Diff(want, account, ignoreServerFields), client.IgnoreNotFound(err)
	}
	until(t, "the account is as the role says", asMade)
	w.edit(t, account, func() {
		account.AutomountServiceAccountToken = nil
		account.Annotations["eks.amazonaws.com/role-arn"] = "admin"
		account.Labels[grants.RoleLabel] = "another"
	})
	until(t, "the edited account is repaired", asMade)
	must(t, w.Delete(t.Context(), account))
	until(t, "the deleted account is made again", asMade)

	w.edit(t, role, func() { role.Spec.Bots = nil })
	w.awaitView(t, "bots-a", "system:serviceaccount:bots-cicd:ci", false)
	w.awaitGone(t, account)
}

func testBotOfAnother(t *testing.T, w *roleWorld) {
	w.namespace(t, "other-a", "other")
	w.namespace(t, "other-cicd", "")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "theirs", Namespace: "other-cicd"}}
	must(t, w.Create(t.Context(), account))
	role := w.role(t, "other", func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: "theirs", Namespace: "other-cicd", Owner: "shop-team"}}
	})
	w.awaitReady(t, role, nameTaken)
	w.awaitView(t, "other-a", "alice", true)
	w.awaitView(t, "other-a", "system:serviceaccount:other-cicd:theirs", false)
	w.assertUntouched(t, account)
	w.edit(t, role, func() { role.Spec.Bots = nil })
	w.awaitReady(t, role, granted)
	w.assertUntouched(t, account)
}

func testBotInSystemNamespace(t *testing.T, w *roleWorld) {
	role := w.role(t, "system", func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "kube-public", Owner: "mallory"}}
	})
	w.namespace(t, "system-a", "system")
	w.awaitReady(t, role, refused)
	w.awaitView(t, "system-a", "alice", true)
	w.awaitView(t, "system-a", "system:serviceaccount:kube-public:ci", false)
}

func testABotNeverApproves(t *testing.T, w *roleWorld) {
	role := w.role(t, "approve", func(role *v1alpha1.PipelineRole) {
		role.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove}
	})
	w.namespace(t, "approve-a", "approve")
	w.awaitView(t, "approve-a", "alice", true)
	approve := authorizationv1.ResourceAttributes{Group: v1alpha1.GroupName, Resource: "approvals", Verb: "create"}
	until(t, "alice may approve", func(ctx context.Context) (string, error) {
		may, err := w.may(ctx, "approve-a", "alice", approve)
		return differ(true, may), err
	})
	role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "approve-a", Owner: "shop-team"}}
	if err := w.Update(t.Context(), role); err == nil {
		t.Error("a role with capability Approve took a bot")
	}
}

func testManualEdits(t *testing.T, w *roleWorld) {
	w.role(t, "edits")
	w.namespace(t, "edits-a", "edits")
	w.awaitView(t, "edits-a", "alice", true)
	made, err := w.binding(t.Context(), "edits-a", "edits")
	must(t, err)
	mallory := rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "User", Name: "mallory"}
	for _, tc := range []struct {
		name, reason string
		tamper       func(*rbacv1.RoleBinding) error
	}{
		{"Subjects", "somebody adds themselves", func(b *rbacv1.RoleBinding) error {
			b.Subjects = append(b.Subjects, mallory)
			return w.Update(t.Context(), b)
		}},
		{"NoSubjects", "somebody locks everybody out", func(b *rbacv1.RoleBinding) error {
			b.Subjects = nil
			return w.Update(t.Context(), b)
		}},
		{"Metadata", "metadata comes from the operator alone", func(b *rbacv1.RoleBinding) error {
			b.Labels["x"], b.Annotations["y"] = "y", "z"
			delete(b.Annotations, grants.GrantedByAnnotation)
			return w.Update(t.Context(), b)
		}},
		{"RoleLabel", "a binding cannot be given to another role", func(b *rbacv1.RoleBinding) error {
			b.Labels[grants.RoleLabel] = "another"
			return w.Update(t.Context(), b)
		}},
		{"Finalizer", "a finalizer would keep the grant alive", func(b *rbacv1.RoleBinding) error {
			b.Finalizers = []string{"example.com/stay"}
			return w.Update(t.Context(), b)
		}},
		{"Deleted", "what is deleted comes back", func(b *rbacv1.RoleBinding) error {
			return w.Delete(t.Context(), b)
		}},
		{"RoleRef", "an update cannot change the roleRef, so it is made anew", func(b *rbacv1.RoleBinding) error {
			if err := w.Delete(t.Context(), b); err != nil {
				return err
			}
			other := &rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace, Labels: b.Labels},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
				Subjects:   []rbacv1.Subject{mallory},
			}
			err := w.Create(t.Context(), other)
			return client.IgnoreAlreadyExists(err) // the operator was faster
		}},
	} {
		binding, err := w.binding(t.Context(), "edits-a", "edits")
		must(t, err)
		if err := tc.tamper(binding); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		until(t, tc.name+": "+tc.reason, func(ctx context.Context) (string, error) {
			got, err := w.binding(ctx, "edits-a", "edits")
			return cmp.Diff(made, got, ignoreServerFields), err
		})
	}
	w.awaitView(t, "edits-a", "mallory", false)
}

func testForeignBinding(t *testing.T, w *roleWorld) {
	w.namespace(t, "foreign-a", "foreign")
	w.namespace(t, "foreign-b", "foreign")
	theirs := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "foreign-a", Name: "countersign:foreign:view"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "carol"}},
	}
	must(t, w.Create(t.Context(), theirs))
	role := w.role(t, "foreign")
	w.awaitReady(t, role, nameTaken)
	w.awaitView(t, "foreign-b", "alice", true)
	w.awaitView(t, "foreign-a", "alice", false)
	w.assertUntouched(t, theirs)

	must(t, w.Delete(t.Context(), theirs))
	w.edit(t, role, func() { role.Spec.Members = role.Spec.Members[:1] })
	w.awaitReady(t, role, granted)
	w.awaitView(t, "foreign-a", "alice", true)

	w.edit(t, role, func() { role.Annotations["example.com/note"] = "unrelated" })
	must(t, w.Delete(t.Context(), role))
	w.awaitView(t, "foreign-a", "alice", false)
}

func testRoleDeleted(t *testing.T, w *roleWorld) {
	w.namespace(t, "delete-cicd", "")
	w.namespace(t, "delete-a", "delete")
	role := w.role(t, "delete", func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "delete-cicd", Owner: "shop-team"}}
	})
	bystander := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "delete-a", Name: "countersign:delete:approve"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	}
	must(t, w.Create(t.Context(), bystander))
	w.awaitView(t, "delete-a", "system:serviceaccount:delete-cicd:ci", true)
	binding, err := w.binding(t.Context(), "delete-a", "delete")
	must(t, err)
	must(t, w.Delete(t.Context(), role, client.PropagationPolicy(metav1.DeletePropagationOrphan)))
	w.awaitView(t, "delete-a", "alice", false)
	w.awaitGone(t, binding)
	w.awaitGone(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "delete-cicd", Name: "ci"}})
	w.assertUntouched(t, bystander)
}

// testRoleGoing: who keeps a role from going does not keep the rights.
func testRoleGoing(t *testing.T, w *roleWorld) {
	role := w.role(t, "going", func(role *v1alpha1.PipelineRole) {
		role.Finalizers = []string{"example.com/stay"}
	})
	w.namespace(t, "going-a", "going")
	w.awaitView(t, "going-a", "alice", true)
	must(t, w.Delete(t.Context(), role))
	w.awaitView(t, "going-a", "alice", false)
	w.awaitReady(t, role, granted)
	if diff := cmp.Diff(2, len(role.Spec.Members)); diff != "" {
		t.Errorf("the spec was written: -want, +got members:\n%s", diff)
	}
	w.edit(t, role, func() { role.Finalizers = nil })
	w.awaitGone(t, role)
}

// testSteadyState: where all is as it should be nothing is written, however often one looks.
func testSteadyState(t *testing.T, w *roleWorld) {
	w.namespace(t, "steady-cicd", "")
	w.namespace(t, "steady-a", "steady")
	role := w.role(t, "steady", func(role *v1alpha1.PipelineRole) {
		end := metav1.NewTime(time.Now().Add(time.Hour))
		role.Spec.Members[0].ExpireTime = &end
		role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "steady-cicd", Owner: "shop-team"}}
	})
	w.awaitReady(t, role, granted)
	w.awaitView(t, "steady-a", "system:serviceaccount:steady-cicd:ci", true)
	until(t, "nothing more is written", func(ctx context.Context) (string, error) {
		counting := &countingClient{Client: w.reconciler.Client}
		again := controller.PipelineRoleReconciler{
			Client: counting, Live: w.reconciler.Live, Audit: w.reconciler.Audit, Clock: w.reconciler.Clock,
		}
		result, err := again.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(role)})
		if result.RequeueAfter <= 0 || result.RequeueAfter > 10*time.Minute {
			t.Errorf("looks again after %v, want before long, for the membership that ends", result.RequeueAfter)
		}
		return differ(0, int(counting.writes.Load())), err
	})
}

func testTrail(t *testing.T, w *roleWorld) {
	w.namespace(t, "trail-cicd", "")
	w.namespace(t, "trail-a", "trail")
	role := w.role(t, "trail", func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "trail-cicd", Owner: "shop-team"}}
	})
	w.awaitReady(t, role, granted)
	w.awaitView(t, "trail-a", "alice", true)
	w.edit(t, role, func() {
		role.Spec.Members = role.Spec.Members[:1]
		role.Annotations[grants.ChangedByAnnotation] = "carol"
	})
	w.awaitReady(t, role, granted)
	must(t, w.Delete(t.Context(), role))
	want := []string{
		"GrantRemoved DELETE ci by :",
		"GrantRemoved DELETE countersign:trail:view by : User:alice ServiceAccount:trail-cicd/ci",
		"GrantWritten CREATE ci by tester:",
		"GrantWritten CREATE countersign:trail:view by tester: Group:operators User:alice ServiceAccount:trail-cicd/ci",
		"GrantWritten UPDATE ci by carol:",
		"GrantWritten UPDATE countersign:trail:view by carol: User:alice ServiceAccount:trail-cicd/ci",
	}
	until(t, "every write is on the trail", func(context.Context) (string, error) {
		return cmp.Diff(want, w.trail.of(t, "trail")), nil
	})
}

// TestPipelineRoleGoneMeanwhile: what a role made goes even if the role went while nobody looked.
func TestPipelineRoleGoneMeanwhile(t *testing.T) {
	w := newRoleWorld(t)
	role := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "meanwhile", UID: "gone"},
		Spec: v1alpha1.PipelineRoleSpec{
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "alice"}},
		},
	}
	w.namespace(t, "meanwhile-a", "")
	binding := grants.Bindings(role, nil, []string{"meanwhile-a"}, time.Now())[0]
	account := grants.Account(role, v1alpha1.Bot{Name: "ci", Namespace: "meanwhile-a", Owner: "shop-team"})
	must(t, w.Create(t.Context(), binding))
	must(t, w.Create(t.Context(), account))
	startRoles(t)
	w.awaitGone(t, binding)
	w.awaitGone(t, account)
}

// ignoreServerFields leaves what the operator wants to be there.
var ignoreServerFields = cmpopts.IgnoreFields(metav1.ObjectMeta{}, "UID", "ResourceVersion", "CreationTimestamp",
	"ManagedFields", "Generation")

func (w *roleWorld) awaitGone(t *testing.T, object client.Object) {
	t.Helper()
	until(t, object.GetName()+" is gone", func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(object), object)
		if client.IgnoreNotFound(err) == nil && err != nil {
			return "", nil
		}
		return "still there", err
	})
}

func (w *roleWorld) assertUntouched(t *testing.T, object client.Object) {
	t.Helper()
	want := object.GetResourceVersion()
	must(t, w.Get(t.Context(), client.ObjectKeyFromObject(object), object))
	if object.GetResourceVersion() != want {
		t.Errorf("%s was written", object.GetName())
	}
}

// countingClient counts writes.
type countingClient struct {
	client.Client
	writes atomic.Int32
}

func (c *countingClient) Create(ctx context.Context, object client.Object, opts ...client.CreateOption) error {
	c.writes.Add(1)
	return c.Client.Create(ctx, object, opts...)
}

func (c *countingClient) Update(ctx context.Context, object client.Object, opts ...client.UpdateOption) error {
	c.writes.Add(1)
	return c.Client.Update(ctx, object, opts...)
}

func (c *countingClient) Delete(ctx context.Context, object client.Object, opts ...client.DeleteOption) error {
	c.writes.Add(1)
	return c.Client.Delete(ctx, object, opts...)
}

func (c *countingClient) Status() client.SubResourceWriter {
	c.writes.Add(1) // it is asked for only to write
	return c.Client.Status()
}
