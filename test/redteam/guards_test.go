// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

// TestGuards makes every attack that a policy or a webhook entry stops where the operator is down, first with the guard,
// then without it, then with it again: it is refused, it gets through, it is refused. All other guards are there all the
// time, so it is this one that stops it.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, group := range byGuard() {
		t.Run(group[0].by.switched, func(t *testing.T) { testGuard(t, group) })
	}
}

// byGuard are the attacks that each guard stops, in the order of the families.
func byGuard() [][]attack {
	var groups [][]attack
	places := map[string]int{}
	for _, family := range families {
		for _, a := range family.attacks {
			if !a.removable() {
				continue
			}
			place, ok := places[a.by.switched]
			if !ok {
				place, groups = len(groups), append(groups, nil)
				places[a.by.switched] = place
			}
			groups[place] = append(groups[place], a)
		}
	}
	return groups
}

func testGuard(t *testing.T, attacks []attack) {
	ctx, g := t.Context(), attacks[0].by
	var scenes []*scene
	for _, a := range attacks {
		s := newScene(t, unattended, a)
		s.all(ctx, a.before)
		scenes = append(scenes, s)
	}
	turn(t, g, unattended.on)
	awaitRefusal(t, scenes)
	for _, s := range scenes {
		_, err := s.say(ctx, s.attack.as, s.attack.call)
		if err == nil || !strings.Contains(err.Error(), g.answers) {
			t.Errorf("%s: with the operator down, want %s to refuse it, got: %v", s.attack.name, g.name, err)
		}
	}
	turn(t, g, unattended.off)
	for _, s := range scenes {
		if err := eventually(ctx, s.getsThrough); err != nil {
			t.Errorf("%s: without %s it should get through, so it is something else that stops it: %v",
				s.attack.name, g.switched, err)
		}
	}
	turn(t, g, unattended.on)
	awaitRefusal(t, scenes)
	if !g.isPolicy() {
		turn(t, g, unattended.atFirst)
	}
}

// getsThrough says why the attack does not; empty where it does.
func (s *scene) getsThrough(ctx context.Context) string {
	if _, err := s.say(ctx, s.attack.as, s.attack.call); err != nil && !(s.attack.call.connects && arrived(err)) {
		return err.Error()
	}
	return ""
}

// awaitRefusal waits until the API server has taken the guard in, by an attack that can be tried without consequences.
func awaitRefusal(t *testing.T, scenes []*scene) {
	t.Helper()
	for _, s := range scenes {
		try := s.attack.call
		if try.verb == http.MethodDelete {
			continue
		}
		if !try.connects && try.sub != "token" {
			try = try.with(strings.Trim(try.query+"&dryRun=All", "&"))
		}
		if err := eventually(t.Context(), func(ctx context.Context) string {
			if _, err := s.say(ctx, s.attack.as, try); err == nil || !strings.Contains(err.Error(), s.attack.by.answers) {
				return s.attack.by.name + " to refuse " + s.attack.name
			}
			return ""
		}); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("no attack can be tried without consequences: add one that is no deletion")
}

func turn(t *testing.T, g guard, how func(context.Context, guard) error) {
	t.Helper()
	if err := how(t.Context(), g); err != nil {
		t.Fatal(err)
	}
}
