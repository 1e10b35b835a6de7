// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/repo"
)

// terminal is where somebody runs commands, logged in to the namespace of an environment.
type terminal struct {
	dir, kubeconfig, namespace string
}

// person logs in somebody, as a member of groups.
func (e environment) person(t *testing.T, name string, groups ...string) terminal {
	t.Helper()
	config, err := here.cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return e.terminal(t, config)
}

// bot logs in a bot, by a token.
func (e environment) bot(t *testing.T, name string) terminal {
	t.Helper()
	config, err := here.cluster.Bot(t.Context(), e.bots(), name)
	if err != nil {
		t.Fatal(err)
	}
	return e.terminal(t, config)
}

func (e environment) terminal(t *testing.T, config *rest.Config) terminal {
	t.Helper()
	p := terminal{dir: t.TempDir(), namespace: e.name}
	p.kubeconfig = filepath.Join(p.dir, "kubeconfig")
	if err := controlplane.WriteKubeconfig(p.kubeconfig, config); err != nil {
		t.Fatal(err)
	}
	return p
}

// printed is what a command said, and how it ended.
type printed struct {
	text string
	code int
}

// helm runs Helm, which keeps its releases in ConfigMaps, and everything else in a directory of its own.
func (p terminal) helm(t *testing.T, args ...string) printed { return p.run(t, "helm", "", args) }

// kubectl runs kubectl, with an input.
func (p terminal) kubectl(t *testing.T, input string, args ...string) printed {
	return p.run(t, "kubectl", input, args)
}

// countersign runs the plugin, with an input.
func (p terminal) countersign(t *testing.T, input string, args ...string) printed {
	return p.run(t, "kubectl-countersign", input, append(args, "--cache-dir", p.dir))
}

func (p terminal) run(t *testing.T, program, input string, args []string) printed {
	t.Helper()
	bin, err := repo.Bin()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(bin, program),
		append(args, "--kubeconfig="+p.kubeconfig, "--namespace="+p.namespace)...)
	command.Env = append(os.Environ(), "HELM_DRIVER=configmap", "HELM_CACHE_HOME="+p.dir, "HELM_CONFIG_HOME="+p.dir,
		"HELM_DATA_HOME="+p.dir)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		t.Fatalf("run %s: %v", program, err)
	}
	return printed{text: string(out), code: command.ProcessState.ExitCode()}
}

// says checks how a command ended and what it said.
func (p printed) says(t *testing.T, code int, parts ...string) printed {
	t.Helper()
	if p.code != code {
		t.Fatalf("exit code %d, want %d, after:\n%s", p.code, code, p.text)
	}
	contains(t, "the answer", p.text, parts...)
	return p
}

// is checks that a command went well and said no more than this.
func (p printed) is(t *testing.T, want string) {
	t.Helper()
	if p.says(t, 0); p.text != want {
		t.Errorf("want %q, got %q", want, p.text)
	}
}

// contains checks that a text has all parts.
func contains(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", where, part, text)
		}
	}
}
