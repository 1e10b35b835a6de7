// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/hack/argocd"
)

// rollout is an Application of an environment, which is deployed in some way.
type rollout struct {
	environment
	mode
}

// application is how Argo CD calls it.
func (d rollout) application() string { return strings.TrimPrefix(d.in+"/"+d.name, "/") }

// release that its requests are part of.
func (d rollout) release() string { return cmp.Or(d.in, argocd.Namespace) + "/" + d.name }

// create makes the Application.
func (d rollout) create(t *testing.T) {
	t.Helper()
	spec := map[string]any{
		"project":     d.name,
		"destination": map[string]any{"server": inCluster, "namespace": d.name},
	}
	sources := d.from(t)
	if len(sources) == 1 {
		spec["source"] = sources[0]
	} else {
		spec["sources"] = sources
	}
	switch {
	case d.syncPolicy != nil:
		spec["syncPolicy"] = d.syncPolicy
	case d.asks == "":
		spec["syncPolicy"] = once
	}
	if d.in != "" {
		here.CreateNamespace(t, d.in, "")
	}
	here.Create(t, argoObject("Application", d.application(), spec))
}

// from are the sources, with the repositories.
func (d rollout) from(t *testing.T) (sources []any) {
	t.Helper()
	for i, name := range d.repositories() {
		source := map[string]any{"repoURL": repository(t, name).URL(), "targetRevision": "main"}
		if d.sources == nil {
			source["path"] = "."
		} else {
			maps.Copy(source, d.sources[i])
		}
		sources = append(sources, source)
	}
	return sources
}

func (d rollout) repositories() (names []string) {
	for i := range max(len(d.sources), 1) {
		names = append(names, fmt.Sprintf("%s-%d", d.name, i))
	}
	return names
}

// commit writes a version into each repository, and returns the commits, with commas between.
func (d rollout) commit(t *testing.T, version string) string {
	t.Helper()
	files := map[string]string{"web.yaml": deploymentManifest("web")}
	if d.files != nil {
		files = maps.Clone(d.files)
	}
	if version != "v1" {
		maps.Copy(files, d.later)
	}
	written := strings.NewReplacer("$NAME", d.name, "$VERSION", version)
	for path, content := range files {
		files[path] = written.Replace(content)
	}
	var commits []string
	for _, name := range d.repositories() {
		sha, err := repository(t, name).Commit(t.Context(), dave, "Release "+version, files)
		if err != nil {
			t.Fatal(err)
		}
		commits = append(commits, sha)
	}
	return strings.Join(commits, ",")
}

// begin has somebody ask for a sync, where one does not begin by itself.
func (d rollout) begin(t *testing.T) {
	t.Helper()
	if d.asks != "" {
		ask(t, d.asks, d.application())
	}
}
