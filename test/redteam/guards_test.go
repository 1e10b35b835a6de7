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

// TestGuards makes every attack that a guard stops which can be taken away, where the operator is down: first with the
// guard, then without it, then with it again. It is refused, it gets through, it is refused. All other guards are there
// all the time, so it is this one that stops it. Where two stop it, each is shown to do so alone, and the attack gets
// through without both.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, group := range byGuard() {
		t.Run(fmt.Sprint(group[0].levers()...), func(t *testing.T) { testGuard(t, group) })
	}
}

// byGuard are the attacks that the same guards stop, in the order of the families.
func byGuard() [][]attack {
	var groups [][]attack
	places := map[string]int{}
	for _, family := range families {
		for _, a := range family.attacks {
			if !a.removable() {
				continue
			}
			levers := fmt.Sprint(a.levers()...)
			place, ok := places[levers]
			if !ok {
				place, groups = len(groups), append(groups, nil)
				places[levers] = place
			}
			groups[place] = append(groups[place], a)
		}
	}
	return groups
}

func testGuard(t *testing.T, attacks []attack) {
	var scenes []*scene
	for _, a := range attacks {
		s := newScene(t, unattended, a)
		s.all(t.Context(), a.before)
		scenes = append(scenes, s)
	}
	guards := attacks[0].guards()
	if behind := attacks[0].by.behind; behind != nil {
		pull(t, behind, false)
		defer release(t, behind)
	}
	for n := range guards {
		alone(t, guards, n)
		allRefused(t, scenes, n)
	}
	alone(t, guards, none)
	allGetThrough(t, scenes)
	last := len(guards) - 1
	alone(t, guards, last)
	awaitRefusal(t, scenes[0], last)
	for _, g := range guards {
		release(t, g.lever)
	}
}

// none of the guards.
const none = -1

// alone has one guard there and no other.
func alone(t *testing.T, guards []guard, one int) {
	t.Helper()
	for n, g := range guards {
		pull(t, g.lever, n == one)
	}
}

// allRefused has all attacks refused by their guard of that number.
func allRefused(t *testing.T, scenes []*scene, n int) {
	t.Helper()
	awaitRefusal(t, scenes[0], n)
	for _, s := range scenes {
		g := s.attack.guards()[n]
		if err := s.strike(t.Context()); err == nil || !strings.Contains(err.Error(), g.answers) {
			t.Errorf("%s: with the operator down, want %s to refuse it, got: %v", s.attack.name, g.name, err)
		}
	}
}

func allGetThrough(t *testing.T, scenes []*scene) {
	t.Helper()
	for n, s := range scenes {
		wait := 5 * time.Second
		if n == 0 {
			wait = patience // until the API server knows; then it knows for all
		}
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		try := s.strike
		if n == 0 || s.attack.call.unique() {
			try = s.rehearse // the first is tried again afterwards
		}
		if err := eventually(ctx, func(ctx context.Context) string { return s.getsThrough(try(ctx)) }); err != nil {
			t.Errorf("%s: without %s it should get through, so it is something else that stops it: %v",
				s.attack.name, s.attack.stoppedBy(), err)
		}
	}
}

// rehearse makes the attack without consequences, where there is a way to.
func (s *scene) rehearse(ctx context.Context) error {
	if s.attack.deed != nil {
		return s.attack.deed(ctx, s)
	}
	_, err := s.say(ctx, s.attack.as, s.attack.by.rehearsal(s.attack.call))
	return err
}

// getsThrough says why an attack does not; empty where it does.
func (s *scene) getsThrough(err error) string {
	if err != nil && !(s.attack.call.connects && arrived(err)) {
		return err.Error()
	}
	return ""
}

// awaitRefusal waits until the API server has taken a guard in, by an attack that is made without consequences.
func awaitRefusal(t *testing.T, s *scene, n int) {
	t.Helper()
	g := s.attack.guards()[n]
	err := eventually(t.Context(), func(ctx context.Context) string {
		if err := s.rehearse(ctx); err == nil || !strings.Contains(err.Error(), g.answers) {
			return fmt.Sprintf("%s to refuse %s: %v", g.name, s.attack.name, err)
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
}

func pull(t *testing.T, l lever, there bool) {
	t.Helper()
	if err := l.pull(t.Context(), unattended, there); err != nil {
		t.Fatal(err)
	}
}

func release(t *testing.T, l lever) {
	t.Helper()
	if err := l.release(context.WithoutCancel(t.Context()), unattended); err != nil {
		t.Error(err)
	}
}
