// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package config carries into the operator the manifests of the guards that it restores: the very files that are
// installed.
package config

import "embed"

// Guards are the files of the guards. certmanager/kustomization.yaml says which of them are changed with cert-manager.
//
//go:embed policy/*.yaml webhook/manifests.yaml certmanager/kustomization.yaml
var Guards embed.FS
