// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestGarbled(t *testing.T) {
	for name, test := range map[string]struct{ reason, content, want string }{
		"Text":     {"of any language", `{spec: {args: ["größer", "日本", "👋"], number: 1, none: null}}`, ""},
		"Argument": {"it may be any bytes", `{spec: {args: [a, "b\ufffd"]}}`, "spec.args[1]"},
		"Nested":   {"however deep", `{a: [{b: {c: "\ufffd"}}]}`, "a[0].b.c"},
		"Key":      {"a name too", `{data: {"a\ufffd": b}}`, `data["a\ufffd"]`},
		"Later":    {"what comes before it is text", `{a: {c: d}, b: [e, {f: g}, "\ufffd"]}`, "b[2]"},
		"First":    {"the same is named each time", `{b: "\ufffd", a: "\ufffd"}`, "a"},
	} {
		if got := workload.Garbled(decode(t, test.content)); got != test.want {
			t.Errorf("%s: %s: got %q, want %q", name, test.reason, got, test.want)
		}
	}
}
