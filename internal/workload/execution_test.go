// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

var (
	podResource        = schema.GroupResource{Resource: "pods"}
	deploymentResource = schema.GroupResource{Group: "apps", Resource: "deployments"}
)

const (
	goodImage = "registry.example.com/web@sha256:1111111111111111111111111111111111111111111111111111111111111111"
	evilImage = "registry.example.com/web@sha256:2222222222222222222222222222222222222222222222222222222222222222"
)

// templated is what a Deployment asks of its Pods.
func templated(t *testing.T, spec string) workload.Execution {
	t.Helper()
	template := map[string]any{"spec": decode(t, spec)}
	return workload.Asked(deploymentResource, map[string]any{"spec": map[string]any{"template": template}})
}

// made is what a Pod has executed that nobody has changed.
func made(t *testing.T, spec string) workload.Execution {
	t.Helper()
	return workload.Executed(map[string]any{"metadata": map[string]any{"generation": int64(1)}, "spec": decode(t, spec)})
}

const webSpec = `
initContainers: [{name: migrate, image: "` + goodImage + `"}]
containers:
- name: web
  image: ` + goodImage + `
  command: [/web]
  args: [--fast]
  workingDir: /srv
  lifecycle: {preStop: {sleep: {seconds: 5}}}
  env: [{name: A, value: "1"}, {name: B, value: "2"}]
  envFrom: [{configMapRef: {name: web}}]
volumes:
- {name: model, image: {reference: "` + goodImage + `"}}
- {name: data, emptyDir: {}}`

// TestExecutionIsWithin : what is added to a Pod takes nothing away; what is changed does.
func TestExecutionIsWithin(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		old, new string
		want     bool
	}{
		"Same":     {"as its controller makes it", "", "", true},
		"Sidecar":  {"a webhook adds one", "containers:\n", "containers:\n- {name: proxy, image: p}\n", true},
		"Native":   {"as an init container", "initContainers: [", "initContainers: [{name: p, image: p}, ", true},
		"Variable": {"a webhook adds one", `env: [`, `env: [{name: C, value: "3"}, `, true},
		"Source":   {"a webhook adds one", `envFrom: [`, `envFrom: [{secretRef: {name: s}}, `, true},
		"Hook":     {"a webhook adds one", `lifecycle: {`, `lifecycle: {postStart: {sleep: {seconds: 1}}, `, true},
		"Mounts":   {"the token's", "  workingDir", "  volumeMounts: [{name: token, mountPath: /t}]\n  workingDir", true},
		"Claim": {"a StatefulSet puts its claim there", "{name: data, emptyDir: {}}",
			"{name: data, persistentVolumeClaim: {claimName: d}}", true},
		"Mirror":  {"the digest is the same", "registry.example.com/web@", "mirror.example.com/web:1@", true},
		"Image":   {"of the container", "image: " + goodImage, "image: " + evilImage, false},
		"Init":    {"of the init container", `migrate, image: "` + goodImage, `migrate, image: "` + evilImage, false},
		"Volume":  {"of the volume", `reference: "` + goodImage, `reference: "` + evilImage, false},
		"NoModel": {"the volume is not there", `{name: model, image: {reference: "` + goodImage + `"}}`, "{name: x}", false},
		"Command": {"another", "[/web]", "[sleep]", false},
		"None":    {"that of the image", "  command: [/web]\n", "", false},
		"Args":    {"others", "[--fast]", "[--slow]", false},
		"Place":   {"another directory", "/srv", "/tmp", false},
		"Value":   {"another", `value: "1"`, `value: "0"`, false},
		"Unset":   {"one is missing", `{name: A, value: "1"}, `, "", false},
		"From":    {"another ConfigMap", "configMapRef: {name: web}", "configMapRef: {name: other}", false},
		"Stop":    {"another hook", "seconds: 5", "seconds: 6", false},
		"Name":    {"another container runs it", "name: web\n", "name: other\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			pod := strings.Replace(webSpec, tc.old, tc.new, 1)
			if tc.old != tc.new && pod == webSpec {
				t.Fatalf("there is no %q", tc.old)
			}
			if got := templated(t, webSpec).Within(made(t, pod)); got != tc.want {
				t.Errorf("%s: within: %t, want %t", tc.reason, got, tc.want)
			}
		})
	}
}

// TestNothingIsWithin : what cannot be read is executed by nothing.
func TestNothingIsWithin(t *testing.T) {
	for name, spec := range map[string]string{"Empty": `{}`, "Strange": `containers: web`} {
		if templated(t, spec).Within(made(t, webSpec)) || templated(t, webSpec).Within(made(t, spec)) {
			t.Errorf("%s: it is executed, or executes", name)
		}
	}
	strange := map[string]any{"containers": []any{map[string]any{"name": "web", "args": struct{}{}}}}
	pod := map[string]any{"metadata": map[string]any{"generation": int64(1)}, "spec": strange}
	if asked := workload.Asked(podResource, pod); asked != "" || asked.Within(workload.Executed(pod)) {
		t.Errorf("%q is executed", asked)
	}
}

// TestChangedPod : an image that was put into a Pod after it was made has run where the container's status names it.
func TestChangedPod(t *testing.T) {
	spec := `
initContainers: [{name: init, image: "` + evilImage + `"}]
containers: [{name: web, image: "` + goodImage + `"}]`
	good, evil := `imageID: "`+goodImage+`"`, `imageID: "`+evilImage+`"`
	status := func(init, web string) map[string]any {
		return decode(t, `
initContainerStatuses: [{name: init, `+init+`}, {name: other, imageID: "`+evilImage+`"}]
containerStatuses: [{name: web, `+web+`}]`)
	}
	for name, tc := range map[string]struct {
		reason     string
		generation int64
		status     map[string]any
		want       bool
	}{
		"AsMade":  {"nobody has changed it", 1, nil, true},
		"Unknown": {"nobody counted", 0, nil, false},
		"Changed": {"the init container ran before", 2, status(good, good), false},
		"Resized": {"it runs what it was made with", 2, status(evil, `image: "`+goodImage+`"`), true},
		"Tag":     {"a tag says nothing", 2, status(evil, `image: "registry.example.com/web:1"`), false},
		"Pending": {"it has not run", 2, status(`image: ""`, `image: ""`), false},
	} {
		t.Run(name, func(t *testing.T) {
			pod := map[string]any{
				"metadata": map[string]any{"generation": tc.generation}, "spec": decode(t, spec), "status": tc.status,
			}
			if got := templated(t, spec).Within(workload.Executed(pod)); got != tc.want {
				t.Errorf("%s: executed: %t, want %t", tc.reason, got, tc.want)
			}
		})
	}
}

// TestAnyExecutedLeafCounts : of the fields that say what is executed, none may differ, whatever is added.
func TestAnyExecutedLeafCounts(t *testing.T) {
	spec := read(t, "objects", "podspec.yaml")
	asked := func(spec map[string]any) workload.Execution {
		return workload.Asked(podResource, map[string]any{"spec": spec})
	}
	tried := 0
	for _, leaf := range leaves(spec, nil) {
		changed := runtime.DeepCopyJSON(spec)
		change(changed, leaf)
		counts := leafExecutes(leaf)
		if counts {
			tried++
		}
		if asked(spec).Within(asked(changed)) == counts {
			t.Errorf("%s: it counts: %t", leaf, !counts)
		}
		addTo(changed)
		if asked(spec).Within(asked(changed)) == counts {
			t.Errorf("%s, with additions: it counts: %t", leaf, !counts)
		}
	}
	if tried < 20 {
		t.Errorf("only %d leaves were tried that count", tried)
	}
}

// leafExecutes is this test's own list of what says what is executed.
func leafExecutes(leaf leaf) bool {
	path := " " + leaf.String() + " "
	if strings.HasPrefix(path, " containers ") || strings.HasPrefix(path, " initContainers ") {
		for _, field := range []string{
			"name", "image", "command", "args", "workingDir", "restartPolicy", "env", "envFrom", "lifecycle",
		} {
			if len(leaf) > 2 && leaf[2] == field {
				return true
			}
		}
		return false
	}
	return strings.HasPrefix(path, " volumes 4 ") && (leaf[2] == "name" || strings.HasSuffix(path, " reference "))
}

// addTo a Pod what webhooks add.
func addTo(spec map[string]any) {
	proxy := map[string]any{"name": "proxy", "image": "proxy:1", "env": []any{map[string]any{"name": "A"}}}
	for _, field := range []string{"containers", "initContainers"} {
		for _, container := range spec[field].([]any) {
			container := container.(map[string]any)
			env, _ := container["env"].([]any)
			container["env"] = append([]any{map[string]any{"name": "ADDED", "value": "1"}}, env...)
		}
	}
	spec["containers"] = append([]any{proxy}, spec["containers"].([]any)...)
}
