// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestCustomContent(t *testing.T) {
	for name, test := range map[string]struct{ reason, object, want string }{
		"Whole": {
			"whatever it is called",
			`{apiVersion: a/v1, kind: A, metadata: {name: a, labels: {b: c}}, spec: {x: 1}, data: {y: z}, status: {s: t}}`,
			`{spec: {x: 1}, data: {y: z}}`,
		},
		"NoSpec":   {"it says nothing", `{metadata: {name: a}, status: {s: t}}`, `{}`},
		"Replicas": {"how many run is decided elsewhere", `{spec: {replicas: 3, template: {}}}`, `{spec: {template: {}}}`},
		"NoNumber": {"nobody knows what it means", `{spec: {replicas: {min: 3}}}`, `{spec: {replicas: {min: 3}}}`},
		"Metadata": {
			"operators take orders from annotations, and the garbage collector from owners",
			`{metadata: {annotations: {example.com/pause: "true"}, ownerReferences: [{name: a, uid: b}]}, spec: {x: 1}}`,
			`{metadata: {annotations: {example.com/pause: "true"}, ownerReferences: [{name: a, uid: b}]}, spec: {x: 1}}`,
		},
		"Applied": {
			"kubectl keeps it for itself",
			`{metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}, spec: {x: 1}}`,
			`{spec: {x: 1}}`,
		},
		"Counter": {
			"with it in it nothing could return", `{metadata: {annotations: {rollout.argoproj.io/revision: "7"}}, spec: {x: 1}}`,
			`{spec: {x: 1}}`,
		},
		"NoCounter": {
			"it counts nothing", `{metadata: {annotations: {rollout.argoproj.io/revision: "7; id"}}, spec: {x: 1}}`,
			`{metadata: {annotations: {rollout.argoproj.io/revision: "7; id"}}, spec: {x: 1}}`,
		},
		"NoResources": {
			"a controller writes it to every container",
			`{spec: {template: {spec: {containers: [{name: a, image: b, resources: {}}], volumes: [{name: c, emptyDir: {}}]}}}}`,
			`{spec: {template: {spec: {containers: [{name: a, image: b}], volumes: [{name: c, emptyDir: {}}]}}}}`,
		},
		"NullResources": {
			"it says nothing", `{spec: {a: [{name: a, image: b, resources: null}]}}`, `{spec: {a: [{name: a, image: b}]}}`,
		},
		"Resources": {
			"it says something", `{spec: {a: {name: a, image: b, resources: {limits: {}}}}}`,
			`{spec: {a: {name: a, image: b, resources: {limits: {}}}}}`,
		},
		"NoName": {
			"nor what that is", `{spec: {image: b, resources: {}}}`, `{spec: {image: b, resources: {}}}`,
		},
		"NoContainer": {"nobody knows what it means", `{spec: {name: a, resources: {}}}`, `{spec: {name: a, resources: {}}}`},
	} {
		got, err := workload.Content(schema.GroupResource{Group: "argoproj.io", Resource: "rollouts"}, decode(t, test.object))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(decode(t, test.want), got); diff != "" {
			t.Errorf("%s: %s: -want, +got:\n%s", name, test.reason, diff)
		}
	}
}

func TestCustomImages(t *testing.T) {
	content := decode(t, `{spec: {imageName: "ghcr.io/cnpg/postgresql:17", steps: [{image: "golang:1"}], displayName: x}}`)
	want := []string{"ghcr.io/cnpg/postgresql:17", "golang:1"}
	if diff := cmp.Diff(want, workload.Images(content)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func TestField(t *testing.T) {
	object := decode(t, `{spec: {template: {x: 1}, empty: {}, nothing: null, list: [a], text: a}}`)
	for at, want := range map[string]bool{
		".spec.template": true, ".spec.template.x": true, ".spec.empty": true, ".spec.list": true, ".spec": true,
		".spec.nothing": false, ".spec.other": false, ".spec.text.below": false, ".spec.list.a": false, ".status": false,
	} {
		if _, got := workload.Field(object, at); got != want {
			t.Errorf("there is something at %s: got %t, want %t", at, got, want)
		}
	}
	if _, found := workload.Field(nil, ".spec"); found {
		t.Error("there is something in nothing")
	}
}

func TestCustomAvailable(t *testing.T) {
	rollouts := schema.GroupResource{Group: "argoproj.io", Resource: "rollouts"}
	for name, test := range map[string]struct {
		reason, object string
		want           bool
	}{
		"Available":   {"it says so", `{status: {conditions: [{type: Available, status: "True"}]}}`, true},
		"Unavailable": {"it says so", `{status: {conditions: [{type: Available, status: "False"}]}}`, false},
		"Ready":       {"another word for it", `{status: {conditions: [{type: Ready, status: "False"}]}}`, false},
		"Silent":      {"it has nothing to say of that", `{status: {phase: Odd}}`, true},
	} {
		if got, _ := workload.Available(rollouts, decode(t, test.object)); got != test.want {
			t.Errorf("%s: %s: got %t", name, test.reason, got)
		}
	}
}
