// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestOrder(t *testing.T) {
	paths := []string{".status.promoteFull", ".status.abort", ".status.canary", ".status.canary.weight"}
	for name, test := range map[string]struct{ reason, before, after, want string }{
		"Same": {"no order", `{status: {abort: true, other: 1}}`, `{status: {abort: true, other: 2}}`, ``},
		"Set": {
			"one of the paths", `{status: {other: 1}}`, `{status: {abort: true, other: 2}}`, `{status: {abort: true}}`,
		},
		"Taken":    {"to take it back is one too", `{status: {abort: true}}`, `{status: {}}`, `{status: {abort: null}}`},
		"NoStatus": {"all of it", `{status: {abort: true}}`, `{}`, `{status: {abort: null}}`},
		"Nested":   {"a path and one below", `{}`, `{status: {canary: {weight: 5}}}`, `{status: {canary: {weight: 5}}}`},
		"Below": {
			"what it was in is gone", `{status: {canary: {weight: 5}}}`, `{status: {canary: none}}`, `{status: {canary: none}}`,
		},
		"Null": {"null is nothing", `{status: {}}`, `{status: {abort: null}}`, ``},
	} {
		got, err := workload.Order(decode(t, test.before), decode(t, test.after), paths)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var want map[string]any
		if test.want != "" {
			want = decode(t, test.want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

// TestOrderIsFound: whatever differs at a path is an order at that path, and nothing else is one.
func TestOrderIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	fields := []string{"a", "b", "c"}
	state := func() map[string]any {
		inner := map[string]any{}
		for _, field := range fields {
			if random.IntN(2) == 0 {
				inner[field] = int64(random.IntN(2))
			}
		}
		return map[string]any{"status": inner}
	}
	for range 2000 {
		before, after := state(), state()
		named := fields[:random.IntN(len(fields)+1)]
		paths := make([]string, 0, len(named))
		for _, field := range named {
			paths = append(paths, ".status."+field)
		}
		content, err := workload.Order(before, after, paths)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range paths {
			was, hadIt := workload.Field(before, at)
			is, hasIt := workload.Field(after, at)
			if want := hadIt != hasIt || was != is; workload.Orders(content, at) != want {
				t.Fatalf("%v to %v: an order at %s: want %t, got %v", before, after, at, want, content)
			}
		}
		if len(paths) == 0 && content != nil {
			t.Fatal(fmt.Sprint("an order at no path: ", content))
		}
	}
}
