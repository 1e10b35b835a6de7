// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stored is a Target in short: namespace/name, with how it is stored.
type stored struct {
	name   string
	method Method
	anew   bool
}

func TestTargets(t *testing.T) {
	t.Parallel()
	const web = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web`
	annotated := func(annotations string) string { return web + `, annotations: {` + annotations + `}}}` }
	anew := []stored{{name: "live/web", anew: true}}
	ordered := func(sync string) string {
		return `{spec: {destination: {namespace: live}}, status: {operationState: {operation: {sync: ` + sync + `}}}}`
	}
	cases := map[string]struct {
		reason, application string
		manifests           []string
		want                []stored
	}{
		"Applied": {"as it is", ordered(`{}`), []string{web + `}}`}, []stored{{name: "live/web"}}},
		"Elsewhere": {"it names its namespace", ordered(`{}`),
			[]string{web + `, namespace: eu}}`}, []stored{{name: "eu/web"}}},
		"Twice": {"the last counts", ordered(`{}`),
			[]string{web + `}}`, annotated(`argocd.argoproj.io/sync-options: Replace=true`)},
			[]stored{{name: "live/web", method: Replace}}},
		"Nameless": {"nobody knows what it will be called", ordered(`{}`),
			[]string{`{kind: Job, metadata: {generateName: a-}}`, `{kind: Job, metadata: {generateName: b-,
				annotations: {argocd.argoproj.io/hook: PreSync}}}`}, nil},
		"ServerSide": {"the Application says so", ordered(`{syncOptions: [ServerSideApply=true]}`), []string{web + `}}`},
			[]stored{{name: "live/web", method: ServerSideApply}}},
		"ServerSideOne": {"the object says so", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/sync-options: "Prune=false, ServerSideApply=true"`)},
			[]stored{{name: "live/web", method: ServerSideApply}}},
		"ServerSideNot": {"the object does not want it", ordered(`{syncOptions: [ServerSideApply=true]}`),
			[]string{annotated(`argocd.argoproj.io/sync-options: ServerSideApply=false`)}, []stored{{name: "live/web"}}},
		"Replace": {"it goes before", ordered(`{syncOptions: [ServerSideApply=true, Replace=true]}`), []string{web + `}}`},
			[]stored{{name: "live/web", method: Replace}}},
		"Hook": {"it runs anew", ordered(`{}`), []string{annotated(`argocd.argoproj.io/hook: PreSync`)}, anew},
		"HookPost": {"it runs in the end", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/hook: "PreDelete,PostSync"`)}, anew},
		"HookFail": {"it runs where something goes wrong", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/hook: SyncFail`)}, nil},
		"HookDelete": {"it runs when the Application goes", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/hook: PostDelete`)}, nil},
		"HookSkip": {"nobody runs it", ordered(`{}`), []string{annotated(`argocd.argoproj.io/hook: Skip`)}, nil},
		"HookKept": {"what ran is changed", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookSucceeded`)},
			[]stored{{name: "live/web"}}},
		"HookOfHelm": {"it is taken for one", ordered(`{}`),
			[]string{annotated(`helm.sh/hook: "pre-install,pre-upgrade"`)}, anew},
		"HookOfHelmKept": {"its policy is too", ordered(`{}`),

			[]string{annotated(`helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded`)},
			[]stored{{name: "live/web"}}},
		"HookOfHelmAnew": {"one of several policies says so", ordered(`{}`),
			[]string{annotated(`helm.sh/hook: post-install, helm.sh/hook-delete-policy: "before-hook-creation,hook-failed"`)},
			anew},
		"HookOfBothKept": {"each has a policy, and none says so", ordered(`{}`),
			[]string{annotated(`argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookSucceeded,
				helm.sh/hook-delete-policy: hook-failed`)},
			[]stored{{name: "live/web"}}},
		"HookOfHelmAlone": {"Argo CD does not know it", ordered(`{}`),
			[]string{annotated(`helm.sh/hook: pre-rollback`)}, nil},
		"CRDOfHelm": {"it is no hook", ordered(`{}`),
			[]string{annotated(`helm.sh/hook: crd-install`)}, []stored{{name: "live/web"}}},
		"NoHooks": {"it is to apply only", ordered(`{syncStrategy: {apply: {}}}`),
			[]string{annotated(`argocd.argoproj.io/hook: PreSync`), web + `, namespace: eu}}`}, []stored{{name: "eu/web"}}},
		"Hooks": {"as without a strategy", ordered(`{syncStrategy: {hook: {force: true}}}`),
			[]string{annotated(`argocd.argoproj.io/hook: PreSync`)}, anew},
		"Chosen": {"a part of it", ordered(`{resources: [{group: apps, kind: Deployment, name: web}]}`),
			[]string{web + `}}`, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: db}}`,
				`{apiVersion: apps/v1, kind: Deployment, metadata: {name: migrate,
					annotations: {argocd.argoproj.io/hook: PreSync}}}`},
			[]stored{{name: "live/web"}}},
		"ChosenThere": {"in one namespace",
			ordered(`{resources: [{group: apps, kind: Deployment, name: web, namespace: eu}]}`),
			[]string{web + `}}`, web + `, namespace: eu}}`}, []stored{{name: "eu/web"}}},
		"ChosenGroup": {"what is meant is of another", ordered(`{resources: [{kind: Deployment, name: web}]}`),
			[]string{web + `}}`}, nil},
		"ChosenKind": {"what is meant is another", ordered(`{resources: [{group: apps, kind: StatefulSet, name: web}]}`),
			[]string{web + `}}`}, nil},
		"InSync": {"it is applied all the same", `{spec: {destination: {namespace: live}}, status: {
			resources: [{group: apps, kind: Deployment, name: web, namespace: live, status: Synced}]}}`,
			[]string{web + `}}`}, []stored{{name: "live/web"}}},
		"OutOfSync": {"what is in sync is passed over", `{spec: {destination: {namespace: live}}, status: {
			resources: [{group: apps, kind: Deployment, name: web, namespace: live, status: Synced},
				{group: apps, kind: Deployment, name: db, namespace: live, status: OutOfSync}],
			operationState: {operation: {sync: {syncOptions: [ApplyOutOfSyncOnly=true]}}}}}`,

			[]string{web + `}}`, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: db}}`}, []stored{{name: "live/db"}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var manifests []string
			for _, manifest := range tc.manifests {
				content, err := json.Marshal(read(t, manifest))
				if err != nil {
					t.Fatal(err)
				}
				manifests = append(manifests, string(content))
			}
			targets, err := Targets(read(t, tc.application), manifests)
			if err != nil {
				t.Fatal(err)
			}
			var got []stored
			for _, target := range targets {
				got = append(got, stored{
					target.Object.GetNamespace() + "/" + target.Object.GetName(), target.Method, target.Anew,
				})
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(stored{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTargetsGarbage: nothing is made of what cannot be read.
func TestTargetsGarbage(t *testing.T) {
	t.Parallel()
	for application, manifest := range map[string]string{
		`{status: {operationState: 1}}`:         `{}`,
		`{spec: {destination: {namespace: 1}}}`: `{}`,
		`{}`:                                    `[]`,
	} {
		if got, err := Targets(read(t, application), []string{manifest}); err == nil {
			t.Errorf("%s, %s: it makes %v of it", application, manifest, got)
		}
	}
}
