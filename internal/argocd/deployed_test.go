// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import "testing"

// TestDeploysAll : who changed an Application is forgotten once all that it names is deployed, and by nothing else.
func TestDeploysAll(t *testing.T) {
	t.Parallel()
	edited := func() *past { return made(t, bob, plain).deployed().edited(mallory, patched) }
	controller := By{Username: trust.Controller()}
	hydratedTo := func(revision string) *past {
		p := made(t, bob, hydrated).edited(mallory, hydratedElse)
		p.application["status"].(map[string]any)["sourceHydrator"] = map[string]any{
			"lastSuccessfulOperation": map[string]any{
				"hydratedSHA": revision, "sourceHydrator": read(t, hydratedElse)["sourceHydrator"],
			},
		}
		return p
	}
	cases := map[string]struct {
		reason string
		given  *past
		want   bool // it is known that all is in
	}{
		"Deployed":  {"all of it is in", edited().deployed(), true},
		"Resources": {"a part of it", edited().syncsSo(`{revision: abc, resources: [{kind: A, name: b}]}`).recorded(), false},
		"Manifests": {"what somebody sent", edited().syncsSo(`{revision: abc, manifests: [a]}`).recorded(), false},
		"NoHooks": {
			"hooks are to come", edited().syncsSo(`{revision: abc, syncStrategy: {apply: {}}}`).recorded(), false,
		},
		"Hooks":  {"they ran", edited().syncsSo(`{revision: abc, syncStrategy: {hook: {}}}`).recorded(), true},
		"DryRun": {"nothing", edited().syncsSo(`{revision: abc, dryRun: true}`).recorded(), false},
		"Source": {
			"what the order named", edited().syncsSo(`{revision: abc, source: {path: harmless}}`).recorded(), false,
		},
		"SourceSame": {"the order named the same", edited().syncsSo(`{revision: abc, source: {targetRevision: main,
			repoURL: "https://git.example.com/shop", path: ., kustomize: {images: [evil]}}}`).recorded(), true},
		"Leaves":  {"a deletion is to come", requiresPruning(edited()).syncsSo(`{revision: abc}`).recorded(), false},
		"Pruning": {"it was done", requiresPruning(edited()).syncs().recorded(), true},
		"Meanwhile": {
			"what it was when the sync was ordered", edited().syncs().edited(mallory, other).recorded(), false,
		},
		"NoSync": {"there is none", edited().recorded(), false},
		"Person": {
			"Argo CD's controller knows", edited().syncs().changedBy(By{Username: mallory}, record).ended(), false,
		},
		"Manifest": {
			"a manifest says it", edited().syncs().changedBy(controller, func(application map[string]any) {
				record(application)
				application["status"].(map[string]any)["sync"] = map[string]any{"status": "Synced"}
			}).ended(), false,
		},
		"Ordered": {
			"a manifest says it", edited().changedBy(controller, func(application map[string]any) {
				record(application)
				application["operation"] = map[string]any{"sync": map[string]any{}}
			}).ended(), false,
		},
		"HistoryCut": {
			"nothing was added", edited().deployed().edited(mallory, other).syncs().changedBy(controller,
				func(application map[string]any) {
					status := application["status"].(map[string]any)
					status["history"] = status["history"].([]any)[1:]
				}).ended(), false,
		},
		"Hydrated":      {"what it made of it is in", hydratedTo("abc").deployed(), true},
		"HydratedLater": {"it was made of what was there before", hydratedTo("def").deployed(), false},
		"HydratedNever": {"nothing was made of it", made(t, bob, hydrated).deployed(), false},
		"HydratedElse": {
			"it was made of something else", hydratedTo("abc").edited(mallory, hydrated).deployed(), false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			authors, _, err := Editors(tc.given.application)
			if is := len(authors) == 0 && err == nil; is != tc.want {
				t.Errorf("%s: all is in: %t, want %t; by: %v, %v", tc.reason, is, tc.want, authors, err)
			}
		})
	}
}

// requiresPruning has something that the sources have no more.
func requiresPruning(p *past) *past {
	p.application["status"].(map[string]any)["resources"] = []any{map[string]any{"kind": "A", "requiresPruning": true}}
	return p
}
