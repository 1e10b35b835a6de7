// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Digest binds a content to what is done with it and to the object that it is for: the same content under another
// name, or in another namespace, has another digest.
func Digest(operation v1alpha1.ChangeOperation, id Identity, content map[string]any) (v1alpha1.Digest, error) {
	if (id.Name == "") == (id.GenerateName == "") {
		return "", errors.New("exactly one of name and generateName must be known")
	}
	if content == nil {
		return "", errors.New("there is no content")
	}
	text, err := Canonical(preimage(operation, id, content))
	if err != nil {
		return "", fmt.Errorf("canonical form: %w", err)
	}
	return v1alpha1.Digest(fmt.Sprintf("v1:sha256:%x", sha256.Sum256(text))), nil
}

// preimage is what version 1 of a digest is the hash of. To change it is to change the version.
func preimage(operation v1alpha1.ChangeOperation, id Identity, content map[string]any) map[string]any {
	hashed := map[string]any{
		"operation": string(operation),
		"group":     id.Group,
		"resource":  id.Resource,
		"namespace": id.Namespace,
		"content":   content,
	}
	if id.Name != "" {
		hashed["name"] = id.Name
	} else {
		hashed["generateName"] = id.GenerateName
	}
	return hashed
}
