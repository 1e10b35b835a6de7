// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// scene is one attack at one site.
type scene struct {
	*site
	t      *testing.T
	attack attack
	// words that steps have set, beside $ME.
	words map[string]string
}

// step is something that is done before an attack or after it.
type step func(ctx context.Context, s *scene) error

func newScene(t *testing.T, s *site, a attack) *scene {
	return &scene{site: s, t: t, attack: a, words: map[string]string{"ME": a.me(), "GOOD": good, "EVIL": evil}}
}

// all does steps, one after the other.
func (s *scene) all(ctx context.Context, steps []step) {
	s.t.Helper()
	for n, step := range steps {
		if err := step(ctx, s); err != nil {
			s.t.Fatalf("step %d of %q: %v", n+1, s.attack.name, err)
		}
	}
}

func (s *scene) say(ctx context.Context, as identity, c call) (map[string]any, error) {
	return s.send(ctx, as, c, s.words)
}

// by lets somebody make a call, which must get through.
func by(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		if _, err := s.say(ctx, as, c); err != nil && !(c.connects && arrived(err)) {
			return fmt.Errorf("%s: %w", as.called, err)
		}
		return nil
	}
}

// given is an object that is there already, whatever guards it.
func given(body string) step { return by(installer, create(body)) }

// naming sets a word to a field of an object.
func naming(word, object string, path ...string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read(object))
		if err != nil {
			return err
		}
		if s.words[word] = at(found, path...); s.words[word] == "" {
			return fmt.Errorf("%s has no %s", object, strings.Join(path, "."))
		}
		return nil
	}
}

// word sets a word.
func word(name, value string) step {
	return func(_ context.Context, s *scene) error {
		s.words[name] = value
		return nil
	}
}

// operated does steps only where the operator runs: elsewhere there is nobody to ask.
func operated(steps ...step) step {
	return func(ctx context.Context, s *scene) error {
		for _, step := range steps {
			if !s.operated {
				return nil
			}
			if err := step(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// elsewhere does a step where the operator does not run.
func elsewhere(step step) step {
	return func(ctx context.Context, s *scene) error {
		if s.operated {
			return nil
		}
		return step(ctx, s)
	}
}

// soon does a step again until it works: a watch has to bring something first.
func soon(step step) step {
	return func(ctx context.Context, s *scene) error {
		return eventually(ctx, func(ctx context.Context) string {
			if err := step(ctx, s); err != nil {
				return err.Error()
			}
			return ""
		})
	}
}

// at is a field of an object, as text; empty where there is none.
func at(object map[string]any, path ...string) string {
	value, found, err := unstructured.NestedFieldNoCopy(object, path...)
	if err != nil || !found {
		return ""
	}
	return fmt.Sprint(value)
}
