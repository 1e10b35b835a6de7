// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"fmt"
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const greeting = `apiVersion: v1
kind: ConfigMap
metadata: {name: greeting}
data: {greeting: hello}
`

// migration is a hook: a Job that syncs without hooks leave out.
const migration = `apiVersion: batch/v1
kind: Job
metadata: {name: migration, annotations: {argocd.argoproj.io/hook: PreSync}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migration, image: "registry.example.com/%s:v2"}]
`

// TestHarmlessAtFirst: who changes an Application is no less an author of what it deploys once something else of it is
// deployed, which Argo CD puts into the same history.
func TestHarmlessAtFirst(t *testing.T) {
	t.Parallel()
	c := applicationAdmin(t, frank)
	one := []map[string]any{{"kind": "ConfigMap", "name": "greeting"}}
	for name, harmless := range map[string]struct {
		// web is the version of what is deployed already, and migrates whether a hook comes with it.
		web      string
		migrates bool
		sync     map[string]any
	}{
		"partial":       {"v2", false, map[string]any{"resources": one}},
		"dry":           {"v2", false, map[string]any{"dryRun": true}},
		"without-hooks": {"v1", true, map[string]any{"strategy": map[string]any{"apply": map[string]any{}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := deployed(t, "harmless-"+name)
			e.letDeploy(t, "configmaps")
			files := map[string]string{
				"next/web.yaml": fmt.Sprintf(manifest, e.name, harmless.web), "next/greeting.yaml": greeting,
			}
			if harmless.migrates {
				files["next/migration.yaml"] = fmt.Sprintf(migration, e.name)
			}
			commitFiles(t, e.name, files)
			if err := patchApplication(t, c, e.name, next); err != nil {
				t.Fatal(err)
			}
			refresh(t, e.name)
			if err := inArgoCD(t, argoAlice).Sync(t.Context(), e.name, harmless.sync); err != nil {
				t.Fatal(err)
			}
			awaitPhase(t, e.name, "Succeeded")
			ask(t, argoAlice, e.name)
			awaitPhase(t, e.name, "Failed")
			request := e.awaitRequestFor(t, image(e, "v2"))
			wrote(t, request, v1alpha1.AuthorshipCommits, append(committed(dave.Email),
				v1alpha1.Author{Name: frank, Evidence: v1alpha1.AuthorApplication}))
			e.cannotApprove(t, request, frank)
		})
	}
}
