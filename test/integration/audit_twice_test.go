// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestMadeTwice: what is there already cannot be made again, and the audit trail says so: not that a rule was changed,
// an environment frozen or an emergency declared once more.
func TestMadeTwice(t *testing.T) {
	s := newEmergentShop(t)
	commands := as(t, commander, s.commanders())
	for resource, test := range map[string]struct {
		object client.Object
		by     client.Client
		event  audit.Type
	}{
		"promotionpolicies": {s.policy(), admin(t), audit.RuleChanged},
		"pipelineroles":     {s.role(s.developers, v1alpha1.CapabilityView), admin(t), audit.RuleChanged},
		"freezes": {&v1alpha1.Freeze{
			ObjectMeta: metav1.ObjectMeta{Name: string(s.environment)}, Spec: v1alpha1.FreezeSpec{Reason: "INC-2291"},
		}, admin(t), audit.Frozen},
		"emergencies": {&v1alpha1.Emergency{
			ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: "inc-2291"},
			Spec:       v1alpha1.EmergencySpec{Reason: "INC-2291", DurationSeconds: 600},
		}, commands, audit.EmergencyDeclared},
	} {
		t.Run(resource, func(t *testing.T) {
			again := clone(test.object)
			if err := test.by.Create(t.Context(), clone(test.object)); err == nil {
				t.Cleanup(func() { cleanUp(t, test.object) })
			} else if !apierrors.IsAlreadyExists(err) {
				t.Fatal(err)
			}
			if err := test.by.Create(t.Context(), again); !apierrors.IsAlreadyExists(err) {
				t.Fatalf("made again: %v", err)
			}
			awaitEvent(t, "that it was refused", made(resource, test.object, audit.Refusal))
			count := 0
			for _, event := range events(t) {
				if made(resource, test.object, test.event)(event) {
					count++
				}
			}
			if count != 1 {
				t.Errorf("%d events %s", count, test.event)
			}
		})
	}
}

// made matches the events of one type about the creation of an object.
func made(resource string, object client.Object, kind audit.Type) func(audit.Event) bool {
	return func(e audit.Event) bool {
		return e.Type == kind && e.Operation == "CREATE" && e.Object.Resource == resource &&
			e.Object.Name == object.GetName() && e.Namespace == object.GetNamespace()
	}
}
