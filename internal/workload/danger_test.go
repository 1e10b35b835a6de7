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
		"Image":              `containers: [{name: a, image: %}]`,
		"ImageVolume":        `volumes: [{name: a, image: {reference: %}}]`,
		"FutureImage":        `kernelImage: %`,
		"Command":            `containers: [{name: a, command: [%]}]`,
		"Args":               `containers: [{name: a, args: [a, %]}]`,
		"WorkingDir":         `containers: [{name: a, workingDir: %}]`,
		"Lifecycle":          `containers: [{name: a, lifecycle: {preStop: {httpGet: {path: %}}}}]`,
		"Probe":              `containers: [{name: a, livenessProbe: {exec: {command: [%]}}}]`,
		"Preload":            `containers: [{name: a, env: [{name: LD_PRELOAD, value: %}]}]`,
		"Options":            `containers: [{name: a, env: [{name: NODE_OPTIONS, value: %}]}]`,
		"JavaOptions":        `containers: [{name: a, env: [{name: _JAVA_OPTIONS, value: %}]}]`,
		"Path":               `containers: [{name: a, env: [{name: PATH, value: %}]}]`,
		"PythonPath":         `containers: [{name: a, env: [{name: PYTHONPATH, value: %}]}]`,
		"ShellStartup":       `containers: [{name: a, env: [{name: BASH_ENV, value: %}]}]`,
		"PreloadFrom":        `containers: [{name: a, env: [{name: LD_PRELOAD, valueFrom: {secretKeyRef: {key: %}}}]}]`,
		"DuplicatePreload":   `containers: [{name: a, env: [{name: LD_PRELOAD, value: a}, {name: LD_PRELOAD, value: %}]}]`,
		"EnvFrom":            `containers: [{name: a, envFrom: [{configMapRef: {name: %}}]}]`,
		"ServiceAccount":     `serviceAccountName: %`,
		"HostNetwork":        `hostNetwork: true`,
		"FutureHostField":    `hostKernel: %`,
		"HostPath":           `volumes: [{name: a, hostPath: {path: %}}]`,
		"HostPort":           `containers: [{name: a, ports: [{name: p, hostPort: 80}]}]`,
		"Privileged":         `containers: [{name: a, securityContext: {privileged: true}}]`,
		"PodSecurity":        `securityContext: {runAsUser: 0}`,
		"SharedProcesses":    `shareProcessNamespace: true`,
		"Volume":             `volumes: [{name: a, csi: {volumeAttributes: {password: %}}}]`,
		"Mount":              `containers: [{name: a, volumeMounts: [{name: v, mountPath: %}]}]`,
		"Claim":              `volumeClaimTemplates: [{metadata: {name: %}}]`,
		"Annotation":         `template: {metadata: {annotations: {vault.hashicorp.com/agent-inject-command-x: %}}}`,
		"WhatKubectlKeeps":   `template: {metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: %}}}`,
		"LikeAToken":         `template: {metadata: {annotations: {example.com/token: "token=%"}}}`,
		"LongAnnotation":     `template: {metadata: {annotations: {a: "` + strings.Repeat("x ", 200) + `%"}}}`,
		"VariableOfAnObject": `env: {LUA_INIT: %}`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			text = strings.ReplaceAll(text, "%", secret)
			differences := workload.Diff(deployments, decode(t, `spec: {z: 1}`), decode(t, "spec: {z: 1, "+text+"}"))
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

// TestLoaders : what is told by its name to be executed, or to decide what is, and what only looks like it.
func TestLoaders(t *testing.T) {
	loads := "LUA_INIT LUA_INIT_5_4 VIMINIT ERL_FLAGS ERL_AFLAGS CFLAGS GOFLAGS RUSTFLAGS MAVEN_ARGS GUNICORN_CMD_ARGS " +
		"JAVA_OPTS JAVA_OPTS_APPEND _JAVA_OPTIONS RUBYOPT PERL5LIB ERL_LIBS HTTP_PROXY https_proxy GOPROXY PYTHONWARNINGS " +
		"PYTHONBREAKPOINT PAGER MANPAGER EDITOR KUBE_EDITOR VISUAL BROWSER GIT_SSH_COMMAND GIT_CONFIG_VALUE_0 GIT_ASKPASS " +
		"RSYNC_RSH SVN_SSH LESSOPEN LESS PS1 RUBYSHELL CONFIG_SHELL RUSTC_WRAPPER KUBECONFIG AWS_CONFIG_FILE " +
		"npm_config_script_shell NPM_CONFIG_REGISTRY PIP_INDEX_URL CARGO_TARGET_X_RUNNER UWSGI_EXEC_PRE_APP " +
		"CORECLR_PROFILER DOTNET_STARTUP_HOOKS DJANGO_SETTINGS_MODULE FLASK_APP OPENSSL_CONF GLIBC_TUNABLES LD_AUDIT Path"
	harmless := "LOG_LEVEL DB_PASSWORD API_TOKEN GIT_TOKEN GIT_PASSWORD CARGO_REGISTRY_TOKEN npm_config__authToken " +
		"PIP_PWD URL INITIAL_DELAY PAGERDUTY_URL EDITORS CCS PS5 DISCOUNT SRC HOMEPAGE MY_ENV PYTHONUNBUFFERED command"
	for _, test := range []struct {
		names string
		want  bool
	}{{loads, true}, {harmless, false}} {
		for name := range strings.FieldsSeq(test.names) {
			text := `env: [{name: ` + name + `, value: a}]`
			got := workload.Diff(deployments, nil, decode(t, text))
			if len(got) != 1 || got[0].Executes != test.want {
				t.Errorf("%s: want executes %t, got %+v", name, test.want, got)
			}
		}
	}
}

func TestWhatDoesNotExecuteIsNotFlagged(t *testing.T) {
	cases := map[string]string{
		"LabelLikeAField":    `template: {metadata: {labels: {image: a, command: b, hostNetwork: c}}}`,
		"Variable":           `containers: [{name: a, env: [{name: LOG_LEVEL, value: debug}]}]`,
		"VariableLikeAField": `containers: [{name: a, env: [{name: command, value: b}]}]`,
		"Hostname":           `hostname: web`,
		"ProbePath":          `containers: [{name: a, livenessProbe: {httpGet: {host: a, path: /live}}}]`,
		"Resources":          `containers: [{name: a, resources: {limits: {cpu: 1}}}]`,
		"LikeAVariable":      `containers: [{name: LD_PRELOAD, tty: true}]`,
		"ContainerName":      `containers: [{name: securityContext, tty: true}]`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			before, after := decode(t, `spec: {z: 1}`), decode(t, "spec: {z: 1, "+text+"}")
			for _, difference := range workload.Diff(deployments, before, after) {
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
		got := workload.Diff(deployments, pair[0], pair[1])
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
	for _, difference := range workload.Diff(deployments, nil, new) {
		got = append(got, difference.Path)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
