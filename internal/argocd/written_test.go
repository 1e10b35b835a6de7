// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/release"
)

func TestSyncs(t *testing.T) {
	t.Parallel()
	const (
		pruned = `status: {sync: {revision: a}, resources: [
			{group: apps, kind: Deployment, namespace: live, name: web, requiresPruning: true}]}`
		kept = `status: {sync: {revision: a}, resources: [{group: apps, kind: Deployment, namespace: live, name: web}]}`
	)
	syncs := `{operation: {sync: {}}, ` + pruned + `}`
	prunes := `{operation: {sync: {prune: true, revision: a}}, ` + pruned + `}`
	pruning := func(order string) string { return `{operation: {sync: {` + order + `}}, ` + pruned + `}` }
	web := release.Object{Kind: schema.GroupKind{Group: "apps", Kind: "Deployment"}, Namespace: "live", Name: "web"}
	another := web
	another.Name = "db"
	hook := web
	hook.Annotations = map[string]string{hookAnnotation: "Sync", "argocd.argoproj.io/sync-options": "Replace=true"}
	keeps := web
	keeps.Annotations = map[string]string{"argocd.argoproj.io/sync-options": "Prune=false"}
	deleted := Write{Operation: admissionv1.Delete}
	cases := map[string]struct {
		reason      string
		application string
		object      release.Object
		write       Write
		want        bool
	}{
		"Applied":    {"the controller says so", syncs, web, Write{admissionv1.Update, FieldManager}, true},
		"Made":       {"it was applied", syncs, web, Write{admissionv1.Create, FieldManager}, true},
		"Edited":     {"the user interface names nobody", syncs, web, Write{admissionv1.Update, ""}, false},
		"EditedAs":   {"a manager of another name", syncs, web, Write{admissionv1.Update, "me"}, false},
		"ByAction":   {"actions make objects", syncs, web, Write{admissionv1.Create, ""}, false},
		"SaysItself": {"the edit wrote that", syncs, hook, Write{admissionv1.Update, ""}, false},
		"Deleted":    {"the sync leaves it", syncs, web, deleted, false},
		"Pruned":     {"it is not in the sources", prunes, web, deleted, true},
		"Another":    {"another is not", prunes, another, deleted, false},
		"Kept": {
			"it is in the sources", `{operation: {sync: {prune: true, revision: a}}, ` + kept + `}`, web, deleted, false,
		},
		"Stale":     {"it was compared with another", pruning("prune: true, revision: b"), web, deleted, false},
		"Tried":     {"nothing is deleted", pruning("prune: true, revision: a, dryRun: true"), web, deleted, false},
		"NotOption": {"it may not", pruning("prune: true, revision: a, syncOptions: [Prune=false]"), web, deleted, false},
		"SaysNot":   {"the object says so", prunes, keeps, deleted, false},
		"Selected": {
			"it is meant", pruning("prune: true, revision: a, resources: [{group: apps, kind: Deployment, name: web}]"), web,
			deleted, true,
		},
		"NotSelected": {
			"another is meant", pruning("prune: true, revision: a, resources: [{group: apps, kind: Deployment, name: db}]"),
			web, deleted, false,
		},
		"NotToPrune": {"nothing goes by it", pruning("revision: a"), web, deleted, false},
		"Order":      {"nobody knows what it says", pruning(`prune: true, revision: a, dryRun: "no"`), web, deleted, false},
		"Over":       {"no sync runs", `{` + pruned + `}`, web, deleted, false},
		"DeletedAs":  {"an edit said it is a hook", syncs, hook, deleted, false},
		"Connected":  {"no sync does", syncs, web, Write{admissionv1.Connect, FieldManager}, false},
		"Garbage":    {"anybody writes what they like", `{operation: {sync: {prune: true}}, status: 1}`, web, deleted, false},
		"Unknown":    {"an operation that nobody knows", syncs, web, Write{"PATCH", FieldManager}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Syncs(read(t, tc.application), tc.object, tc.write); got != tc.want {
				t.Errorf("got %t, want %t: %s", got, tc.want, tc.reason)
			}
		})
	}
}
