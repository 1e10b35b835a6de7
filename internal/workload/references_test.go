// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/internal/workload"
)

// spell writes a reference as ConfigMap/app, with a ? where it is optional.
func spell(references []workload.Reference) []string {
	texts := make([]string, 0, len(references))
	for _, reference := range references {
		text := reference.Key()
		if reference.Optional {
			text += "?"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestReferences(t *testing.T) {
	for name, test := range map[string]struct {
		reason, object string
		want           []string
	}{
		"Environment": {
			"one value, or all",
			`spec: {template: {spec: {containers: [{env: [
  {name: A, valueFrom: {configMapKeyRef: {name: app, key: a}}},
  {name: B, valueFrom: {secretKeyRef: {name: db, key: b, optional: true}}}],
  envFrom: [{configMapRef: {name: all}}, {secretRef: {name: keys}}]}]}}}`,
			[]string{"ConfigMap/all", "ConfigMap/app", "Secret/db?", "Secret/keys"},
		},
		"Volumes": {
			"of all kinds, also inside a projected one",
			`spec: {containers: [], volumes: [{name: a, configMap: {name: app}}, {name: b, secret: {secretName: tls}},
  {name: c, projected: {sources: [{configMap: {name: part}}, {secret: {name: part, optional: true}}]}},
  {name: d, azureFile: {secretName: share}}, {name: e, csi: {nodePublishSecretRef: {name: driver}}},
  {name: f, flexVolume: {secretRef: {name: flex}}}]}`,
			[]string{"ConfigMap/app", "ConfigMap/part", "Secret/driver", "Secret/flex", "Secret/part?", "Secret/share",
				"Secret/tls"},
		},
		"EveryContainer": {
			"initialising, for debugging, and beside",
			`spec: {initContainers: [{envFrom: [{secretRef: {name: init}}]}], containers: [],
  ephemeralContainers: [{envFrom: [{configMapRef: {name: debug}}]}]}`,
			[]string{"ConfigMap/debug", "Secret/init"},
		},
		"PullSecrets": {
			"Pods start without", `spec: {containers: [], imagePullSecrets: [{name: pull}]}`, []string{"Secret/pull?"},
		},
		"NeedsItOnce": {
			"one use needs it",
			`spec: {containers: [{envFrom: [{secretRef: {name: a, optional: true}}, {secretRef: {name: a}}]}]}`,
			[]string{"Secret/a"},
		},
		"Authority": {
			"what the cluster keeps", `spec: {containers: [], volumes: [{configMap: {name: kube-root-ca.crt}}]}`, []string{},
		},
		"NoPod": {
			"a Certificate writes its Secret, and reads none", `spec: {secretName: tls, secretRef: {name: a}}`, []string{},
		},
		"CronJob": {
			"however deep",
			`spec: {jobTemplate: {spec: {template: {spec: {containers: [{envFrom: [{secretRef: {name: a}}]}]}}}}}`,
			[]string{"Secret/a"},
		},
		"NotYetNamed": {
			"an empty name is none", `spec: {containers: [{envFrom: [{secretRef: {}}, {configMapRef: {name: ""}}]}]}`,
			[]string{},
		},
		"LabelsAreNot": {
			"whatever they are called",
			`{metadata: {labels: {secretName: a}}, spec: {containers: [], nodeSelector: {secret: b}}}`, []string{},
		},
		"SameName": {
			"they are of different kinds",
			`containers: [{envFrom: [{configMapRef: {name: app}}, {secretRef: {name: app}}]}]`,
			[]string{"ConfigMap/app", "Secret/app"},
		},
		"OptionalFirst": {
			"one of them needs it",
			`containers: [{envFrom: [{configMapRef: {name: app, optional: true}}, {configMapRef: {name: app}}]}]`,
			[]string{"ConfigMap/app"},
		},
		"OptionalLast": {
			"one of them needs it",
			`containers: [{envFrom: [{configMapRef: {name: app}}, {configMapRef: {name: app, optional: true}}]}]`,
			[]string{"ConfigMap/app"},
		},
		"Several": {
			"a custom kind with a list of templates",
			`spec: {steps: [{template: {spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}}}]}`,
			[]string{"ConfigMap/app"},
		},
		"OtherObject": {
			"a claim is made from another",
			`{containers: [], volumes: [{ephemeral: {volumeClaimTemplate: {spec: {dataSource: {name: disk}}}}}]}`, []string{},
		},
		"SecretOfThatName": {
			"the cluster keeps a ConfigMap of that name, and no Secret",
			`containers: [{envFrom: [{configMapRef: {name: kube-root-ca.crt}}, {secretRef: {name: kube-root-ca.crt}}]}]`,
			[]string{"Secret/kube-root-ca.crt"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, spell(workload.References(decode(t, test.object)))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.reason, diff)
			}
		})
	}
}

// TestNewReferences: what an object refers to already does not count, however it does.
func TestNewReferences(t *testing.T) {
	const app = `containers: [{envFrom: [{configMapRef: {name: app}}]}]`
	for name, test := range map[string]struct {
		reason, object, stored string
		want                   []string
	}{
		"New":  {"all are", app, ``, []string{"ConfigMap/app"}},
		"Same": {"it had it before", app, app, []string{}},
		"Added": {"the one that is added", `containers: [{envFrom: [{configMapRef: {name: app}}, {secretRef: {name: db}}]}]`,
			app, []string{"Secret/db"}},
		"OtherKind": {"a Secret is no ConfigMap", `containers: [{envFrom: [{secretRef: {name: app}}]}]`, app,
			[]string{"Secret/app"}},
		"NeededNow": {"it could do without before", app,
			`containers: [{envFrom: [{configMapRef: {name: app, optional: true}}]}]`, []string{}},
		"Dropped": {"what is gone is not new", `containers: []`, app, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := workload.NewReferences(decode(t, test.object), decode(t, test.stored))
			if diff := cmp.Diff(test.want, spell(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.reason, diff)
			}
		})
	}
}

// holders are the types by which the API of Pods names ConfigMaps and Secrets. SecretReference and SecretName besides
// are told by their own names.
var holders = []string{
	"ConfigMapKeySelector", "ConfigMapEnvSource", "ConfigMapVolumeSource", "ConfigMapProjection", "SecretKeySelector",
	"SecretEnvSource", "SecretVolumeSource", "SecretProjection", "SecretReference", "LocalObjectReference",
}

// TestReferencesOfEveryField fills every field of a Pod's spec, and finds whatever can name a ConfigMap or Secret.
func TestReferencesOfEveryField(t *testing.T) {
	spec := reflect.New(reflect.TypeFor[corev1.PodSpec]()).Elem()
	var names []string
	fill(spec, &names)
	raw, err := json.Marshal(map[string]any{"spec": spec.Interface()})
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := utiljson.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, reference := range workload.References(object) {
		found = append(found, reference.Name)
	}
	for _, name := range names {
		if !slices.Contains(found, name) {
			t.Errorf("%s is not found", name)
		}
	}
	if len(names) < 20 {
		t.Errorf("found only %d fields to look for: %q", len(names), names)
	}
}

// fill makes one of everything that a value has room for, and notes the names that it gives to what it refers to.
func fill(value reflect.Value, names *[]string, at ...string) {
	switch value.Kind() {
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		fill(value.Elem(), names, at...)
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(value.Index(0), names, at...)
	case reflect.Struct:
		for i := range value.NumField() {
			field := value.Type().Field(i)
			if !field.IsExported() {
				continue
			}
			path := append(slices.Clip(at), field.Name)
			named := field.Name == "Name" && slices.ContainsFunc(at, isHolder) && slices.Contains(holders, holderOf(value))
			if field.Type.Kind() == reflect.String && (named || field.Name == "SecretName") {
				name := strings.ToLower(strings.Join(path, "."))
				value.Field(i).SetString(name)
				*names = append(*names, name)
				continue
			}
			fill(value.Field(i), names, path...)
		}
	}
}

func isHolder(field string) bool {
	return strings.Contains(field, "Secret") || strings.Contains(field, "ConfigMap")
}

func holderOf(value reflect.Value) string { return value.Type().Name() }

func TestInUse(t *testing.T) {
	const template = `template: {spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}}`
	ofA := func(kind string) string {
		return `metadata: {ownerReferences: [{apiVersion: apps/v1, kind: ` + kind + `, name: web, uid: u, controller: true}]}`
	}
	owned := ofA("Deployment")
	for name, test := range map[string]struct {
		reason, resource, object string
		uses                     bool
	}{
		"Deployment":    {"whatever its number", "deployments.apps", `spec: {replicas: 0, ` + template + `}`, true},
		"OldReplicaSet": {"a former revision", "replicasets.apps", owned + "\nspec: {replicas: 0, " + template + `}`, false},
		"RunningOld":    {"a rollout goes on", "replicasets.apps", owned + "\nspec: {replicas: 1, " + template + `}`, true},
		"OwnReplicaSet": {"nobody else scales it", "replicasets.apps", `spec: {replicas: 0, ` + template + `}`, true},
		"Job":           {"it runs", "jobs.batch", `spec: {` + template + `}`, true},
		"DoneJob": {
			"it has run", "jobs.batch", `{spec: {` + template + `}, status: {conditions: [{type: Complete, status: "True"}]}}`,
			false,
		},
		"Pod": {
			"it runs", "pods", `{spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}, status: {phase: Running}}`,
			true,
		},
		"DonePod": {
			"it has run", "pods", `{spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}, status: {phase: Failed}}`,
			false,
		},
		"FailedJob": {
			"it has failed", "jobs.batch", `{spec: {` + template + `}, status: {conditions: [{type: Failed, status: "True"}]}}`,
			false,
		},
		"FinishedPod": {
			"it has finished", "pods",
			`{spec: {containers: [{envFrom: [{configMapRef: {name: app}}]}]}, status: {phase: Succeeded}}`, false,
		},
		"Revision": {"a record", "controllerrevisions.apps", `data: {spec: {` + template + `}}`, false},
		"RevisionOfSet": {"Pods before a partition are made of it", "controllerrevisions.apps",
			ofA("StatefulSet") + "\ndata: {spec: {" + template + `}}`, true},
		"RevisionOfDaemon": {"no Pod is made of a former one", "controllerrevisions.apps",
			ofA("DaemonSet") + "\ndata: {spec: {" + template + `}}`, false},
		"Template": {"nobody makes Pods of it", "podtemplates", template, false},
	} {
		got := spell(workload.InUse(resourceNamed(test.resource), decode(t, test.object)))
		if uses := slices.Equal(got, []string{"ConfigMap/app"}); uses != test.uses {
			t.Errorf("%s: %s: got %q", name, test.reason, got)
		}
	}
}

// TestReferenceTo : a reference leads to the resource that it came from.
func TestReferenceTo(t *testing.T) {
	for text, want := range map[string]string{"configmaps": "ConfigMap/app", "secrets": "Secret/app"} {
		reference, ok := workload.ReferenceTo(resourceNamed(text), "app")
		if !ok || reference.Key() != want || reference.Resource() != resourceNamed(text) {
			t.Errorf("%s: %+v of %s, %t", text, reference, reference.Resource(), ok)
		}
	}
	if reference, ok := workload.ReferenceTo(resourceNamed("secrets.example.com"), "app"); ok || reference.Name != "" {
		t.Errorf("a custom kind is referred to as %+v", reference)
	}
}
