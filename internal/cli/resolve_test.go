// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestFind(t *testing.T) {
	first := request(t, nil, deployment("checkout:1"))
	again := first.DeepCopy()
	again.Name += "-2"
	other := request(t, nil, deployment("checkout:2"))
	objects := []client.Object{first, again, other}
	for name, tc := range map[string]struct {
		reason string
		name   string
		want   string
		err    string
	}{
		"Whole":     {"a whole name wins over longer ones", first.Name, first.Name, ""},
		"Prefix":    {"the beginning of one name is enough", other.Name[:14], other.Name, ""},
		"Ambiguous": {"the beginning of several is not", first.Name[:14], "", "2 requests have a name that begins with"},
		"None":      {"nothing has that name", "cart", "", "no request in namespace shop-production has a name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := session{client: newFake(t, bench{}.calls, objects...), namespace: namespace}
			got, err := s.find(t.Context(), tc.name)
			if got.Name != tc.want || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s: find(%q) = %q, %v; want %q, %q", tc.reason, tc.name, got.Name, err, tc.want, tc.err)
			}
		})
	}
}
