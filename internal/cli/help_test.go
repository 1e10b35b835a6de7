// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"
)

func TestHelp(t *testing.T) {
	for name, args := range map[string][]string{
		"Root": {"--help"}, "Requests": {"requests", "--help"}, "Show": {"show", "--help"},
		"Approve": {"approve", "--help"}, "Reject": {"reject", "--help"}, "Revoke": {"revoke", "--help"},
		"Withdraw": {"withdraw", "--help"}, "Request": {"request", "--help"}, "Whoami": {"whoami", "--help"},
		"Token": {"token", "--help"}, "Emergency": {"emergency", "--help"}, "Review": {"review", "--help"},
		"Report": {"report", "--help"}, "Override": {"override", "--help"},
		"Baseline": {"baseline", "--help"}, "BreakGlass": {"break-glass", "--help"}, "Bypass": {"bypass", "--help"},
		"Freeze": {"freeze", "--help"}, "Unfreeze": {"unfreeze", "--help"},
		"Completion": {"completion", "--help"}, "Version": {"version", "--help"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bench
			got := b.run(t, args...)
			golden(t, "help-"+name, got.Out)
			for line := range strings.Lines(got.Out) {
				if len(line) > 121 {
					t.Errorf("a line of %d characters: %s", len(line), line)
				}
			}
		})
	}
}

func TestUnknownCommand(t *testing.T) {
	var b bench
	got := b.run(t, "aprove")
	if got.Code != exitError || !strings.Contains(got.Err, `unknown command "aprove"`) {
		t.Errorf("got %+v", got)
	}
}
