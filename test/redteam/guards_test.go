// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestGuards makes every attack that a policy or a webhook entry stops where the operator is down, first with the
// guard, then without it, then with it again: it is refused, it gets through, it is refused. All other guards are there
// all the time, so it is this one that stops it.
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
	g := attacks[0].by
	var scenes []*scene
	for _, a := range attacks {
		s := newScene(t, unattended, a)
		s.all(t.Context(), a.before)
		scenes = append(scenes, s)
	}
	turn(t, g, unattended.on)
	awaitRefusal(t, scenes[0])
	allRefused(t, scenes)
	turn(t, g, unattended.off)
	allGetThrough(t, scenes)
	turn(t, g, unattended.on)
	awaitRefusal(t, scenes[0])
	if !g.isPolicy() || g.behind != "" {
		turn(t, g, unattended.atFirst)
	}
}

func allRefused(t *testing.T, scenes []*scene) {
	t.Helper()
	for _, s := range scenes {
		_, err := s.say(t.Context(), s.attack.as, s.attack.call)
		if err == nil || !strings.Contains(err.Error(), s.attack.by.answers) {
			t.Errorf("%s: with the operator down, want %s to refuse it, got: %v", s.attack.name, s.attack.by.name, err)
		}
	}
}

func allGetThrough(t *testing.T, scenes []*scene) {
	t.Helper()
	for n, s := range scenes {
		wait := time.Second
		if n == 0 {
			wait = patience // until the API server knows; then it knows for all
		}
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		c := s.attack.call
		if n == 0 || c.unique() {
			c = s.attack.by.rehearsal(c) // the first is tried again afterwards
		}
		if err := eventually(ctx, func(ctx context.Context) string { return s.getsThrough(ctx, c) }); err != nil {
			t.Errorf("%s: without %s it should get through, so it is something else that stops it: %v",
				s.attack.name, s.attack.by.switched, err)
		}
	}
}

// getsThrough says why a call of the attacker's does not; empty where it does.
func (s *scene) getsThrough(ctx context.Context, c call) string {
	if _, err := s.say(ctx, s.attack.as, c); err != nil && !(c.connects && arrived(err)) {
		return err.Error()
	}
	return ""
}

// awaitRefusal waits until the API server has taken the guard in, by an attack that is made without consequences.
func awaitRefusal(t *testing.T, s *scene) {
	t.Helper()
	c := s.attack.by.rehearsal(s.attack.call)
	err := eventually(t.Context(), func(ctx context.Context) string {
		if _, err := s.say(ctx, s.attack.as, c); err == nil || !strings.Contains(err.Error(), s.attack.by.answers) {
			return fmt.Sprintf("%s to refuse %s: %v", s.attack.by.name, s.attack.name, err)
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
}

func turn(t *testing.T, g guard, how func(context.Context, guard) error) {
	t.Helper()
	if err := how(t.Context(), g); err != nil {
		t.Fatal(err)
	}
}
