// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apiserver/pkg/storage/names"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestIdentityOf(t *testing.T) {
	long := strings.Repeat("a", 60)
	cases := map[string]struct {
		reason           string
		name, prefix     string
		wantName, wantBy string
	}{
		"Named":            {"a plain name", "web", "", "web", ""},
		"Generated":        {"prefix and five random letters", "web-2kq7x", "web-", "", "web-"},
		"NotYetGenerated":  {"a mutating webhook sees no name", "", "web-", "", "web-"},
		"LongPrefix":       {"the prefix is cut to 58", long[:58] + "2kq7x", long, "", long},
		"LongPrefixUncut":  {"the API server would have cut", long + "2kq7x", long, long + "2kq7x", ""},
		"AnotherName":      {"the name does not begin so", "db-2kq7x", "web-", "db-2kq7x", ""},
		"ShortSuffix":      {"four letters", "web-2kq7", "web-", "web-2kq7", ""},
		"LongSuffix":       {"six letters", "web-2kq7xx", "web-", "web-2kq7xx", ""},
		"Vowel":            {"the API server uses none", "web-front", "web-", "web-front", ""},
		"Digit":            {"the API server uses no 0, 1 or 3", "web-00000", "web-", "web-00000", ""},
		"Nothing":          {"neither is known", "", "", "", ""},
		"NoPrefix":         {"random letters are a name", "2kq7x", "", "2kq7x", ""},
		"SuffixAlone":      {"the prefix is not there", "2kq7x", "web-", "2kq7x", ""},
		"PrefixIsAllThere": {"the name is the prefix itself", "web-", "web-", "web-", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			object := map[string]any{"metadata": map[string]any{"name": tc.name, "generateName": tc.prefix}}
			want := workload.Identity{
				Group: "apps", Resource: "deployments", Namespace: "shop", Name: tc.wantName, GenerateName: tc.wantBy,
			}
			if diff := cmp.Diff(want, workload.IdentityOf(deployments, "shop", object)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestIdentityOfNamesThatTheAPIServerMakes(t *testing.T) {
	b := strings.Repeat("b", 250)
	for _, prefix := range []string{"a", "web-", b[:57], b[:58], b} {
		for range 200 {
			name := names.SimpleNameGenerator.GenerateName(prefix)
			object := map[string]any{"metadata": map[string]any{"name": name, "generateName": prefix}}
			if got := workload.IdentityOf(pods, "shop", object); got.GenerateName != prefix || got.Name != "" {
				t.Fatalf("%s made from %s: %+v", name, prefix, got)
			}
		}
	}
}

func TestIdentityOfMalformedMetadata(t *testing.T) {
	for _, metadata := range []any{nil, "web", []any{}, map[string]any{"name": int64(1), "generateName": true}} {
		got := workload.IdentityOf(pods, "shop", map[string]any{"metadata": metadata})
		if got.Name != "" || got.GenerateName != "" {
			t.Errorf("metadata %v: %+v", metadata, got)
		}
	}
}
