// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/repo"
)

// TestSamples: the API server accepts every sample, and there is one for each of the operators that the docs name, with
// a policy and the two ClusterRoles that it takes.
func TestSamples(t *testing.T) {
	root, err := repo.Root()
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	samples := filepath.Join(root, "config", "samples")
	err = filepath.WalkDir(samples, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".yaml" || entry.Name() == "kustomization.yaml" {
			return err
		}
		var found []string
		for _, object := range manifests(t, read(t, file)) {
			found = append(found, object.GetKind())
			if err := admin(t).Create(t.Context(), object, client.DryRunAll); err != nil {
				t.Errorf("%s: %s %s: %v", entry.Name(), object.GetKind(), object.GetName(), err)
			}
		}
		if filepath.Base(filepath.Dir(file)) != "kinds" {
			return nil
		}
		kinds = append(kinds, entry.Name())
		if !slices.Equal(found, []string{"PromotionPolicy", "ClusterRole", "ClusterRole"}) {
			t.Errorf("%s has %v", entry.Name(), found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"argo-rollouts.yaml", "cert-manager.yaml", "cloudnative-pg.yaml", "prometheus-operator.yaml", "tekton.yaml",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("the samples of custom kinds are %v, want %v", kinds, want)
	}
}
