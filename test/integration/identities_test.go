// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func identities(data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: "countersign-identities"}, Data: data,
	}
}

// mapPeople writes which names are one person's, until the test is over.
func mapPeople(t *testing.T, text string) {
	t.Helper()
	write := func(ctx context.Context, data map[string]string) error {
		return changing(breakGlass(t), identities(nil), func(stored *corev1.ConfigMap) { stored.Data = data })(ctx)
	}
	if err := write(t.Context(), map[string]string{"people.yaml": text}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := write(context.WithoutCancel(t.Context()), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestNamesOfOnePerson: a second login of whoever asked does not approve, from when the mapping says so.
func TestNamesOfOnePerson(t *testing.T) {
	const wanda, wandaToo = "wanda@example.com", "wanda-admin"
	s := newShop(t)
	try := deploying(as(t, wanda, s.developers), s.deployment("checkout"))
	request := s.turnedAway(t, try)
	s.approve(t, request, wandaToo)
	s.await(t, request.Name, v1alpha1.ReasonApproved)

	mapPeople(t, "- {person: wanda, names: [wanda@example.com, wanda-admin]}\n")
	s.await(t, request.Name, v1alpha1.ReasonAwaitingApproval)
	s.turnedAway(t, try, wandaToo+" asked for the change")
	again := decide(request, v1alpha1.DecisionApprove)
	denied(t, s.manager(t, wandaToo).Create(t.Context(), again), "asked for the change")
	s.approve(t, request, carol)
	goesThrough(t, "carol is somebody else", try)
}

// TestDamagedMapping: while nobody can tell who is who, approvals count for nothing, and the message says what to mend.
func TestDamagedMapping(t *testing.T) {
	s := newShop(t)
	try := deploying(s.developer(t), s.deployment("checkout"))
	request := s.turnedAway(t, try)
	s.approve(t, request, bob)
	s.await(t, request.Name, v1alpha1.ReasonApproved)

	mapPeople(t, "alice: is bob\n")
	s.await(t, request.Name, v1alpha1.ReasonAwaitingApproval)
	s.turnedAway(t, try, "ConfigMap countersign-system/countersign-identities: people.yaml: it must be a list")
	mapPeople(t, "[]")
	s.await(t, request.Name, v1alpha1.ReasonApproved)
	goesThrough(t, "bob's approval counts again", try)
}

// testIdentities: nobody makes two people of one.
func (g guarded) testIdentities(t *testing.T) {
	const policy = "countersign-identities"
	admin, glass := g.admin(t), g.as(t, "admin", breakGlassGroup)
	stored := func() client.Object { return identities(nil) }
	tryAll(t, map[string]attempt{
		"Unmap": {
			"one of two names would be another's", patch(admin, stored(), "", `{"data":{"people.yaml":"[]"}}`), policy,
			"--as-group=" + breakGlassGroup,
		},
		"Binary": {"it could not be read", patch(admin, stored(), "", `{"binaryData":{"more":"W10="}}`), policy, ""},
		"Freeze": {"it could not be put right", patch(admin, stored(), "", `{"immutable":true}`), policy, ""},
		"Orphan": {"it would go with its owner", patch(admin, stored(), "",
			`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"x"}]}}`), policy, ""},
		"Delete": {"nobody could be approved", deleting(admin, stored()), policy, ""},
		"DeleteAll": {"deletion in bulk is deletion", func(ctx context.Context) error {
			return admin.DeleteAllOf(ctx, &corev1.ConfigMap{}, client.InNamespace(operatorNamespace))
		}, policy, ""},

		"Label": {"that says nothing", patch(admin, stored(), "", `{"metadata":{"labels":{"a":"b"}}}`), "", ""},
		"Others": {"others are not ours to guard", creating(admin, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: "others"},
		}), "", ""},
		"Elsewhere": {"nor is one of the name elsewhere", creating(admin, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "countersign-identities"},
		}), "", ""},
		"BreakGlass": {
			"somebody must be able to, with no other rights", patch(glass, stored(), "", `{"data":{"people.yaml":"[ ]"}}`),
			"", "",
		},
	})
	again := identities(nil)
	goesThrough(t, "delete it", func(ctx context.Context) error {
		return g.as(t, "admin", administrators, breakGlassGroup).Delete(ctx, again)
	})
	tryAll(t, map[string]attempt{
		"MakeAnew": {"whoever makes it anew says who is who", creating(admin, identities(nil)), policy, ""},
	})
}
