// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAttach: what one process started detached, another finds, logs in to and stops.
func TestAttach(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "control-plane")
	started, err := Start(t.Context(), Options{Dir: dir, Detached: true})
	if err != nil {
		t.Fatal(err)
	}
	attached, err := Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	config, err := attached.User("alice@example.com", "developers")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("alice@example.com", whoAmI(t, config).Username); diff != "" {
		t.Errorf("Attach issues logins that the API server trusts.\nuser (-want +got):\n%s", diff)
	}
	if err := attached.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, p := range started.processes {
		if p.Running() {
			t.Errorf("%s still runs", p.Name)
		}
	}
}

func TestStartFails(t *testing.T) {
	cases := map[string]struct {
		reason  string
		options Options
		want    []string
	}{
		"ProgramEnds": {
			reason:  "A program that ends at once is named, with what it said and where.",
			options: Options{Args: map[string][]string{apiServer: {"--no-such-flag"}}},
			want:    []string{"kube-apiserver ended", "kube-apiserver.log", "unknown flag: --no-such-flag"},
		},
		"ProgramMissing": {
			reason:  "A program that was not built is named, with the command that builds it.",
			options: Options{BinDir: t.TempDir()},
			want:    []string{"etcd", "no such file", "go run ./hack/build"},
		},
		"PortTaken": {
			reason:  "A port that stays taken is not tried for ever.",
			options: Options{Args: map[string][]string{etcd: {"--listen-peer-urls=http://" + takenAddress(t)}}},
			want:    []string{"etcd ended", errPortTaken.Error()},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.options.Dir = t.TempDir()
			cp, err := Start(t.Context(), tc.options)
			if err == nil {
				t.Fatalf("%s It started: %v", tc.reason, cp.Stop(t.Context()))
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%s\nThe error lacks %q:\n%v", tc.reason, want, err)
				}
			}
		})
	}
}

// takenAddress is an address on which somebody listens until the test ends.
func takenAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // the test's end closes it anyway
	return listener.Addr().String()
}
