// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/internal/cli"
)

// terminal is a person who runs kubectl, and kubectl countersign, in the namespace of the shop.
type terminal struct {
	kubeconfig string
	namespace  string
}

// terminalOf gives somebody a kubeconfig.
func (s shop) terminalOf(t *testing.T, name string, groups ...string) terminal {
	t.Helper()
	config, err := cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	return s.terminalWith(t, config)
}

func (s shop) terminalWith(t *testing.T, config *rest.Config) terminal {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := controlplane.WriteKubeconfig(file, config); err != nil {
		t.Fatal(err)
	}
	return terminal{kubeconfig: file, namespace: s.namespace}
}

// printed is what a command said, and how it ended.
type printed struct {
	text string
	code int
}

// countersign runs the plugin.
func (p terminal) countersign(t *testing.T, args ...string) printed {
	t.Helper()
	var out bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out}
	args = append(args, "--kubeconfig", p.kubeconfig, "-n", p.namespace, "--cache-dir", filepath.Dir(p.kubeconfig))
	code := cli.Run(t.Context(), args, cli.Environment{IOStreams: streams, Now: clock.RealClock{}.Now})
	return printed{text: out.String(), code: code}
}

// kubectl runs the real one.
func (p terminal) kubectl(t *testing.T, args ...string) printed {
	t.Helper()
	args = append(args, "--kubeconfig", p.kubeconfig, "-n", p.namespace)
	command := exec.CommandContext(t.Context(), filepath.Join("..", "..", "bin", "kubectl"), args...)
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		t.Fatalf("run kubectl: %v", err)
	}
	return printed{text: string(out), code: command.ProcessState.ExitCode()}
}

// says checks how a command ended and what it said.
func (p printed) says(t *testing.T, code int, parts ...string) printed {
	t.Helper()
	if p.code != code {
		t.Fatalf("exit code %d, want %d, after:\n%s", p.code, code, p.text)
	}
	for _, part := range parts {
		if !strings.Contains(p.text, part) {
			t.Errorf("does not say %q:\n%s", part, p.text)
		}
	}
	return p
}

var requestNamed = regexp.MustCompile(`request (checkout-[0-9a-f]{32}(?:-\d+)?)`)

// request that the command named.
func (p printed) request(t *testing.T) string {
	t.Helper()
	found := requestNamed.FindStringSubmatch(p.text)
	if found == nil {
		t.Fatalf("names no request:\n%s", p.text)
	}
	return found[1]
}

// manifest of the checkout service, with some things replaced.
func manifest(t *testing.T, replace ...string) string {
	t.Helper()
	text := strings.NewReplacer(replace...).Replace(`apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout}
spec:
  replicas: 1
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec:
      containers:
      - name: web
        image: ` + image + `
        env: [{name: POOL, value: "5"}, {name: OLD, value: "x"}]
        ports: [{containerPort: 8080}]
`)
	return write(t, "checkout.yaml", text)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPluginStory is the main job as people do it: ask first, be refused, be approved, apply.
func TestPluginStory(t *testing.T) {
	s := newShop(t)
	alices, bobs := s.terminalOf(t, alice, s.developers), s.terminalOf(t, bob, s.managers)
	file := manifest(t)
	settings := write(t, "settings.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}")

	bobs.countersign(t, "requests").says(t, 0, "No open requests in namespace "+s.namespace)
	asked := alices.countersign(t, "request", "-f", file, "-f", settings, "--reason", "CHK-123", "--exit-code")
	asked.says(t, 3, "opened request", "Still missing: 1 approval from "+s.managers, "Not gated", "configmaps/settings")
	name := asked.request(t)
	alices.countersign(t, "request", "-f", file).says(t, 0, "request "+name+" is open already, asked for by "+alice)
	bobs.countersign(t, "requests").says(t, 0, name, "deployments/checkout", alice, "AwaitingApproval")
	bobs.countersign(t, "show", name[:20], "--exit-code").says(t, 3, "There is no such object now", image, "CHK-123")

	s.terminalOf(t, alice, s.managers).countersign(t, "approve", name).says(t, 1, alice+" asked for the change")
	bobs.countersign(t, "approve", name[:20]).says(t, 1, "only the beginning of a name")
	bobs.countersign(t, "approve", name, "-m", "load test OK").says(t, 0,
		"Approved "+name+" as "+bob, "Nothing more is missing: "+alice+" can apply it now")
	alices.kubectl(t, "apply", "-f", file).says(t, 0, "deployment.apps/checkout created")

	s.request(t, inState(v1alpha1.ReasonEntered))
	bobs.countersign(t, "show", name, "--exit-code").says(t, 0, "Nothing differs", alice+" asked for it",
		bob+" approved it", "load test OK", alice+" applied it, and it was let in (rule Approved)", "it entered")
	bobs.countersign(t, "requests").says(t, 0, "No open requests")
	bobs.countersign(t, "requests", "--all").says(t, 0, name, "Entered")
}

// TestPluginForecast asks for changes before they are applied in each way that kubectl applies. Only what the forecast
// said is let in, so that the gate itself is the judge of the forecast.
func TestPluginForecast(t *testing.T) {
	s := newShop(t)
	alices, bobs := s.terminalOf(t, alice, s.developers), s.terminalOf(t, bob, s.managers)
	enters := func(file string, flags ...string) {
		t.Helper()
		name := alices.countersign(t, append([]string{"request", "-f", file}, flags...)...).says(t, 0, "opened").request(t)
		bobs.countersign(t, "approve", name).says(t, 0, "Nothing more is missing")
		alices.kubectl(t, append([]string{"apply", "-f", file}, flags...)...).says(t, 0, "deployment.apps/checkout")
		s.request(t, func(r v1alpha1.PromotionRequest) bool { return r.Name == name && r.Status.Entry != nil })
	}
	enters(manifest(t))
	enters(manifest(t, `, {name: OLD, value: "x"}`, "", `"5"`, `"6"`))
	alices.kubectl(t, "scale", "deployment/checkout", "--replicas=3").says(t, 0)
	enters(manifest(t, `"5"`, `"7"`))
	enters(manifest(t, `"5"`, `"8"`), "--server-side", "--force-conflicts")
	enters(manifest(t, `"5"`, `"9"`))
	alices.countersign(t, "request", "-f", manifest(t, `"5"`, `"9"`)).says(t, 0, "Would not change: deployments/checkout")
}

// TestPluginObjections rejects, takes that back, and revokes.
func TestPluginObjections(t *testing.T) {
	s := newShop(t)
	alices, bobs := s.terminalOf(t, alice, s.developers), s.terminalOf(t, bob, s.managers)
	carols := s.terminalOf(t, carol, s.managers)
	file := manifest(t)
	name := alices.countersign(t, "request", "-f", file, "--release-name", "shop").says(t, 0).request(t)

	bobs.countersign(t, "reject", name, "-m", "migrate first").says(t, 0, "Rejected "+name, "withdraw "+name+"-d1")
	carols.countersign(t, "approve", "--release", "shop", "-y").says(t, 1, "only "+alice+" says that it is part of")
	carols.countersign(t, "approve", "--release", "shop", "--asked-by", alice).says(t, 0, "Approved "+name)
	alices.kubectl(t, "apply", "-f", file).says(t, 1, "rejected")
	carols.countersign(t, "withdraw", name+"-d1").says(t, 1, "not an Approve, Override or Reject of yours")
	bobs.countersign(t, "withdraw", name+"-d1").says(t, 0, "Withdrew "+name+"-d1", "Nothing more is missing")
	bobs.countersign(t, "revoke", name).says(t, 0, "Revoked "+name, "It cannot enter any more")
	alices.kubectl(t, "apply", "-f", file).says(t, 1, name+"-2")
}

// TestPluginAtTheSameMoment has several people approve the change of a bot at once: none of them has to try again.
func TestPluginAtTheSameMoment(t *testing.T) {
	s := newShop(t)
	config, err := cluster.Bot(t.Context(), s.bots, "ci")
	if err != nil {
		t.Fatal(err)
	}
	name := s.terminalWith(t, config).countersign(t, "request", "-f", manifest(t)).says(t, 0).request(t)
	people := []string{bob, carol, "dave@example.com", "erin@example.com"}
	var all sync.WaitGroup
	results := make([]printed, len(people))
	for i, person := range people {
		desk := s.terminalOf(t, person, s.managers)
		all.Go(func() { results[i] = desk.countersign(t, "approve", name) })
	}
	all.Wait()
	for i, result := range results {
		result.says(t, 0, "Approved "+name+" as "+people[i])
	}
	s.request(t, inState(v1alpha1.ReasonApproved))
}

// TestPluginToken makes a login for a bot: the token holds, is for no longer than the role says, and is in the file.
func TestPluginToken(t *testing.T) {
	s := newShop(t)
	config, err := cluster.User("installer", administrators)
	if err != nil {
		t.Fatal(err)
	}
	desk := s.terminalWith(t, config)
	bot := s.namespace + "-ci/ci"
	desk.countersign(t, "token", bot, "--duration", "2h").says(t, 1, "lives no longer than 1h0m0s", "--duration 1h0m0s")
	desk.countersign(t, "token", bot, "--audience", "vault").says(t, 1, "is for no other audience than "+apiAudience)
	file := filepath.Join(t.TempDir(), "ci.yaml")
	desk.countersign(t, "token", bot, "--duration", "10m", "--write-kubeconfig", file).says(t, 0, "Wrote "+file)
	ci := terminal{kubeconfig: file, namespace: s.namespace}
	ci.countersign(t, "whoami").says(t, 0, "system:serviceaccount:"+s.bots+":ci")
	ci.kubectl(t, "get", "deployments").says(t, 0, "No resources found in "+s.namespace)
}
