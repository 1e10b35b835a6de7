// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/guards"
	"github.com/countersign-dev/countersign/internal/metrics"
)

// GuardGaps writes down that guards are not as they should be, and that they are again. What is lost in the audit trail
// is an error, and not to be gone on with. Each reconciler has its own.
type GuardGaps struct {
	// Client knows the kinds of guards. It is not called.
	Client client.Client
	Audit  *audit.Log
	Events events.EventRecorder
	Clock  clock.PassiveClock
	// Namespace of the operator.
	Namespace string

	// right are the last writes of guards as they were last seen to be as they should be, by their name.
	right map[string]write
	// open are the gaps that have not ended, by the name of their guard, since when as far as is known.
	open map[string]time.Time
}

// Missing begins the gap of a guard that is not there, unless it has begun: since when, if that is known, and why.
func (g *GuardGaps) Missing(guard client.Object, since time.Time, reason string) error {
	return g.begin(guard, since, reason)
}

// Changed begins the gap of a guard that was changed, as it is stored, unless it has begun. It names what is changed.
func (g *GuardGaps) Changed(stored client.Object, what ...string) error {
	kind, err := g.kindOf(stored)
	if err != nil {
		return err
	}
	since, how := g.since(kind+"/"+stored.GetName(), stored)
	return g.begin(stored, since, how+": "+strings.Join(what, ", "))
}

func (g *GuardGaps) begin(guard client.Object, since time.Time, reason string) error {
	kind, err := g.kindOf(guard)
	if err != nil {
		return err
	}
	name := kind + "/" + guard.GetName()
	if _, known := g.open[name]; known {
		return nil
	}
	if err := g.record(audit.GuardBroken, kind, guard, since, time.Time{}, reason); err != nil {
		return err
	}
	if g.open == nil {
		g.open = map[string]time.Time{}
	}
	g.open[name] = since
	metrics.GuardBroken(kind, guard.GetName())
	return nil
}

// Restored ends the gap of a guard that is as it should be, as it is stored, if one has begun.
func (g *GuardGaps) Restored(guard client.Object) error {
	kind, err := g.kindOf(guard)
	if err != nil {
		return err
	}
	name := kind + "/" + guard.GetName()
	if g.right == nil {
		g.right = map[string]write{}
	}
	g.right[name] = lastWrite(guard)
	since, known := g.open[name]
	if !known {
		return nil
	}
	err = g.record(audit.GuardRestored, kind, guard, since, g.Clock.Now(), "as it should be again")
	if err != nil {
		return err
	}
	delete(g.open, name)
	metrics.GuardRestored(kind, guard.GetName())
	return nil
}

func (g *GuardGaps) kindOf(guard client.Object) (string, error) {
	kind, err := g.Client.GroupVersionKindFor(guard)
	if err != nil {
		return "", fmt.Errorf("tell the kind of guard %s: %w", guard.GetName(), err)
	}
	return kind.Kind, nil
}

func (g *GuardGaps) record(
	what audit.Type, kind string, guard client.Object, from, to time.Time, reason string,
) error {
	resource := strings.ToLower(kind) + "s"
	if policy, found := strings.CutSuffix(resource, "policys"); found {
		resource = policy + "policies"
	}
	return g.tell(audit.Event{
		Type: what, Object: audit.Object{Group: guards.Group, Resource: resource, Name: guard.GetName()},
		From: from, To: to, Reasons: []string{reason},
	}, guard, kind+"/"+guard.GetName()+": "+reason)
}

// tell the audit trail, and an Event of the ConfigMap that says which guards are installed. Events that are related to
// the same count as one that goes on.
func (g *GuardGaps) tell(e audit.Event, related runtime.Object, note string) error {
	g.Audit.Record(e)
	if err := g.Audit.Check(nil); err != nil {
		return fmt.Errorf("write down %s: %w", e.Type, err)
	}
	g.Events.Eventf(&corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: g.Namespace, Name: GuardsConfigMap},
	}, related, corev1.EventTypeWarning, string(e.Type), "Restore", "%s", note)
	return nil
}
