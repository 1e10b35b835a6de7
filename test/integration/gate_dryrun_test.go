// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

// TestDryRun: a dry-run says what would be missing, and leaves nothing behind.
func TestDryRun(t *testing.T) {
	s := newShop(t)
	c, said := warned(t, alice, s.developers)
	dry := client.NewDryRunClient(c)
	s.bringIn(t, deploying(c, s.deployment("checkout")))
	requests, decisions := len(s.requests(t)), len(s.decisions(t))
	for name, tc := range map[string]struct {
		reason string
		try    try
		says   []string
	}{
		"New": {"content that was never seen", deploying(dry, s.deployment("other")), []string{
			"would not enter", "digest v1:sha256:", "1 approval from " + s.managers,
		}},
		"Changed":  {"another content", deploying(dry, s.release("checkout", "v2")), []string{"digest v1:sha256:"}},
		"Deletion": {"nothing is deleted", deleting(dry, s.deployment("checkout")), []string{"digest v1:sha256:"}},
		"Same":     {"nothing differs", deploying(dry, s.deployment("checkout")), nil},
		"Restart":  {"free", merging(dry, s.deployment("checkout"), restartedAt("2026-11-23T12:00:00Z")), nil},
		"FromZero": {"free", scaling(dry, s.deployment("checkout"), 0), nil},
	} {
		t.Run(name, func(t *testing.T) {
			said.clear()
			goesThrough(t, tc.reason, tc.try)
			checkWarnings(t, tc.reason, said, tc.says)
		})
	}
	if len(s.requests(t)) != requests || len(s.decisions(t)) != decisions {
		t.Errorf("a dry-run wrote: %s", describe(s.requests(t)))
	}
	awaitEvent(t, "the dry-run", func(e audit.Event) bool {
		return e.Namespace == s.namespace && e.DryRun && e.Verdict == audit.VerdictWarned
	})
}

// checkWarnings holds what was said against what must be; nothing must be said where says is nil.
func checkWarnings(t *testing.T, reason string, said *warnings, says []string) {
	t.Helper()
	for _, part := range says {
		if !said.contains(part) {
			t.Errorf("%s: the warnings do not say %q:\n%s", reason, part, said)
		}
	}
	if says == nil && said.String() != "" {
		t.Errorf("%s: warned, where nothing is missing:\n%s", reason, said)
	}
	for line := range strings.SplitSeq(said.String(), "\n") {
		if len(line) > 256 {
			t.Errorf("%s: clients cut a warning of %d characters: %s", reason, len(line), line)
		}
	}
}

// TestDryRunOfApproved: a dry-run of what may enter warns of nothing, and does not use up the approval.
func TestDryRunOfApproved(t *testing.T) {
	s := newShop(t)
	c, said := warned(t, alice, s.developers)
	request := s.turnedAway(t, deploying(c, s.deployment("checkout")))
	s.approve(t, request, bob)
	goesThrough(t, "a dry-run", deploying(client.NewDryRunClient(c), s.deployment("checkout")))
	if said.String() != "" {
		t.Errorf("warned of what may enter: %s", said)
	}
	if s.get(t, request.Name).Status.Admission != nil {
		t.Error("a dry-run used the approval up")
	}
	goesThrough(t, "bob approved", deploying(c, s.deployment("checkout")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}
