// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package install puts the manifests under config/ on a control plane, as they are or changed so that the operator runs
// beside it instead of in it.
package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/countersign-dev/countersign/hack/repo"
)

// Render builds the kustomization in a directory: of the project, unless the path is absolute.
func Render(ctx context.Context, dir string) ([]*unstructured.Unstructured, error) {
	root, err := repo.Root()
	if err != nil {
		return nil, err
	}
	path := dir
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	manifests, err := exec.CommandContext(ctx, filepath.Join(root, "bin", "kubectl"), "kustomize", path).Output()
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", dir, withStderr(err))
	}
	return decode(manifests)
}

func decode(manifests []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifests), len(manifests)+1)
	for {
		object := &unstructured.Unstructured{}
		switch err := decoder.Decode(object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("decode manifest: %w", err)
		}
		objects = append(objects, object)
	}
}

// withStderr adds what a command complained of.
func withStderr(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}
