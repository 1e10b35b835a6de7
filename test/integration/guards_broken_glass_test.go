// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/breakglass"
)

// broken is a namespace that is taken out of the gate, and the patches that people and the operator write.
type broken struct {
	guarded
	name string
}

func (b broken) ns() *corev1.Namespace { return namespaceIn(b.name, "") }

// writes is a call that patches the namespace as it is stored.
func (b broken) writes(t *testing.T, c client.Client, text func(*corev1.Namespace) ([]byte, error)) func(
	context.Context) error {
	t.Helper()
	admin := b.admin(t)
	return func(ctx context.Context) error {
		stored := b.ns()
		if err := admin.Get(ctx, client.ObjectKeyFromObject(stored), stored); err != nil {
			return err
		}
		change, err := text(stored)
		if err != nil {
			return err
		}
		return c.Patch(ctx, stored, client.RawPatch(types.MergePatchType, change))
	}
}

var glassTime = time.Date(2026, 9, 14, 16, 5, 7, 0, time.UTC)

func (b broken) opens(t *testing.T) func(context.Context) error {
	t.Helper()
	return b.writes(t, b.as(t, alice, breakGlassGroup), func(ns *corev1.Namespace) ([]byte, error) {
		return breakglass.Opening(ns, alice, "INC-2291", glassTime, breakglass.Most)
	})
}

func (b broken) ends(t *testing.T, c client.Client, by string) func(context.Context) error {
	t.Helper()
	return b.writes(t, c, func(ns *corev1.Namespace) ([]byte, error) { return breakglass.Ending(ns, by, glassTime) })
}

func (b broken) records(t *testing.T, c client.Client) func(context.Context) error {
	t.Helper()
	return b.writes(t, c, func(ns *corev1.Namespace) ([]byte, error) { return breakglass.Recording(ns, glassTime) })
}

func (b broken) clears(t *testing.T, c client.Client) func(context.Context) error {
	t.Helper()
	return b.writes(t, c, func(ns *corev1.Namespace) ([]byte, error) { return breakglass.Clearing(ns) })
}

func (g guarded) broken(t *testing.T, name string) broken {
	t.Helper()
	g.namespace(t, name, "glass")
	b := broken{g, name}
	goesThrough(t, "the group breaks the glass", b.opens(t))
	return b
}

// testBrokenGlass: what a gap says of itself stays until the operator has written it down, and who may ends it.
func (g guarded) testBrokenGlass(t *testing.T) {
	namespaces := rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"create", "patch"},
	}
	g.grant(t, "glass-labellers", namespaces)
	g.grant(t, "glass-assigners", namespaces, rbacv1.PolicyRule{
		APIGroups: []string{v1alpha1.GroupName}, Resources: []string{"environments"}, Verbs: []string{"assign"},
	})
	assigner, member, operator := g.as(t, carol, "glass-assigners"), g.as(t, alice, breakGlassGroup), g.operator(t)
	g.awaitGrant(t, assigner, namespaceIn("probe", "glass"))
	b, other := g.broken(t, "broken"), g.broken(t, "broken-too")
	longer := writing(t, nil, words{v1alpha1.BreakGlassUntilAnnotation: "2026-09-15T16:05:07Z"})
	unlabelled := writing(t, words{v1alpha1.BreakGlassLabel: nil}, words{})
	tryAll(t, map[string]attempt{
		"Prolong":   {"it was to end then", patch(member, b.ns(), "", longer), breakGlassGuard, "cannot be changed"},
		"Prolonged": {"not by the operator either", patch(operator, b.ns(), "", longer), breakGlassGuard, ""},
		"Forge": {
			"it was not bob", patch(g.admin(t), b.ns(), "", writing(t, nil, words{v1alpha1.BreakGlassByAnnotation: bob})),
			breakGlassGuard, "cannot be changed",
		},
		"Silently":  {"nobody would know who ended it", patch(member, b.ns(), "", unlabelled), breakGlassGuard, "--end"},
		"AsAnother": {"it is who sends it", b.ends(t, member, bob), breakGlassGuard, "must be " + alice},
		"Cleared":   {"nothing would be left of it", b.clears(t, member), breakGlassGuard, ""},
		"Recorded":  {"that is for the operator to say", b.records(t, member), breakGlassGuard, ""},
		"Assigner":  {"who may assign ends it", other.ends(t, assigner, carol), "", ""},
	})
	stoppedByBoth(t, "it is not theirs to end", b.ends(t, g.as(t, bob, "glass-labellers"), bob))
	goesThrough(t, "the operator has written down that it was opened", b.records(t, operator))
	goesThrough(t, "the group ends it", b.ends(t, member, alice))
	b.testEnded(t)
}

// testEnded goes on where somebody has ended the gap while nobody wrote it down.
func (b broken) testEnded(t *testing.T) {
	member, operator := b.as(t, alice, breakGlassGroup), b.operator(t)
	forgotten := words{
		v1alpha1.BreakGlassEndedAnnotation: nil, v1alpha1.BreakGlassEndedByAnnotation: nil,
		v1alpha1.BreakGlassRecordedAnnotation: nil,
	}
	tryAll(t, map[string]attempt{
		"Erase":   {"it is not written down yet", b.clears(t, member), breakGlassGuard, "cannot be changed"},
		"ByAdmin": {"by nobody", b.clears(t, b.admin(t)), breakGlassGuard, "cannot be changed"},
		"OpenOver": {
			"the last one would be lost", patch(member, b.ns(), "", opening(t, nil, forgotten)), breakGlassGuard,
			"carry it along",
		},
	})
	goesThrough(t, "a second gap carries the first along", b.opens(t))
	goesThrough(t, "which somebody ends", b.ends(t, member, alice))
	goesThrough(t, "and a third carries both", b.opens(t))
	stored := b.ns()
	if err := b.admin(t).Get(t.Context(), client.ObjectKeyFromObject(stored), stored); err != nil {
		t.Fatal(err)
	}
	if gap, _ := breakglass.Of(stored); len(gap.Before) != 2 {
		t.Errorf("want two earlier gaps: %+v", gap)
	}
	tryAll(t, map[string]attempt{
		"Early":    {"what came in is not known yet", b.clears(t, operator), breakGlassGuard, "cannot be changed"},
		"ForAlice": {"it was not her", b.ends(t, operator, alice), breakGlassGuard, "who ends a gap says so"},
	})
	goesThrough(t, "the operator ends it", b.ends(t, operator, ""))
	goesThrough(t, "and has written down what came in", b.clears(t, operator))
	goesThrough(t, "and then one can be opened again", b.opens(t))
	goesThrough(t, "that somebody ends", b.ends(t, member, alice))
	goesThrough(t, "and the operator has written down", b.clears(t, operator))
}
