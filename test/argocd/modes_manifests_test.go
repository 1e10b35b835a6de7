// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"strings"
)

// deploymentManifest is of a Deployment, in a version to be filled in.
func deploymentManifest(name string) string { return fmt.Sprintf(manifest, name, "$VERSION") }

// inWave puts a manifest into a sync wave.
func inWave(wave, manifest string) string {
	return annotated(manifest, "argocd.argoproj.io/sync-wave", wave)
}

func annotated(manifest, name, value string) string {
	return strings.Replace(manifest, "metadata:\n",
		fmt.Sprintf("metadata:\n  annotations: {%s: %q}\n", name, value), 1)
}

// hook is a Job that runs in a phase of a sync.
func hook(phase, name string) string {
	return annotated(jobManifest(name), "argocd.argoproj.io/hook", phase)
}

func jobManifest(name string) string {
	return fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata:
  name: %[1]s
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: %[1]s
        image: registry.example.com/%[1]s:$VERSION
`, name)
}

// chart has its values in another repository.
var chart = map[string]string{
	"chart/Chart.yaml":             "{apiVersion: v2, name: web, version: 0.1.0}\n",
	"chart/templates/web.yaml":     fmt.Sprintf(manifest, "{{ .Release.Name }}", "{{ .Values.version }}"),
	"chart/templates/migrate.yaml": annotated(jobManifest("migrate"), "helm.sh/hook", "pre-install,pre-upgrade"),
	"values.yaml":                  "version: $VERSION\n",
}

// overlay sets the version of what lies beside it.
var overlay = map[string]string{
	"base/web.yaml":           fmt.Sprintf(manifest, "web", "unset"),
	"base/kustomization.yaml": "resources: [web.yaml]\n",
	"overlay/kustomization.yaml": `resources: [../base]
images: [{name: registry.example.com/web, newTag: $VERSION}]
`,
}
