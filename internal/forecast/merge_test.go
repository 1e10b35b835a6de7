// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

func read(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	content, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(content); err != nil {
		t.Fatal(err)
	}
	return object
}

// applied is an object as kubectl apply left it.
func applied(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object, err := noted(read(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

const (
	deployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: `
	rollout    = `{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: web}, spec: `
)

func TestThreeWay(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason      string
		before, now string
		others      func(stored map[string]any)
		wantType    types.PatchType
		want        string
	}{
		"Same": {
			reason: "nothing was changed", before: deployment + `{paused: true}}`, now: deployment + `{paused: true}}`,
			wantType: types.StrategicMergePatchType, want: `null`,
		},
		"Removed": {
			reason: "what was taken out of the repository goes",
			before: deployment + `{paused: true, minReadySeconds: 5}}`, now: deployment + `{minReadySeconds: 5}}`,
			wantType: types.StrategicMergePatchType, want: `{spec: {paused: null}}`,
		},
		"Others": {
			reason: "what others set stays", before: deployment + `{minReadySeconds: 5}}`,
			now:      deployment + `{minReadySeconds: 6}}`,
			others:   func(stored map[string]any) { stored["spec"].(map[string]any)["replicas"] = int64(3) },
			wantType: types.StrategicMergePatchType, want: `{spec: {minReadySeconds: 6}}`,
		},
		"Overwritten": {
			reason: "what others changed is put back", before: deployment + `{minReadySeconds: 5}}`,
			now:      deployment + `{minReadySeconds: 5}}`,
			others:   func(stored map[string]any) { stored["spec"].(map[string]any)["minReadySeconds"] = int64(9) },
			wantType: types.StrategicMergePatchType, want: `{spec: {minReadySeconds: 5}}`,
		},
		"Containers": {
			reason:   "they are told apart by name",
			before:   deployment + `{template: {spec: {containers: [{name: web, image: a}, {name: log, image: b}]}}}}`,
			now:      deployment + `{template: {spec: {containers: [{name: web, image: c}]}}}}`,
			wantType: types.StrategicMergePatchType,
			want: `{spec: {template: {spec: {$setElementOrder/containers: [{name: web}],
				containers: [{name: web, image: c}, {name: log, $patch: delete}]}}}}`,
		},
		"Custom": {
			reason: "of a kind that nobody knows, a list is one value",
			before: rollout + `{steps: [{pause: {}}], paused: true}}`, now: rollout + `{steps: [{setWeight: 20}]}}`,
			wantType: types.MergePatchType, want: `{spec: {paused: null, steps: [{setWeight: 20}]}}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stored := applied(t, tc.before)
			if tc.others != nil {
				tc.others(stored.Object)
			}
			patchType, patch, err := threeWay(clientgoscheme.Scheme, read(t, tc.now), stored)
			if err != nil {
				t.Fatal(err)
			}
			var got, want map[string]any
			for text, into := range map[string]*map[string]any{string(patch): &got, tc.want: &want} {
				if err := yaml.Unmarshal([]byte(text), into); err != nil {
					t.Fatal(err)
				}
			}
			delete(got, "metadata") // the note of what was applied
			if diff := cmp.Diff(want, got); diff != "" || patchType != tc.wantType {
				t.Errorf("%s: %s (-want +got):\n%s", tc.reason, patchType, diff)
			}
		})
	}
}

// TestNoted: kubectl apply finds in the object what was applied, as it was and without the note.
func TestNoted(t *testing.T) {
	t.Parallel()
	const note = "kubectl.kubernetes.io/last-applied-configuration"
	object := read(t, deployment+`{paused: true}}`)
	got, err := noted(object)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web"},` +
		`"spec":{"paused":true}}` + "\n"
	if diff := cmp.Diff(want, got.GetAnnotations()[note]); diff != "" {
		t.Errorf("what was applied (-want +got):\n%s", diff)
	}
	if object.GetAnnotations() != nil {
		t.Error("the object itself was changed")
	}
}

func TestRename(t *testing.T) {
	t.Parallel()
	object := map[string]any{
		"metadata": map[string]any{"name": "forecast-abc"},
		"spec": map[string]any{
			"labels": map[string]any{"job-name": "forecast-abc"}, "args": []any{"--for=forecast-abc"}, "count": int64(3),
		},
	}
	got, err := rename(object, "forecast-abc", "migrate")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"metadata": map[string]any{"name": "migrate"},
		"spec": map[string]any{
			"labels": map[string]any{"job-name": "migrate"}, "args": []any{"--for=migrate"}, "count": int64(3),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
