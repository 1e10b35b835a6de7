// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// helmBot is the bot that docs/helm.md makes for Helm.
func helmBot(t *testing.T) string {
	t.Helper()
	return documented(t, "helm.md", "name: checkout-helm",
		"checkout-helm", "$E-helm", "cicd", "$E-bots", "production", "$E")
}

// named puts an environment into what docs/helm.md says.
func (e environment) named(more ...string) *strings.Replacer {
	return strings.NewReplacer(append(more,
		"shop-production", e.name, "production", e.name, "release-managers", e.managers())...)
}

// helmPage runs the commands of docs/helm.md that have a text, with a chart and its version.
func (p terminal) helmPage(t *testing.T, e environment, has, chart, version string) printed {
	t.Helper()
	return p.play(t, "helm.md", has, e.named("./chart", chart, "v2", version))
}

// migration is a hook that runs before anything else of a chart.
var migration = map[string]string{"templates/migrate.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: migrate-{{ .Values.version }}
  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/migrate:{{ .Values.version }}
`}

// oneName is a hook whose name does not change with the version.
var oneName = map[string]string{
	"templates/migrate.yaml": strings.Replace(migration["templates/migrate.yaml"], "migrate-{{ .Values.version }}",
		"migrate-v2", 1),
}

// chart writes one with two Deployments, of which a value is the version, and with more files.
func chart(t *testing.T, more map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: checkout\nversion: 1.0.0\n", "values.yaml": "version: v1\n",
		"templates/web.yaml": workload("web", "{{ .Values.version }}"),
		"templates/db.yaml":  workload("db", "{{ .Values.version }}"),
	}
	maps.Copy(files, more)
	for name, content := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// upgrade is what brings a version of a chart.
func upgrade(chart, version string, more ...string) []string {
	return append([]string{
		"upgrade", "--install", "--wait", "--timeout=1m", "checkout", chart, "--set=version=" + version,
	}, more...)
}

// released checks in which state Helm has a release, and at which revision.
func (p terminal) released(t *testing.T, status string, revision int) {
	t.Helper()
	var release struct {
		Info    struct{ Status string }
		Version int
	}
	answer := p.helm(t, "status", "checkout", "--output=json").says(t, 0)
	if err := json.Unmarshal([]byte(answer.text), &release); err != nil {
		t.Fatal(err)
	}
	if release.Info.Status != status || release.Version != revision {
		t.Errorf("revision %d is %s, want %d to be %s", release.Version, release.Info.Status, revision, status)
	}
}

// runs checks which version of the workloads runs, and that it does.
func (p terminal) runs(t *testing.T, version string) {
	t.Helper()
	for _, name := range []string{"web", "db"} {
		p.kubectl(t, "", "get", "deployment", name, "--output=jsonpath={.spec.template.spec.containers[0].image} "+
			"{.status.availableReplicas}").says(t, 0, "registry.example.com/"+name+":"+version+" 1")
	}
}
