// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// patchFile is the patch of Argo CD's ConfigMap.
	patchFile = "argocd-cm.yaml"
	// scripts is where Argo CD keeps such checks, by group and kind.
	scripts = "resource_customizations/" + v1alpha1.GroupName
	// script is the name of each.
	script = "health.lua"
)

const header = `# Lets Argo CD tell how Countersign's objects are. Made by make manifests, of resource_customizations.
#
# kubectl patch configmap argocd-cm -n argocd --patch-file argocd-cm.yaml
`

// patch is a strategic merge patch that adds the health checks of all kinds in a directory.
func patch(dir string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, scripts, "*", script))
	if err != nil {
		return nil, err
	}
	data := map[string]string{}
	for _, file := range files {
		lua, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		data[key(filepath.Base(filepath.Dir(file)))] = string(lua)
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("there are no health checks in %s", dir)
	}
	content, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "argocd-cm"}, "data": data,
	})
	return append([]byte(header), content...), err
}

// key is how Argo CD names the health check of a kind.
func key(kind string) string {
	return "resource.customizations.health." + v1alpha1.GroupName + "_" + kind
}
