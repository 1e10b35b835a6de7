// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestDiff(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, new string
		want     []workload.Difference
	}{
		"Same": {
			reason: "a number is the same number however it is written",
			old:    `spec: {a: [1, {b: 2}], c: null}`,
			new:    `spec: {a: [1.0, {b: 2.0}], c: null}`,
		},
		"NamedElements": {
			reason: "elements are compared with those of their name, wherever they are",
			old:    `spec: {containers: [{name: a, tty: true}, {name: b, tty: true}]}`,
			new:    `spec: {containers: [{name: b, tty: false}]}`,
			want: []workload.Difference{
				{Path: "spec.containers[a].tty", Type: workload.Removed, Old: "true"},
				{Path: "spec.containers[b].tty", Type: workload.Changed, Old: "true", New: "false"},
			},
		},
		"OnlyAName": {
			reason: "an element that is nothing but its name is not forgotten",
			old:    `spec: {imagePullSecrets: []}`,
			new:    `spec: {imagePullSecrets: [{name: registry}]}`,
			want: []workload.Difference{
				{Path: "spec.imagePullSecrets", Type: workload.Removed, Old: "[]"},
				{Path: "spec.imagePullSecrets[registry]", Type: workload.Added, New: "{}"},
			},
		},
		"NamesThatAreNotUnique": {
			reason: "the last variable of a name wins, so it must not be mistaken for the first",
			old:    `spec: {env: [{name: A, value: a}]}`,
			new:    `spec: {env: [{name: A, value: a}, {name: A, value: b}]}`,
			want: []workload.Difference{
				{Path: "spec.env[1].name", Type: workload.Added, New: `"A"`},
				{Path: "spec.env[1].value", Type: workload.Added, New: `"b"`},
			},
		},
		"Moved": {
			reason: "a list in another order is another content",
			old:    `spec: {initContainers: [{name: a}, {name: b}, {name: c}]}`,
			new:    `spec: {initContainers: [{name: b}, {name: d}, {name: a}]}`,
			want: []workload.Difference{
				{
					Path: "spec.initContainers", Type: workload.Reordered,
					Old: `["a", "b"]`, New: `["b", "d", "a"]`, Executes: true,
				},
				{Path: "spec.initContainers[c]", Type: workload.Removed, Old: "{}"},
				{Path: "spec.initContainers[d]", Type: workload.Added, New: "{}"},
			},
		},
		"MountsByPath": {
			reason: "one volume can be mounted twice",
			old:    `spec: {volumeMounts: [{name: a, mountPath: /a}, {name: a, mountPath: /b}]}`,
			new:    `spec: {volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]}`,
			want: []workload.Difference{{
				Path: "spec.volumeMounts[/b].name", Type: workload.Changed, Old: `"a"`, New: `"b"`, Executes: true,
			}},
		},
		"AnotherKindOfValue": {
			reason: "a value that becomes an object goes, and the object comes",
			old:    `spec: {strategy: fast}`,
			new:    `spec: {strategy: {type: Recreate}}`,
			want: []workload.Difference{
				{Path: "spec.strategy", Type: workload.Removed, Old: `"fast"`},
				{Path: "spec.strategy.type", Type: workload.Added, New: `"Recreate"`},
			},
		},
		"NullIsNotAbsent": {
			reason: "in a patch it takes something away",
			old:    `data: {}`,
			new:    `data: {spec: null}`,
			want: []workload.Difference{
				{Path: "data", Type: workload.Removed, Old: "{}"},
				{Path: "data.spec", Type: workload.Added, New: "null"},
			},
		},
		"PathsCannotBeForged": {
			reason: "a key or a name that looks like a path is quoted",
			old:    `spec: {}`,
			new:    `spec: {"a.b": 1, env: [{name: "1", value: b}, {name: "X].value", value: a}], "\u202e": 2}`,
			want: []workload.Difference{
				{Path: `spec`, Type: workload.Removed, Old: "{}"},
				{Path: `spec.env["1"].value`, Type: workload.Added, New: `"b"`},
				{Path: `spec.env["X].value"].value`, Type: workload.Added, New: `"a"`},
				{Path: `spec["\u202e"]`, Type: workload.Added, New: "2"},
				{Path: `spec["a.b"]`, Type: workload.Added, New: "1"},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := workload.Diff(deployments, decode(t, tc.old), decode(t, tc.new))
			if len(tc.want) == 0 && len(got) == 0 {
				return
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDiffOfNothing(t *testing.T) {
	if got := workload.Diff(deployments, nil, nil); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	content := decode(t, `spec: {command: [run], paused: true}`)
	for _, difference := range workload.Diff(deployments, nil, content) {
		if difference.Type != workload.Added {
			t.Errorf("a new object: %+v", difference)
		}
	}
	for _, difference := range workload.Diff(deployments, content, nil) {
		if difference.Type != workload.Removed {
			t.Errorf("a deleted object: %+v", difference)
		}
	}
}
