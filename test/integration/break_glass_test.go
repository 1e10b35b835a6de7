// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/breakglass"
)

// TestBreakGlass: while the operator is down the break-glass group takes a namespace out of the gate; back again, it
// writes down who did, why and what came in, and closes the gate when the time is over.
func TestBreakGlass(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.release("checkout", "v1")))
	s.bringIn(t, deploying(developer, s.release("cart", "v1")))
	stopOperator(t)
	s.awaitUnanswered(t, deploying(developer, s.release("checkout", "v2")))
	glass := s.terminalOf(t, "admin", administrators)
	act := func(args ...string) printed {
		return glass.countersign(t, append([]string{
			"break-glass", s.namespace, "--as", alice, "--as-group", breakGlassGroup,
		}, args...)...)
	}
	glass.countersign(t, "break-glass", s.namespace, "--reason", "INC-2290").says(t, 1, "only the group "+breakGlassGroup)
	act("--reason", "INC-2290").says(t, 0, "you opened it, "+alice)
	act("--end").says(t, 0, "behind the gate again")
	s.awaitUnanswered(t, deploying(developer, s.release("checkout", "v2")))
	act("--reason", "INC-2291", "--for", "25s").says(t, 0, "is out of the gate")
	s.awaitIn(t, deploying(developer, s.release("checkout", "v2")))
	goesThrough(t, "the gate is open", deploying(developer, s.release("extra", "v1")))

	startOperator(t)
	opened := s.awaitGap(t, audit.BreakGlass)
	if opened.Actor.Username != alice || len(opened.Reasons) != 2 || !strings.HasSuffix(opened.Reasons[0], "INC-2291") ||
		!strings.HasSuffix(opened.Reasons[1], "by "+alice+": INC-2290") || opened.To.Sub(opened.From) != 25*time.Second {
		t.Errorf("what is written down of the gap, and the one before it: %+v", opened)
	}
	s.awaitGated(t, "by "+alice+": INC-2291")
	ended := s.awaitGap(t, audit.BreakGlassEnded)
	cameIn := []string{s.namespace + "/deployments/checkout", s.namespace + "/deployments/extra"}
	if diff := cmp.Diff(cameIn, ended.Workloads); diff != "" {
		t.Errorf("what runs without a record: -want, +got:\n%s", diff)
	}
	if !ended.From.Equal(opened.From) || ended.To.Before(opened.To) || ended.Actor.Username != "" {
		t.Errorf("the gap ended by itself, when its time was over: %+v", ended)
	}
	s.awaitWhole(t)
	s.awaitGated(t)
	s.turnedAway(t, deploying(developer, s.release("checkout", "v3")))
	if times := s.gaps(t, audit.BreakGlass) + s.gaps(t, audit.BreakGlassEnded); times != 2 {
		t.Errorf("the gap is written down %d times", times)
	}
}

// TestBreakGlassEnded: a gap that somebody has ended before the operator was back is written down all the same; one
// that is opened while it runs lasts until somebody ends it.
func TestBreakGlassEnded(t *testing.T) {
	s := newShop(t)
	glass := s.terminalOf(t, alice, breakGlassGroup)
	stopOperator(t)
	glass.countersign(t, "break-glass", s.namespace, "--reason", "INC-2292").says(t, 0)
	glass.countersign(t, "break-glass", s.namespace, "--end").says(t, 0)
	startOperator(t)
	for _, kind := range []audit.Type{audit.BreakGlass, audit.BreakGlassEnded} {
		if event := s.awaitGap(t, kind); event.Actor.Username != alice {
			t.Errorf("it was alice: %+v", event)
		}
	}
	s.awaitWhole(t)
	glass.countersign(t, "break-glass", s.namespace, "--reason", "INC-2293").says(t, 0)
	s.awaitIn(t, deploying(s.developer(t), s.release("checkout", "v1")))
	s.awaitGated(t, "INC-2293")
	s.terminalOf(t, carol, administrators).countersign(t, "break-glass", s.namespace, "--end").says(t, 0)
	s.awaitWhole(t)
	s.turnedAway(t, deploying(s.developer(t), s.release("checkout", "v2")))
}

// awaitUnanswered waits until an attempt is refused because the operator does not answer.
func (s shop) awaitUnanswered(t *testing.T, attempt try) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := attempt(ctx); err == nil || !strings.Contains(err.Error(), "failed calling webhook") {
			return "the API server to refuse what it cannot ask about"
		}
		return ""
	})
}

// awaitIn waits until an attempt goes through.
func (s shop) awaitIn(t *testing.T, attempt try) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := attempt(ctx); err != nil {
			return err.Error()
		}
		return ""
	})
}

func (s shop) awaitGap(t *testing.T, kind audit.Type) audit.Event {
	t.Helper()
	return awaitEvent(t, string(kind), func(e audit.Event) bool { return e.Type == kind && e.Namespace == s.namespace })
}

// gaps counts what is written down.
func (s shop) gaps(t *testing.T, kind audit.Type) int {
	t.Helper()
	return len(slices.DeleteFunc(events(t), func(e audit.Event) bool {
		return e.Type != kind || e.Namespace != s.namespace
	}))
}

// awaitGated waits until the policy says so of a gap; without words, until it says nothing.
func (s shop) awaitGated(t *testing.T, words ...string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		var policy v1alpha1.PromotionPolicy
		if err := admin(t).Get(ctx, client.ObjectKey{Name: string(s.environment)}, &policy); err != nil {
			return err.Error()
		}
		gated := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionGated)
		if (gated == nil) != (len(words) == 0) {
			return "the policy to say whether there is a gap"
		}
		for _, word := range words {
			if !strings.Contains(gated.Message, word) {
				return "the policy to say " + word + ", says: " + gated.Message
			}
		}
		return ""
	})
}

// awaitWhole waits until the namespace says nothing of a gap.
func (s shop) awaitWhole(t *testing.T) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		ns := namespaceIn(s.namespace, "")
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(ns), ns); err != nil {
			return err.Error()
		}
		if gap, there := breakglass.Of(ns); there {
			return "the gap to be closed: " + gap.String()
		}
		return ""
	})
}
