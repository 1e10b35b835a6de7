// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/index"
)

// What a role says of itself.
const (
	granted     = "Ready=True Granted"
	nameTaken   = "Ready=False NameTaken, Stalled=True NameTaken"
	botHomeless = "Ready=False NamespaceNotFound"
)

// TestPipelineRole looks at what roles come to. Who may do what, only the API server says.
func TestPipelineRole(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"NewNamespace": testNewNamespace, "NamespaceLeaves": testNamespaceLeaves, "Selector": testSelector,
		"RemovedMember": testRemovedMember, "ExpiredMember": testExpiredMember, "Capabilities": testCapabilities,
		"Bot": testBot, "BotMadeByOthers": testBotMadeByOthers, "BotInSystemNamespace": testBotInSystemNamespace,
		"ManualEdits": testManualEdits, "BindingMadeByOthers": testBindingMadeByOthers, "RoleDeleted": testRoleDeleted,
		"RoleKeptFromGoing": testRoleKeptFromGoing, "SteadyState": testSteadyState, "Trail": testTrail,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

func testNewNamespace(t *testing.T) {
	team := newTeam(t, "arrive")
	team.awaitConditions(t, granted)
	namespace(t, "arrive-later", "")
	namespace(t, "arrive-labelled", "arrive")
	team.awaitView(t, "arrive-labelled", alice, true)
	team.awaitView(t, "arrive-later", alice, false)

	team.label(t, "arrive-later", "arrive")
	team.awaitView(t, "arrive-later", alice, true)
	team.awaitView(t, "arrive-later", bob, false)
	team.awaitRole(t, func(role *v1alpha1.PipelineRole) string { return cmp.Diff(new(int32(2)), role.Status.Namespaces) })
}

func testNamespaceLeaves(t *testing.T) {
	team := newTeam(t, "leave")
	namespace(t, "leave-a", "leave")
	team.awaitView(t, "leave-a", alice, true)
	team.label(t, "leave-a", "")
	team.awaitView(t, "leave-a", alice, false)
	team.label(t, "leave-a", "leave")
	team.awaitView(t, "leave-a", alice, true)
	team.label(t, "leave-a", "elsewhere")
	team.awaitView(t, "leave-a", alice, false)
}

func testSelector(t *testing.T) {
	team := newTeam(t, "select", func(role *v1alpha1.PipelineRole) {
		role.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"team": "shop"}}
	})
	namespace(t, "select-a", "select")
	team.awaitConditions(t, granted)
	team.awaitView(t, "select-a", alice, false)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "select-a"}}
	edit(t, team.all, ns, func(ns *corev1.Namespace) { ns.Labels["team"] = "shop" })
	team.awaitView(t, "select-a", alice, true)

	unreadable := team.role.DeepCopy()
	unreadable.Spec.NamespaceSelector.MatchExpressions = []metav1.LabelSelectorRequirement{
		{Key: "team", Operator: metav1.LabelSelectorOpIn},
	}
	denied(t, team.all.Patch(t.Context(), unreadable, client.MergeFrom(team.role)), "spec.namespaceSelector: ")
}

func testRemovedMember(t *testing.T) {
	team := newTeam(t, "remove", func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = append(role.Spec.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: bob})
	})
	namespace(t, "remove-a", "remove")
	team.awaitView(t, "remove-a", alice, true)
	team.awaitView(t, "remove-a", bob, true)
	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Spec.Members = role.Spec.Members[1:] })
	team.awaitView(t, "remove-a", alice, false)
	team.awaitView(t, "remove-a", bob, true)
	team.awaitConditions(t, granted)
}

func testExpiredMember(t *testing.T) {
	end := metav1.NewTime(time.Now().Add(3 * time.Second).Truncate(time.Second))
	team := newTeam(t, "expire", func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = []v1alpha1.Member{
			{Kind: v1alpha1.MemberUser, Name: alice, ExpireTime: &end}, {Kind: v1alpha1.MemberUser, Name: bob},
		}
	})
	namespace(t, "expire-a", "expire")
	team.awaitView(t, "expire-a", alice, true)
	nextIs := func(want *metav1.Time) func(*v1alpha1.PipelineRole) string {
		return func(role *v1alpha1.PipelineRole) string { return cmp.Diff(want, role.Status.NextChangeTime) }
	}
	team.awaitRole(t, nextIs(&end))
	team.awaitView(t, "expire-a", alice, false)
	if early := time.Until(end.Time); early > 0 {
		t.Errorf("the membership ended %v early", early)
	}
	team.awaitView(t, "expire-a", bob, true)
	team.awaitRole(t, nextIs(nil))
}

func testCapabilities(t *testing.T) {
	team := newTeam(t, "capable", func(role *v1alpha1.PipelineRole) {
		role.Spec.Capabilities = []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove}
	})
	namespace(t, "capable-a", "capable")
	approve := authorizationv1.ResourceAttributes{Group: v1alpha1.GroupName, Resource: "approvals", Verb: "create"}
	team.awaitAccess(t, "capable-a", alice, approve, true)
	team.awaitView(t, "capable-a", alice, true)

	withBot("ci", "capable-a")(team.role)
	if err := team.all.Update(t.Context(), team.role); err == nil {
		t.Error("a role with capability Approve took a bot")
	}
	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) {
		role.Spec.Bots, role.Spec.Capabilities = nil, role.Spec.Capabilities[:1]
	})
	team.awaitAccess(t, "capable-a", alice, approve, false)
	team.awaitView(t, "capable-a", alice, true)
}

func testBot(t *testing.T) {
	const ci = "system:serviceaccount:bot-cicd:ci"
	team := newTeam(t, "bot", withBot("ci", "bot-cicd"))
	namespace(t, "bot-a", "bot")
	team.awaitConditions(t, botHomeless)
	team.awaitView(t, "bot-a", alice, true)
	team.awaitView(t, "bot-a", ci, false)

	namespace(t, "bot-cicd", "")
	team.awaitView(t, "bot-a", ci, true)
	team.awaitConditions(t, granted)
	want := grants.Account(team.role, team.role.Spec.Bots[0], []string{apiAudience})
	account := want.DeepCopy()
	asMade := func(ctx context.Context) string {
		if err := team.all.Get(ctx, client.ObjectKeyFromObject(want), account); err != nil {
			return err.Error()
		}
		return cmp.Diff(want, account, ignoreServerFields)
	}
	eventually(t, asMade)
	edit(t, team.all, account, func(account *corev1.ServiceAccount) {
		account.AutomountServiceAccountToken = nil
		account.Annotations["eks.amazonaws.com/role-arn"] = "admin"
		account.Labels[grants.RoleLabel] = "another"
	})
	eventually(t, asMade)
	if err := team.all.Delete(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	eventually(t, asMade)

	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Spec.Bots = nil })
	team.awaitView(t, "bot-a", ci, false)
	team.awaitGone(t, account)
}

func testBotMadeByOthers(t *testing.T) {
	namespace(t, "theirs-a", "theirs")
	namespace(t, "theirs-cicd", "")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "ci", Namespace: "theirs-cicd"}}
	create(t, account)
	team := newTeam(t, "theirs", withBot("ci", "theirs-cicd"))
	team.awaitConditions(t, nameTaken)
	team.awaitView(t, "theirs-a", alice, true)
	team.awaitView(t, "theirs-a", "system:serviceaccount:theirs-cicd:ci", false)
	team.assertUntouched(t, account)
	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Spec.Bots = nil })
	team.awaitConditions(t, granted)
	team.assertUntouched(t, account)
}

func testBotInSystemNamespace(t *testing.T) {
	role := newRole("system", withBot("ci", "kube-public"))
	mentions(t, "the cluster is run from there", admin(t).Create(t.Context(), role), "spec.bots[0].namespace")
}

// testManualEdits: whatever somebody who passes the guards does to a binding, it is repaired as a whole.
func testManualEdits(t *testing.T) {
	team := newTeam(t, "edits")
	namespace(t, "edits-a", "edits")
	team.awaitView(t, "edits-a", alice, true)
	made, err := team.binding(t.Context(), "edits-a")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range tampering(team.all) {
		binding, err := team.binding(t.Context(), "edits-a")
		if err != nil {
			t.Fatal(err)
		}
		if err := tc.tamper(t.Context(), binding); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		eventually(t, func(ctx context.Context) string {
			got, err := team.binding(ctx, "edits-a")
			if err != nil {
				return err.Error()
			}
			if diff := cmp.Diff(made, got, ignoreServerFields); diff != "" {
				return name + ": " + tc.reason + ": -made, +stored:\n" + diff
			}
			return ""
		})
	}
	team.awaitView(t, "edits-a", mallory.Name, false)
}

var mallory = rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "mallory@example.com"}

type tampered struct {
	reason string
	tamper func(context.Context, *rbacv1.RoleBinding) error
}

func tampering(c client.Client) map[string]tampered {
	update := func(change func(*rbacv1.RoleBinding)) func(context.Context, *rbacv1.RoleBinding) error {
		return func(ctx context.Context, b *rbacv1.RoleBinding) error {
			change(b)
			return c.Update(ctx, b)
		}
	}
	return map[string]tampered{
		"SubjectAdded": {
			reason: "somebody gives themselves the role",
			tamper: update(func(b *rbacv1.RoleBinding) { b.Subjects = append(b.Subjects, mallory) }),
		},
		"SubjectsRemoved": {
			reason: "somebody locks everybody out",
			tamper: update(func(b *rbacv1.RoleBinding) { b.Subjects = nil }),
		},
		"Metadata": {
			reason: "metadata comes from the operator alone",
			tamper: update(func(b *rbacv1.RoleBinding) { b.Labels["x"], b.Annotations = "y", map[string]string{"y": "z"} }),
		},
		"RoleLabel": {
			reason: "a binding cannot be given to another role",
			tamper: update(func(b *rbacv1.RoleBinding) { b.Labels[grants.RoleLabel] = "another" }),
		},
		"Finalizer": {
			reason: "a finalizer would keep the grant alive",
			tamper: update(func(b *rbacv1.RoleBinding) { b.Finalizers = []string{"example.com/stay"} }),
		},
		"Deleted": {
			reason: "what is deleted comes back",
			tamper: func(ctx context.Context, b *rbacv1.RoleBinding) error { return c.Delete(ctx, b) },
		},
		"RoleRef": {
			reason: "an update cannot change a roleRef, so the binding is made anew",
			tamper: func(ctx context.Context, b *rbacv1.RoleBinding) error { return replaceRoleRef(ctx, c, b) },
		},
	}
}

// replaceRoleRef puts a binding to cluster-admin in the place of one, if it is faster than the operator.
func replaceRoleRef(ctx context.Context, c client.Client, binding *rbacv1.RoleBinding) error {
	if err := c.Delete(ctx, binding); err != nil {
		return err
	}
	return client.IgnoreAlreadyExists(c.Create(ctx, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: binding.Name, Namespace: binding.Namespace, Labels: binding.Labels},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{mallory},
	}))
}

func testBindingMadeByOthers(t *testing.T) {
	namespace(t, "foreign-a", "foreign")
	namespace(t, "foreign-b", "foreign")
	theirs := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "foreign-a", Name: "countersign:foreign:view"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	}
	if err := admin(t).Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	team := newTeam(t, "foreign")
	team.awaitConditions(t, nameTaken)
	team.awaitView(t, "foreign-b", alice, true)
	team.awaitView(t, "foreign-a", alice, false)
	team.assertUntouched(t, theirs)

	if err := team.all.Delete(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Spec.Members = role.Spec.Members[:1] })
	team.awaitConditions(t, granted)
	team.awaitView(t, "foreign-a", alice, true)
}

// testRoleDeleted: all that the role made goes, whatever the deletion says of dependents, and nothing else.
func testRoleDeleted(t *testing.T) {
	namespace(t, "delete-cicd", "")
	namespace(t, "delete-a", "delete")
	theirs := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: "delete-a", Name: "countersign:delete:approve"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	}
	create(t, theirs)
	team := newTeam(t, "delete", withBot("ci", "delete-cicd"))
	team.awaitView(t, "delete-a", "system:serviceaccount:delete-cicd:ci", true)
	binding, err := team.binding(t.Context(), "delete-a")
	if err != nil {
		t.Fatal(err)
	}
	err = team.all.Delete(t.Context(), team.role, client.PropagationPolicy(metav1.DeletePropagationOrphan))
	if err != nil {
		t.Fatal(err)
	}
	team.awaitView(t, "delete-a", alice, false)
	team.awaitGone(t, binding)
	team.awaitGone(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "delete-cicd", Name: "ci"}})
	team.assertUntouched(t, theirs)
}

// testRoleKeptFromGoing: a finalizer keeps the role, and not the rights.
func testRoleKeptFromGoing(t *testing.T) {
	team := newTeam(t, "kept", func(role *v1alpha1.PipelineRole) { role.Finalizers = []string{"example.com/stay"} })
	namespace(t, "kept-a", "kept")
	team.awaitView(t, "kept-a", alice, true)
	if err := team.all.Delete(t.Context(), team.role); err != nil {
		t.Fatal(err)
	}
	team.awaitView(t, "kept-a", alice, false)
	team.awaitConditions(t, granted)
	if len(team.role.Spec.Members) != 2 {
		t.Errorf("the operator wrote the spec: %+v", team.role.Spec)
	}
	edit(t, team.all, team.role, func(role *v1alpha1.PipelineRole) { role.Finalizers = nil })
	team.awaitGone(t, team.role)
}

// testSteadyState: where all is as it should be nothing is written, however often one looks.
func testSteadyState(t *testing.T) {
	namespace(t, "steady-cicd", "")
	namespace(t, "steady-a", "steady")
	team := newTeam(t, "steady", withBot("ci", "steady-cicd"), func(role *v1alpha1.PipelineRole) {
		end := metav1.NewTime(time.Now().Add(time.Hour))
		role.Spec.Members[0].ExpireTime = &end
	})
	team.awaitView(t, "steady-a", "system:serviceaccount:steady-cicd:ci", true)
	team.awaitConditions(t, granted)
	counting := &countingClient{Client: cached(t)}
	reconciler := controller.PipelineRoleReconciler{
		Client: counting, Live: counting, Clock: clock.RealClock{}, Audit: audit.New(clock.RealClock{}, logr.Discard()),
		Authority:      authority.Checker{Reviews: counting, Live: counting, Cache: counting},
		TokenAudiences: []string{apiAudience},
	}
	for range 3 {
		result, err := reconciler.Reconcile(t.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(team.role)})
		if err != nil {
			t.Fatal(err)
		}
		if result.RequeueAfter <= 0 || result.RequeueAfter > 10*time.Minute {
			t.Errorf("looks again after %v, want before long, for the membership that ends", result.RequeueAfter)
		}
	}
	if writes := counting.writes.Load(); writes != 0 {
		t.Errorf("%d writes, want none", writes)
	}
}

func testTrail(t *testing.T) {
	namespace(t, "trail-cicd", "")
	namespace(t, "trail-a", "trail")
	team := newTeam(t, "trail", withBot("ci", "trail-cicd"))
	team.awaitView(t, "trail-a", alice, true)
	team.awaitConditions(t, granted)
	edit(t, as(t, carol, "system:masters"), team.role, func(role *v1alpha1.PipelineRole) {
		role.Spec.Members = role.Spec.Members[:1]
	})
	team.awaitConditions(t, granted)
	if err := team.all.Delete(t.Context(), team.role); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GrantRemoved DELETE ci by : ",
		"GrantRemoved DELETE countersign:trail:view by : User:alice@example.com ServiceAccount:trail-cicd/ci",
		"GrantWritten CREATE ci by admin: ",
		"GrantWritten CREATE countersign:trail:view by admin: " +
			"Group:operators User:alice@example.com ServiceAccount:trail-cicd/ci",
		"GrantWritten UPDATE ci by carol@example.com: ",
		"GrantWritten UPDATE countersign:trail:view by carol@example.com: " +
			"User:alice@example.com ServiceAccount:trail-cicd/ci",
	}
	eventually(t, func(context.Context) string {
		got, err := team.trail()
		if err != nil {
			return err.Error()
		}
		return cmp.Diff(want, got)
	})
}

// TestPipelineRoleGoneMeanwhile: what a role made goes even if the role went while the operator was away.
func TestPipelineRoleGoneMeanwhile(t *testing.T) {
	team := team{all: breakGlass(t), role: &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "meanwhile", UID: "gone"},
		Spec: v1alpha1.PipelineRoleSpec{
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: alice}},
		},
	}}
	namespace(t, "meanwhile-a", "")
	if err := manager.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	holders := grants.HoldersOf(team.role, nil, time.Now())
	binding := grants.Binding(team.role, grants.Grants(team.role)[0], "meanwhile-a", holders)
	bot := v1alpha1.Bot{Name: "ci", Namespace: "meanwhile-a", Owner: "shop-team"}
	account := grants.Account(team.role, bot, nil)
	for _, left := range []client.Object{binding, account} {
		if err := team.all.Create(t.Context(), left); err != nil {
			t.Error(err)
		}
	}
	if err := manager.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	team.awaitGone(t, binding)
	team.awaitGone(t, account)
}

// ignoreServerFields leaves what the operator wants to be there.
var ignoreServerFields = cmpopts.IgnoreFields(metav1.ObjectMeta{}, "UID", "ResourceVersion", "CreationTimestamp",
	"ManagedFields", "Generation")

// cached is a client that reads as the operator does.
func cached(t *testing.T) client.Client {
	t.Helper()
	config, err := operator.Installer(cluster)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cache.New(config, cache.Options{Scheme: scheme, ByObject: controller.GeneratedObjects()})
	if err != nil {
		t.Fatal(err)
	}
	if err := index.Setup(t.Context(), objects); err != nil {
		t.Fatal(err)
	}
	go func() {
		if err := objects.Start(t.Context()); err != nil {
			t.Errorf("the cache ended: %v", err)
		}
	}()
	if !objects.WaitForCacheSync(t.Context()) {
		t.Fatal("the cache has not been filled")
	}
	c, err := client.New(config, client.Options{Scheme: scheme, Cache: &client.CacheOptions{Reader: objects}})
	if err != nil {
		t.Fatal(err)
	}
	return c
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

// Status is asked for only to write.
func (c *countingClient) Status() client.SubResourceWriter {
	c.writes.Add(1)
	return c.Client.Status()
}
