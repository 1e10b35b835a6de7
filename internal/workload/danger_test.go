// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/internal/workload"
)

const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"

func TestWhatExecutesIsFlaggedAndNeverMasked(t *testing.T) {
	cases := map[string]string{
		"Image":            `containers: [{name: a, image: %}]`,
		"ImageVolume":      `volumes: [{name: a, image: {reference: %}}]`,
		"FutureImage":      `kernelImage: %`,
		"Command":          `containers: [{name: a, command: [%]}]`,
		"Args":             `containers: [{name: a, args: [a, %]}]`,
		"WorkingDir":       `containers: [{name: a, workingDir: %}]`,
		"Lifecycle":        `containers: [{name: a, lifecycle: {preStop: {httpGet: {path: %}}}}]`,
		"Probe":            `containers: [{name: a, livenessProbe: {exec: {command: [%]}}}]`,
		"Preload":          `containers: [{name: a, env: [{name: LD_PRELOAD, value: %}]}]`,
		"Options":          `containers: [{name: a, env: [{name: NODE_OPTIONS, value: %}]}]`,
		"JavaOptions":      `containers: [{name: a, env: [{name: _JAVA_OPTIONS, value: %}]}]`,
		"Path":             `containers: [{name: a, env: [{name: PATH, value: %}]}]`,
		"PythonPath":       `containers: [{name: a, env: [{name: PYTHONPATH, value: %}]}]`,
		"ShellStartup":     `containers: [{name: a, env: [{name: BASH_ENV, value: %}]}]`,
		"PreloadFrom":      `containers: [{name: a, env: [{name: LD_PRELOAD, valueFrom: {secretKeyRef: {key: %}}}]}]`,
		"DuplicatePreload": `containers: [{name: a, env: [{name: LD_PRELOAD, value: a}, {name: LD_PRELOAD, value: %}]}]`,
		"EnvFrom":          `containers: [{name: a, envFrom: [{configMapRef: {name: %}}]}]`,
		"ServiceAccount":   `serviceAccountName: %`,
		"HostNetwork":      `hostNetwork: true`,
		"FutureHostField":  `hostKernel: %`,
		"HostPath":         `volumes: [{name: a, hostPath: {path: %}}]`,
		"HostPort":         `containers: [{name: a, ports: [{name: p, hostPort: 80}]}]`,
		"Privileged":       `containers: [{name: a, securityContext: {privileged: true}}]`,
		"PodSecurity":      `securityContext: {runAsUser: 0}`,
		"SharedProcesses":  `shareProcessNamespace: true`,
		"Volume":           `volumes: [{name: a, csi: {volumeAttributes: {password: %}}}]`,
		"Mount":            `containers: [{name: a, volumeMounts: [{name: v, mountPath: %}]}]`,
		"Claim":            `volumeClaimTemplates: [{metadata: {name: %}}]`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			text = strings.ReplaceAll(text, "%", secret)
			differences := workload.Diff(decode(t, `spec: {z: 1}`), decode(t, "spec: {z: 1, "+text+"}"))
			if len(differences) == 0 || !differences[0].Executes {
				t.Fatalf("not flagged: %+v", differences)
			}
			var shown strings.Builder
			for _, difference := range differences {
				shown.WriteString(difference.New)
			}
			if strings.Contains(text, secret) && !strings.Contains(shown.String(), secret) {
				t.Errorf("not shown: %+v", differences)
			}
		})
	}
}

func TestWhatDoesNotExecuteIsNotFlagged(t *testing.T) {
	cases := map[string]string{
		"LabelLikeAField":      `template: {metadata: {labels: {image: a, command: b, hostNetwork: c}}}`,
		"AnnotationLikeAField": `template: {metadata: {annotations: {volumes: a}}}`,
		"Variable":             `containers: [{name: a, env: [{name: LOG_LEVEL, value: debug}]}]`,
		"VariableLikeAField":   `containers: [{name: a, env: [{name: command, value: b}]}]`,
		"Hostname":             `hostname: web`,
		"ProbePath":            `containers: [{name: a, livenessProbe: {httpGet: {host: a, path: /live}}}]`,
		"Resources":            `containers: [{name: a, resources: {limits: {cpu: 1}}}]`,
		"LikeAVariable":        `containers: [{name: LD_PRELOAD, tty: true}]`,
		"ContainerName":        `containers: [{name: securityContext, tty: true}]`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			for _, difference := range workload.Diff(decode(t, `spec: {z: 1}`), decode(t, "spec: {z: 1, "+text+"}")) {
				if difference.Executes {
					t.Errorf("flagged: %+v", difference)
				}
			}
		})
	}
}

// A variable is dangerous by its old and by its new name: where names are not unique, elements are compared by place.
func TestRenamedVariable(t *testing.T) {
	old := decode(t, `env: [{name: A, value: a}, {name: A, value: a}]`)
	new := decode(t, `env: [{name: A, value: a}, {name: LD_PRELOAD, value: a}, {name: A, value: a}]`)
	for _, pair := range [][2]map[string]any{{old, new}, {new, old}} {
		got := workload.Diff(pair[0], pair[1])
		if len(got) == 0 || got[0].Path != "env[1].name" || !got[0].Executes {
			t.Errorf("got %+v", got)
		}
	}
}

func TestMostDangerousFirst(t *testing.T) {
	new := decode(t, `
spec:
  automountServiceAccountToken: true
  containers:
  - {name: a, image: i, command: [c], args: [d], env: [{name: A, value: v}, {name: LD_PRELOAD, value: l}],
     lifecycle: {stopSignal: SIGTERM}, securityContext: {privileged: true}}
  hostPID: true
  activeDeadlineSeconds: 1
  volumes: [{name: v, emptyDir: {}}, {name: w, image: {reference: i}}]`)
	want := []string{
		"spec.containers[a].image",
		"spec.volumes[w].image.reference",
		"spec.containers[a].args",
		"spec.containers[a].command",
		"spec.containers[a].lifecycle.stopSignal",
		"spec.containers[a].env[LD_PRELOAD].value",
		"spec.automountServiceAccountToken",
		"spec.hostPID",
		"spec.containers[a].securityContext.privileged",
		"spec.volumes[v].emptyDir",
		"spec.activeDeadlineSeconds",
		"spec.containers[a].env[A].value",
	}
	var got []string
	for _, difference := range workload.Diff(nil, new) {
		got = append(got, difference.Path)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
