// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// Image is the name of an image in parts that can be compared: docker.io and library/ are spelt out.
type Image struct {
	// Registry is a host, with its port where the image names one.
	Registry string
	// Repository is the path below the registry.
	Repository string
	// Pinned tells whether the image is named by digest, beside a tag or without.
	Pinned bool
}

// ParseImage takes the name of an image apart. A registry in capitals is refused: runtimes do not agree on what it is.
// So is one whose name is no host's, as a_b.example: it is taken for a part of the path, and pulled from there.
func ParseImage(image string) (Image, error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return Image{}, fmt.Errorf("image %q: %w", image, err)
	}
	if name := named.Name(); name != strings.ToLower(name) {
		return Image{}, fmt.Errorf("image %q: the registry must be in lower case", image)
	}
	if reference.Domain(named) == "" {
		return Image{}, fmt.Errorf("image %q: the registry must be the name of a host", image)
	}
	_, pinned := named.(reference.Digested)
	return Image{Registry: reference.Domain(named), Repository: reference.Path(named), Pinned: pinned}, nil
}

// Repository returns the registry and repository of an image, without tag and digest, in the one form that can be
// compared.
func Repository(image string) (string, error) {
	parsed, err := ParseImage(image)
	if err != nil {
		return "", err
	}
	return parsed.Registry + "/" + parsed.Repository, nil
}
