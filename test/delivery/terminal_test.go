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
	"github.com/countersign-dev/countersign/test/docs"
)

// terminal is where somebody runs commands, logged in to the namespace of an environment.
type terminal struct {
	// home has a kubeconfig, and what the commands keep.
	home string
	// dir is where they run.
	dir string
}

// person logs in somebody, as a member of groups.
func (e environment) person(t *testing.T, name string, groups ...string) terminal {
	t.Helper()
	config, err := here.ControlPlane.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return e.terminal(t, config)
}

// bot logs in a bot, by a token.
func (e environment) bot(t *testing.T, name string) terminal {
	t.Helper()
	config, err := here.ControlPlane.Bot(t.Context(), e.bots(), name)
	if err != nil {
		t.Fatal(err)
	}
	return e.terminal(t, config)
}

func (e environment) terminal(t *testing.T, config *rest.Config) terminal {
	t.Helper()
	home := t.TempDir()
	p := terminal{home: home, dir: home}
	if err := controlplane.WriteKubeconfig(p.kubeconfig(), config); err != nil {
		t.Fatal(err)
	}
	p.kubectl(t, "", "config", "set-context", "--current", "--namespace="+e.name).says(t, 0)
	return p
}

func (p terminal) kubeconfig() string { return filepath.Join(p.home, "kubeconfig") }

// helm runs Helm.
func (p terminal) helm(t *testing.T, args ...string) printed { return p.run(t, "helm", "", args...) }

// kubectl runs kubectl, with an input.
func (p terminal) kubectl(t *testing.T, input string, args ...string) printed {
	return p.run(t, "kubectl", input, args...)
}

// countersign runs the plugin.
func (p terminal) countersign(t *testing.T, args ...string) printed {
	return p.run(t, "kubectl-countersign", "", args...)
}

// play runs the commands on a page of the documentation that have a text, with other names.
func (p terminal) play(t *testing.T, page, has string, named *strings.Replacer) printed {
	t.Helper()
	commands := named.Replace(docs.Find(t, page, "sh", has).Text)
	return p.run(t, "bash", "", "-e", "-o", "pipefail", "-c", commands)
}

// run a program: one of the project's own, before any other of its name.
func (p terminal) run(t *testing.T, program, input string, args ...string) printed {
	t.Helper()
	bin, err := repo.Bin()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "env", append([]string{program}, args...)...)
	command.Dir, command.Env = p.dir, append(os.Environ(), p.variables(bin)...)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		t.Fatalf("run %s: %v", program, err)
	}
	return printed{text: string(out), code: command.ProcessState.ExitCode()}
}

// variables of its environment. Helm keeps its releases in ConfigMaps, and everything else at home.
func (p terminal) variables(bin string) []string {
	return []string{
		"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + p.home, "KUBECONFIG=" + p.kubeconfig(),
		"HELM_DRIVER=configmap", "HELM_CACHE_HOME=" + p.home, "HELM_CONFIG_HOME=" + p.home, "HELM_DATA_HOME=" + p.home,
	}
}
