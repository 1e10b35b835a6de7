// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

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
		"ManifestsBefore": {
			"another order was written over what somebody sent",
			orderedOver(edited().syncsSo(`{revision: abc, manifests: [a]}`), `{revision: abc, prune: true}`).recorded(), false,
		},
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
		"OrderChanged": {
			"it is not what it was", edited().syncs().changedBy(controller, func(application map[string]any) {
				record(application)
				application["operation"].(map[string]any)["sync"].(map[string]any)["revision"] = "def"
			}).ended(), false,
		},
		"Metadata": {
			"the API server and admission write there", edited().syncs().changedBy(controller,
				func(application map[string]any) {
					record(application)
					application["metadata"].(map[string]any)["resourceVersion"] = "2"
				}).ended(), true,
		},
		"Unreadable": {"nobody knows how", edited().syncsSo(`{revision: abc, dryRun: "no"}`).recorded(), false},
		"NoOrder":    {"nobody knows of what", orderless(edited()).recorded(), false},
		"NoNext":     {"nobody knows of what, and none runs", finished(orderless(edited())).recorded(), false},
		"LeavesUnreadable": {
			"nobody knows what", withResources(edited(), int64(1)).syncsSo(`{revision: abc}`).recorded(), false,
		},
		"HistoryGone": {
			"nothing was added", edited().deployed().edited(mallory, other).syncs().changedBy(controller,
				func(application map[string]any) {
					application["status"].(map[string]any)["history"] = []any{}
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

// TestDeploysAllChangesNothing : an Application that is looked at stays as it is.
func TestDeploysAllChangesNothing(t *testing.T) {
	t.Parallel()
	p := made(t, bob, hydrated).syncs()
	before := runtime.DeepCopyJSON(p.application)
	record(p.application)
	p.application["status"].(map[string]any)["sourceHydrator"] = map[string]any{}
	before["status"].(map[string]any)["sourceHydrator"] = map[string]any{}
	want := runtime.DeepCopyJSON(p.application)
	deploysAll(p.application, before)
	ofHydrator(p.application, map[string]any{})
	if diff := cmp.Diff(want, p.application); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// requiresPruning has something that the sources have no more.
func requiresPruning(p *past) *past {
	return withResources(p, map[string]any{"kind": "A", "requiresPruning": true})
}

func withResources(p *past, resources ...any) *past {
	p.application["status"].(map[string]any)["resources"] = resources
	return p
}

// orderedOver is an order that is written over the one that runs.
func orderedOver(p *past, order string) *past {
	p.application["operation"].(map[string]any)["sync"] = read(p.t, order)
	return p
}

// finished has a sync that is over, and an operation.
func finished(p *past) *past {
	p.application["status"].(map[string]any)["operationState"] = map[string]any{"phase": "Succeeded"}
	return p
}

// orderless has an operation of which nobody can read what it is.
func orderless(p *past) *past {
	p.syncs().application["operation"].(map[string]any)["sync"] = "x"
	p.application["status"].(map[string]any)["operationState"].(map[string]any)["operation"] = p.application["operation"]
	return p
}

// TestDeployedByManifest : what Argo CD applies is no record of its own.
func TestDeployedByManifest(t *testing.T) {
	t.Parallel()
	p := made(t, bob, plain).syncs()
	before := runtime.DeepCopyJSON(p.application)
	record(p.application)
	change := By{Username: trust.Controller()}.change()
	change.Manager = FieldManager
	if err := trust.NoteSpec(p.application, before, change); err != nil {
		t.Fatal(err)
	}
	if got := noteOn(p.application); !strings.HasPrefix(got, fromTheStart) {
		t.Errorf("it says %q", got)
	}
}

// TestDeployedAgain : a sync that goes on is recorded with its operation as it is, whatever stands where in its info.
func TestDeployedAgain(t *testing.T) {
	t.Parallel()
	p := made(t, bob, plain).syncs()
	operation := p.application["operation"].(map[string]any)
	operation["info"] = append(operation["info"].([]any), map[string]any{"name": resumedInfo, "value": "a"})
	want := runtime.DeepCopyJSON(operation)
	p.changedBy(By{Username: trust.Controller()}, record)
	if err := trust.Stamp(p.application, p.application, v1alpha1.UserReference{Username: trust.Controller()}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, p.application["operation"]); diff != "" {
		t.Errorf("the operation (-want +got):\n%s", diff)
	}
	if got := noteOn(p.application); !strings.HasPrefix(got, deployedLine) {
		t.Errorf("it says %q", got)
	}
}
