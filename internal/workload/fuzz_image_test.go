// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/countersign-dev/countersign/internal/workload"
)

// FuzzImage : what is taken for the name of an image, another parser takes for none, or for the same registry,
// repository and kind of reference. A name of which two programs think differently is approved as one image and pulled
// as another.
func FuzzImage(f *testing.F) {
	const sum = "@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa"
	for _, image := range []string{
		"nginx", "nginx" + sum, "nginx:1" + sum, "docker.io/nginx", "index.docker.io/library/nginx", "a/b", "localhost/a",
		"localhost:5000/a/b:c", "registry.example.com:443/a", "[::1]:5000/a", "1.2.3.4/a", "a.b/c/d/e:f", "A.b/c",
		"a@sha512:" + strings.Repeat("0", 128), "library/nginx", "docker.io/a", "a--b/c__d", "a..b/c", "host./a", "-a/b",
	} {
		f.Add(image)
	}
	f.Fuzz(func(t *testing.T, image string) {
		ours, err := workload.ParseImage(image)
		if err != nil {
			return
		}
		other, err := name.ParseReference(image, name.WeakValidation)
		if err != nil {
			return
		}
		registry := other.Context().RegistryStr()
		if registry == name.DefaultRegistry {
			registry = "docker.io"
		}
		repository := other.Context().RepositoryStr()
		_, pinned := other.(name.Digest)
		if ours.Registry != registry || ours.Repository != repository || ours.Pinned != pinned {
			t.Fatalf("%q is %+v, and to another %s, %s, %t", image, ours, registry, repository, pinned)
		}
	})
}
