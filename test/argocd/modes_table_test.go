// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

var modes = map[string]mode{
	"by-hand": {
		reason: "alice asks for each sync, and nothing begins by itself",
		asks:   argoAlice,
	},
	"once": {
		reason: "Argo CD tries once: syncPolicy.retry is off",
	},
	"tries-over": {
		reason: "Argo CD has tried as often as it would when it is approved",
		syncPolicy: map[string]any{"automated": map[string]any{}, "retry": map[string]any{
			"limit": int64(1), "backoff": map[string]any{"duration": "1s"},
		}},
	},
	"server-side": {
		reason:     "the API server merges",
		syncPolicy: withOptions("ServerSideApply=true"),
	},
	"replace": {
		reason:     "the whole object is written",
		syncPolicy: withOptions("Replace=true"),
	},
	"waves": {
		reason: "the later wave is tried when the earlier one runs",
		files: map[string]string{
			"db.yaml":  inWave("0", deploymentManifest("db")),
			"web.yaml": inWave("1", deploymentManifest("web")),
		},
	},
	"hooks": {
		reason: "what runs before and after is new each time, and what would tell of the failure holds nothing up",
		files: map[string]string{
			"migrate.yaml": hook("PreSync", "migrate"),
			"web.yaml":     deploymentManifest("web"),
			"smoke.yaml":   hook("PostSync", "smoke"),
			"tell.yaml":    hook("SyncFail", "tell"),
		},
		unasked: "tell",
	},
	"sources": {
		reason:  "two repositories, of which each is at a revision of its own",
		sources: []map[string]any{{"path": "web"}, {"path": "db"}},
		files: map[string]string{
			"web/web.yaml": deploymentManifest("web"),
			"db/db.yaml":   deploymentManifest("db"),
		},
	},
	"elsewhere": {
		reason: "the Application is in a namespace of its team",
		in:     "apps-elsewhere",
	},
	"chart": {
		reason:  "Helm renders, with values from another repository, and a hook of Helm's",
		sources: []map[string]any{{"path": "chart", "helm": valuesFrom("$values/values.yaml")}, {"ref": "values"}},
		files:   chart,
	},
	"overlay": {
		reason:  "Kustomize renders, by a parameter of the Application",
		sources: []map[string]any{{"path": "overlay", "kustomize": map[string]any{"nameSuffix": "-live"}}},
		files:   overlay,
	},
	"pruned": {
		reason: "what is in the repository no more is deleted, by approval",
		syncPolicy: map[string]any{
			"automated": map[string]any{"prune": true}, "retry": map[string]any{"limit": int64(0)},
		},
		files: map[string]string{
			"web.yaml": deploymentManifest("web"),
			"old.yaml": deploymentManifest("old"),
		},
		later: map[string]string{"old.yaml": ""},
	},
}

// withOptions are syncs that are tried once, with options of how to apply.
func withOptions(options ...any) map[string]any {
	return map[string]any{
		"automated": map[string]any{}, "retry": map[string]any{"limit": int64(0)}, "syncOptions": options,
	}
}

func valuesFrom(file string) map[string]any { return map[string]any{"valueFiles": []any{file}} }
