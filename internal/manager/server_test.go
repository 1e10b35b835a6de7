// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestClientCAFile : where it was said who may ask for reviews, and nobody can tell who, nothing is served.
func TestClientCAFile(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ reason, file, says string }{
		"Missing": {"a file that is not there names nobody", empty + ".gone", "no such file"},
		"Empty":   {"nor does one that is empty", empty, "holds no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := newServer(Options{WebhookAddress: ":9443", ClientCAFile: tc.file})
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s: want an error that says %q, got: %v", tc.reason, tc.says, err)
			}
		})
	}
}
