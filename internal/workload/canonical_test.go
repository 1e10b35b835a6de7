// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestCanonical(t *testing.T) {
	cases := map[string]struct {
		reason string
		value  any
		want   string
	}{
		"Null":         {"null is a value", nil, `null`},
		"Bool":         {"", true, `true`},
		"Integer":      {"", int64(-12), `-12`},
		"LargeInteger": {"beyond what a float can tell apart", int64(math.MaxInt64), `9223372036854775807`},
		"WholeFloat":   {"1.0 and 1 are one number", 1.0, `1`},
		"NegativeZero": {"-0 and 0 are one number", math.Copysign(0, -1), `0`},
		"ExactFloat":   {"a float is written in full, not in its shortest form", math.Exp2(60), `1152921504606846976`},
		"HugeFloat":    {"no int64 equals it", math.Exp2(63), `9.223372036854776e+18`},
		"Fraction":     {"", 0.1, `0.1`},
		"String":       {"only what JSON demands is escaped", "<a&b> é\u2028", "\"<a&b> é\u2028\""},
		"Escapes":      {"as RFC 8785 writes them", "\b\t\n\f\r\"\\\x00\x1f/", `"\b\t\n\f\r\"\\\u0000\u001f/"`},
		"Sorted":       {"by byte", map[string]any{"b": 1.0, "a": "", "B": nil, "é": 2.0}, `{"B":null,"a":"","b":1,"é":2}`},
		"List":         {"order is kept", []any{"b", "a", []any{}}, `["b","a",[]]`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := workload.Canonical(map[string]any{"v": tc.value})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(`{"v":`+tc.want+`}`, string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			var again map[string]any
			if err := utiljson.Unmarshal(got, &again); err != nil {
				t.Fatalf("not JSON: %v", err)
			}
			if text, err := workload.Canonical(again); err != nil || string(text) != string(got) {
				t.Errorf("read and written again: %s, %v", text, err)
			}
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	cases := map[string]any{
		"NaN":         math.NaN(),
		"Infinity":    math.Inf(1),
		"Int":         1,
		"InvalidUTF8": "\xff",
		"InvalidKey":  map[string]any{"\xff": nil},
		"Nested":      []any{map[string]any{"a": struct{}{}}},
	}
	for name, value := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := workload.Canonical(map[string]any{"v": value}); err == nil {
				t.Errorf("got %s", got)
			}
		})
	}
}
