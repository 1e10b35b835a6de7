// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestPruningOf(t *testing.T) {
	t.Parallel()
	const (
		web = `{group: apps, version: v1, kind: Deployment, namespace: live, name: web, status: OutOfSync}`
		old = `{group: apps, version: v1, kind: Deployment, namespace: live, name: old, requiresPruning: true}`
	)
	seen := func(sync, resources string) string {
		return `{spec: {destination: {namespace: live}}, status: {operationState: {operation: {sync: ` + sync + `}},
			resources: [` + resources + `]}}`
	}
	pruned := []string{"apps/v1, Kind=Deployment live/old"}
	cases := map[string]struct {
		reason, application, manifest string
		want                          []string
	}{
		"Gone": {"it is in the sources no more", seen(`{prune: true}`, web+`, `+old), `{}`, pruned},
		"Kept": {"the sync is not to prune", seen(`{}`, old), `{}`, nil},
		"None": {"all is in the sources", seen(`{prune: true}`, web), `{}`, nil},
		"Chosen": {"it is among a part",
			seen(`{prune: true, resources: [{group: apps, kind: Deployment, name: old}]}`, old), `{}`, pruned},
		"Unchosen": {"a part of which it is none",
			seen(`{prune: true, resources: [{group: apps, kind: Deployment, name: web}]}`, web+`, `+old), `{}`, nil},
		"ChosenElsewhere": {"that of another namespace is",
			seen(`{prune: true, resources: [{group: apps, kind: Deployment, name: old, namespace: eu}]}`, old), `{}`, nil},
		"Later": {"only a commit that is not synced yet takes it out", seen(`{prune: true}`, old),
			`{apiVersion: apps/v1, kind: Deployment, metadata: {name: old}}`, nil},
		"Namesake": {"what is in the sources is of another namespace", seen(`{prune: true}`, old),
			`{apiVersion: apps/v1, kind: Deployment, metadata: {name: old, namespace: eu}}`, pruned},
		"OfCluster": {"it is in no environment",
			seen(`{prune: true}`, `{version: v1, kind: Namespace, name: old, requiresPruning: true}`), `{}`, nil},
		"Never": {"nothing was ever synced", `{status: {resources: [` + old + `]}}`, `{}`, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			manifest, err := json.Marshal(read(t, tc.manifest))
			if err != nil {
				t.Fatal(err)
			}
			pruning, err := PruningOf(read(t, tc.application), []string{string(manifest)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, object := range pruning.Objects {
				got = append(got, object.GroupVersionKind().String()+" "+object.GetNamespace()+"/"+object.GetName())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPruningOrphans: as Argo CD reads the options of a sync.
func TestPruningOrphans(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]bool{
		``:                              false,
		`PrunePropagationPolicy=orphan`: true,
		`PrunePropagationPolicy=Orphan`: false,
		`PrunePropagationPolicy=foreground, PrunePropagationPolicy=orphan`: false,
		`PrunePropagationPolicy=orphan, PrunePropagationPolicy=background`: false,
	} {
		application := read(t, `{status: {operationState: {operation: {sync: {prune: true, syncOptions: [`+options+`]}}}}}`)
		pruning, err := PruningOf(application, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := pruning.Orphans(); got != want {
			t.Errorf("%s: %t, want %t", options, got, want)
		}
	}
}

// TestPruningOfGarbage: nothing is made of what cannot be read.
func TestPruningOfGarbage(t *testing.T) {
	t.Parallel()
	for application, manifest := range map[string]string{
		`{status: {operationState: 1}}`: `{}`,
		`{status: {operationState: {operation: {sync: {prune: true}}}, resources: 1}}`: `{}`,
		`{status: {operationState: {operation: {sync: {prune: yes!}}}}}`:               `{}`,
		`{status: {operationState: {operation: {sync: {prune: true}}}}}`:               `[]`,
	} {
		if got, err := PruningOf(read(t, application), []string{manifest}); err == nil {
			t.Errorf("%s, %s: it makes %v of it", application, manifest, got)
		}
	}
}

func TestPruningDeletes(t *testing.T) {
	t.Parallel()
	const own = `{annotations: {argocd.argoproj.io/sync-options: "Replace=true, `
	cases := map[string]struct {
		reason, metadata, option string
		want                     bool
	}{
		"Plain":    {"nothing is said of it", `{}`, "", true},
		"Kept":     {"it asks for that", own + `Prune=false"}}`, "", false},
		"AllKept":  {"the sync asks for that", `{}`, "Prune=false", false},
		"Last":     {"after all else, and all the same", own + `PruneLast=true"}}`, "PruneLast=true", true},
		"Insists":  {"its own word goes before", own + `Prune=true"}}`, "Prune=false", true},
		"Confirm":  {"once somebody has confirmed it", own + `Prune=confirm"}}`, "", true},
		"Confirms": {"its own word goes before", own + `Prune=confirm"}}`, "Prune=false", true},
		"Hook":     {"it goes by a policy of its own", `{annotations: {argocd.argoproj.io/hook: PreSync}}`, "", false},
		"HookHelm": {"to Argo CD it is the same", `{annotations: {helm.sh/hook: post-install}}`, "", false},
		"Skip":     {"it is left alone", `{annotations: {argocd.argoproj.io/hook: Skip}}`, "", false},
		"Going":    {"somebody has deleted it", `{deletionTimestamp: "2026-03-02T12:00:00Z"}`, "", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stored := &unstructured.Unstructured{Object: read(t, `{metadata: `+tc.metadata+`}`)}
			if got := (Pruning{options: []string{"CreateNamespace=true", tc.option}}).Deletes(stored); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
	}
}
