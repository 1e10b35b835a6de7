// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	freezeGuard    = "countersign-freezes"
	emergencyGuard = "countersign-emergencies"
)

// testStops: a freeze and an emergency are in the name of who makes them; an environment is frozen and unfrozen only by
// those who may.
func (g guarded) testStops(t *testing.T) {
	g.namespace(t, "stops", "")
	person, operator := g.as(t, alice, administrators), g.operator(t)
	outsider := g.as(t, bob, "freeze-writers")
	g.grant(t, "freeze-writers", rbacv1.PolicyRule{
		APIGroups: []string{v1alpha1.GroupName}, Resources: []string{"freezes"}, Verbs: []string{"create", "delete", "get"},
	})
	self := whoAmI(t, person)
	stored := freezeBy(self, "stored")
	if err := person.Create(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	over := freezeBy(self, "over")
	over.Spec.ExpireTime = &metav1.Time{Time: time.Now()}
	if err := person.Create(t.Context(), over); err != nil {
		t.Fatal(err)
	}
	freezing := func(c client.Client, edit func(*v1alpha1.Freeze)) func(context.Context) error {
		freeze := freezeBy(whoAmI(t, c), "forged")
		edit(freeze)
		return creating(c, freeze)
	}
	declaring := func(edit func(*v1alpha1.Emergency)) func(context.Context) error {
		emergency := &v1alpha1.Emergency{
			ObjectMeta: metav1.ObjectMeta{Namespace: "stops", GenerateName: "emergency-"},
			Spec:       v1alpha1.EmergencySpec{DurationSeconds: 60, Reason: "INC-2291", Holder: self},
		}
		edit(emergency)
		return creating(person, emergency)
	}
	tryAll(t, map[string]attempt{
		"FreezeByOutsider": {
			"to write freezes is not enough", freezing(outsider, func(*v1alpha1.Freeze) {}), freezeGuard,
			"verb freeze on environments.countersign.dev/forged",
		},
		"UnfreezeByOutsider": {
			"nor to end them", deleting(outsider, stored), freezeGuard, "may neither freeze nor unfreeze",
		},
		"FrozenByAnother": {"frozenBy is who sends it", freezing(person, func(f *v1alpha1.Freeze) {
			f.Spec.FrozenBy.Username = bob
		}), freezeGuard, "spec.frozenBy must be " + alice},
		"FreezeFinalizer": {"it could not be ended", freezing(person, func(f *v1alpha1.Freeze) {
			f.Finalizers = []string{"example.com/stay"}
		}), freezeGuard, "no finalizers"},
		"FreezeOwnerLater": {
			"the garbage collector would end it", patch(person, stored, "",
				`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"x"}]}}`), freezeGuard,
			"no ownerReferences",
		},
		"OperatorUnfreezes": {
			"the operator ends no freeze that has no end", deleting(operator, stored), freezeGuard, "may neither freeze",
		},
		"OperatorSweeps": {"but removes those that are over", deleting(operator, over), "", ""},
		"HolderIsAnother": {"the holder is who sends it", declaring(func(e *v1alpha1.Emergency) {
			e.Spec.Holder.Username = bob
		}), emergencyGuard, "spec.holder must be " + alice},
		"HolderWithMoreGroups": {"groups count", declaring(func(e *v1alpha1.Emergency) {
			e.Spec.Holder.Groups = append([]string{"incident-commanders"}, self.Groups...)
		}), emergencyGuard, ""},
		"EmergencyFinalizer": {"it could not be ended", declaring(func(e *v1alpha1.Emergency) {
			e.Finalizers = []string{"example.com/stay"}
		}), emergencyGuard, "no finalizers"},
		"Own": {"in one's own name", declaring(func(*v1alpha1.Emergency) {}), "", ""},
	})
}

func freezeBy(user v1alpha1.UserReference, name string) *v1alpha1.Freeze {
	return &v1alpha1.Freeze{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FreezeSpec{Reason: "INC-2291", FrozenBy: user},
	}
}
