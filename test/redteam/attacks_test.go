// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// TestAttacks makes every attack where Countersign is whole, but for those that others would not bear: see TestAlone.
func TestAttacks(t *testing.T) {
	t.Parallel()
	for _, family := range families {
		if family.alone {
			continue
		}
		t.Run(family.name, func(t *testing.T) {
			if family.sealed {
				sealed(t)
			}
			for _, a := range family.attacks {
				if a.nodeTest != "" {
					continue
				}
				t.Run(a.me(), func(t *testing.T) {
					t.Parallel()
					newScene(t, whole, a).play(t.Context())
				})
			}
		})
	}
}

// sealed has the rules kept by two people until the test and its attacks are over.
func sealed(t *testing.T) {
	t.Helper()
	if err := whole.seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := whole.unseal(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// play makes an attack, and looks at what becomes of it.
func (s *scene) play(ctx context.Context) {
	s.t.Helper()
	s.all(ctx, s.attack.before)
	err := s.strike(ctx)
	if s.attack.is() != blocked {
		s.goesThrough(s.decided(ctx, err))
		s.leavesTrace(ctx)
		return
	}
	if s.attack.corrects != nil {
		s.isCorrected(ctx, err)
		return
	}
	if why := s.notBlocked(err); why != "" {
		s.t.Fatalf("%s: %s", s.attack.does, why)
	}
	s.hides(err.Error())
	s.all(ctx, s.attack.right)
}

// isCorrected : the call comes to nothing of what was meant.
func (s *scene) isCorrected(ctx context.Context, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: it should be corrected: %v", s.attack.does, err)
	}
	if why := s.attack.corrects(ctx, s); why != "" {
		s.t.Fatalf("%s: %s", s.attack.does, why)
	}
}

// undecided is what is said where there was no time to decide. Others flood the operator meanwhile.
const undecided = "This is an error and no verdict; try again"

// decided makes the attack until there is an answer.
func (s *scene) decided(ctx context.Context, err error) error {
	if s.attack.deed != nil || err == nil || !strings.Contains(err.Error(), undecided) {
		return err
	}
	if gaveUp := eventually(ctx, func(ctx context.Context) string {
		if err = s.strike(ctx); err != nil && strings.Contains(err.Error(), undecided) {
			return err.Error()
		}
		return ""
	}); gaveUp != nil {
		return gaveUp
	}
	return err
}

// strike is the attack itself.
func (s *scene) strike(ctx context.Context) error {
	if s.attack.deed != nil {
		return s.attack.deed(ctx, s)
	}
	_, err := s.say(ctx, s.attack.as, s.attack.call)
	return err
}

// hides checks that neither an answer nor the audit trail holds what they must not.
func (s *scene) hides(answer string) {
	s.t.Helper()
	if s.attack.hides == "" {
		return
	}
	trail, err := os.ReadFile(s.manager.AuditLogFile())
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.Contains(answer+string(trail), s.attack.hides) {
		s.t.Errorf("%s: %q is in the answer or in the audit trail: %s", s.attack.does, s.attack.hides, answer)
	}
}

func (s *scene) goesThrough(err error) {
	s.t.Helper()
	if err != nil && !(s.attack.call.connects && arrived(err)) {
		s.t.Fatalf("%s: is %s, and should get through: %v", s.attack.does, s.attack.is(), err)
	}
}

func (s *scene) leavesTrace(ctx context.Context) {
	s.t.Helper()
	if s.attack.trace == nil {
		return
	}
	if err := eventually(ctx, func(context.Context) string { return s.attack.trace(s) }); err != nil {
		s.t.Fatalf("%s: %v", s.attack.seen, err)
	}
}

// notBlocked says why an answer is not that of the guard; empty where it is.
func (s *scene) notBlocked(err error) string {
	by := s.attack.guards()[0]
	switch {
	case err == nil:
		return "it got through"
	case !refused(err) && s.attack.deed == nil:
		return fmt.Sprintf("it failed, and nobody refused it: %v", err)
	case !strings.Contains(err.Error(), by.answers):
		return fmt.Sprintf("want %s to refuse it, got: %v", by.name, err)
	case !strings.Contains(err.Error(), wordsOf(s.words).Replace(s.attack.says)):
		return fmt.Sprintf("the answer does not say %q: %v", s.attack.says, err)
	case by.asks() && !strings.Contains(err.Error(), "denied the request"):
		return fmt.Sprintf("that is no verdict: %v", err)
	}
	return ""
}

// refused tells whether somebody said no.
func refused(err error) bool {
	return err != nil && (apierrors.IsForbidden(err) || apierrors.IsInvalid(err) || apierrors.IsTooManyRequests(err) ||
		apierrors.IsBadRequest(err) || apierrors.IsRequestEntityTooLargeError(err) ||
		strings.Contains(err.Error(), "denied the request")) // by a webhook that could not tell
}

// arrived tells whether a session got as far as to a node, which there is none of.
func arrived(err error) bool {
	return apierrors.IsBadRequest(err) && strings.Contains(err.Error(), "does not have a host assigned") ||
		strings.Contains(err.Error(), "no endpoints available") || strings.Contains(err.Error(), "address not allowed") ||
		strings.Contains(err.Error(), "error trying to reach service")
}
