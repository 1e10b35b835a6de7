// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestParseImage(t *testing.T) {
	const sum = "@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
	hub := func(repository string, pinned bool) workload.Image {
		return workload.Image{Registry: "docker.io", Repository: repository, Pinned: pinned}
	}
	cases := map[string]struct {
		reason, image string
		// want is the zero Image where the name is refused.
		want workload.Image
	}{
		"Short":       {"both registry and library are meant", "nginx", hub("library/nginx", false)},
		"User":        {"a user of docker.io", "acme/web", hub("acme/web", false)},
		"LegacyHub":   {"an older name of the same registry", "index.docker.io/nginx", hub("library/nginx", false)},
		"LocalSuffix": {"a first word without a dot is a user", "registry/web:5000", hub("registry/web", false)},
		"Port": {
			"a port is part of the registry", "registry.example.com:5000/shop/web:1",
			workload.Image{Registry: "registry.example.com:5000", Repository: "shop/web"},
		},
		"Localhost": {"without a dot, and a host", "localhost/web", workload.Image{Registry: "localhost", Repository: "web"}},
		"Digest":    {"pinned", "nginx" + sum, hub("library/nginx", true)},
		"TagAndDigest": {
			"the digest is what is pulled", "registry.example.com/web:1" + sum,
			workload.Image{Registry: "registry.example.com", Repository: "web", Pinned: true},
		},
		"DigestInTag":    {"a tag that looks like one pins nothing", "nginx:sha256-7cc4", hub("library/nginx", false)},
		"ShortDigest":    {"no digest is that short", "nginx@sha256:7cc4b5ae", workload.Image{}},
		"UnknownDigest":  {"nobody can check it", "nginx@crc32:7cc4b5ae7cc4b5ae7cc4b5ae7cc4b5ae", workload.Image{}},
		"CapitalHost":    {"runtimes do not agree on what it is", "Registry.example.com/web", workload.Image{}},
		"NoHost":         {"no host is called so, and it is pulled from there", "a_b.example/web", workload.Image{}},
		"CapitalPath":    {"no registry takes it", "registry.example.com/Web", workload.Image{}},
		"UserInfo":       {"no place for a password", "user:pass@registry.example.com/web", workload.Image{}},
		"Scheme":         {"an image is no address", "https://registry.example.com/web", workload.Image{}},
		"DotDot":         {"no way up", "registry.example.com/shop/../evil/web", workload.Image{}},
		"Homoglyph":      {"with a Cyrillic е", "rеgistry.example.com/web", workload.Image{}},
		"TrailingSlash":  {"no repository", "registry.example.com/", workload.Image{}},
		"LeadingSpace":   {"nobody sees it", " nginx", workload.Image{}},
		"DoubleSlash":    {"an empty segment", "registry.example.com//web", workload.Image{}},
		"TwoTags":        {"which one?", "registry.example.com/web:1:2", workload.Image{}},
		"NothingAtAll":   {"no name", "", workload.Image{}},
		"PercentEncoded": {"written to look like another", "registry.example.com/shop%2fweb", workload.Image{}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := workload.ParseImage(tc.image)
			if diff := cmp.Diff(tc.want, got); diff != "" || (err == nil) != (tc.want != workload.Image{}) {
				t.Errorf("%s: %v, -want, +got:\n%s", tc.reason, err, diff)
			}
		})
	}
}

func TestRepository(t *testing.T) {
	const sum = "sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
	cases := map[string]struct {
		reason, image, want string
	}{
		"Short":         {"the registry that is meant is spelt out", "nginx", "docker.io/library/nginx"},
		"Hub":           {"", "docker.io/nginx:1", "docker.io/library/nginx"},
		"LegacyHub":     {"an older name of the same registry", "index.docker.io/library/nginx", "docker.io/library/nginx"},
		"User":          {"", "acme/web:1", "docker.io/acme/web"},
		"Tag":           {"", "registry.example.com/shop/web:1", "registry.example.com/shop/web"},
		"TagAndDigest":  {"the tag says nothing", "registry.example.com/shop/web:1@" + sum, "registry.example.com/shop/web"},
		"Port":          {"a port is part of the registry", "localhost:5000/web@" + sum, "localhost:5000/web"},
		"HostInCapital": {"runtimes do not agree on what it is", "Registry.Example.COM/web", ""},
		"CapitalUser":   {"a registry called A, and not a user of docker.io", "A/web", ""},
		"Lookalike":     {"equality, not a prefix", "registry.test.evil.test/web", "registry.test.evil.test/web"},
		"NoImage":       {"", "", ""},
		"CapitalPath":   {"no registry takes it", "registry.example.com/Web", ""},
		"Space":         {"", "registry.example.com/web evil", ""},
		"BareDigest":    {"it names no repository", sum[len("sha256:"):], ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := workload.Repository(tc.image)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%s: got %q, %v, want %q", tc.reason, got, err, tc.want)
			}
		})
	}
}
