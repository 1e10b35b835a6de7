// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/utils/clock"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/internal/cli"
)

// What an approver looks at is all of it, and nothing that they did not mean.
var looked = []attack{
	hidden("Behind a long line", "in an annotation, behind what a terminal has room for",
		injecting(strings.Repeat("x ", 200)+"payload-of-$ME"), "payload-of-$ME"),
	hidden("In what looks like a password", "in an annotation that is called like one",
		injecting("password=payload-of-$ME"), "payload-of-$ME"),
	hidden("In what a program takes for code", "in a variable that Lua executes, and that looks like a password",
		web(`{env: [{name: LUA_INIT, value: "token=payload-of-$ME"}]}`), "payload-of-$ME"),
	hidden("In the order of a list", "in that it runs before what is to look at it",
		podSpec(`{initContainers: [{name: verify, image: "$GOOD"}, {name: extra, image: "$GOOD"}]}`),
		`initContainers, in order: ["verify", "extra"]`),
	hidden("In what kubectl keeps", "in the annotation where kubectl keeps what was applied, which a container can read",
		`{spec: {template: {metadata: {annotations:
			{kubectl.kubernetes.io/last-applied-configuration: payload-of-$ME}}}}}`, "payload-of-$ME"),
	hiddenIn("Behind many addresses", "in the last of many ranges that a load balancer takes traffic from",
		create(service(`{spec: {type: LoadBalancer, loadBalancerSourceRanges: [`+strings.Repeat("10.0.0.0/8, ", 20)+
			`203.0.113.0/24]}}`)), "203.0.113.0/24"),
	hiddenIn("In a field of a custom kind", "in a step that its operator runs, and that looks like a password",
		create(rollout(`{spec: {before: [{run: "token=payload-of-$ME"}]}}`)), "payload-of-$ME"),
	hiddenIn("Deep in a custom kind", "the same behind many words",
		create(rollout(`{spec: {before: [{run: "`+strings.Repeat("x ", 200)+`payload-of-$ME"}]}}`)), "payload-of-$ME"),
	{
		name: "Slipped into a release", does: "asks by hand for a change as part of a release that is approved as a whole",
		as: alice, before: []step{operated(askedAhead)}, deed: alongWith("--yes"),
		by:    notAlong,
		says:  "only alice@example.com says that it is part of the release",
		right: []step{alongWith("--yes", "--asked-by", "alice@example.com")}, rightly: "her name takes it along",
	},
}

// shownWhole keeps what is executed from being hidden.
var shownWhole = guard{
	name: "what is executed is shown whole, and in its order", answers: "it is shown", rule: "danger",
}

// notAlong keeps what somebody asked for by hand from being approved with others.
var notAlong = guard{
	name: "what is part of a release by somebody's word alone is not taken along", answers: "Left out", rule: "group",
}

// hidden is what a developer writes into a workload so that an approver does not see it: it works where the text is not
// in what the plugin shows.
func hidden(name, does, patch, text string) attack {
	return hiddenIn(name, does, create(deployment(patch)), text)
}

// hiddenIn is the same in any object.
func hiddenIn(name, does string, c call, text string) attack {
	return attack{
		name: name, does: "hides from an approver what runs: " + does, as: alice,
		before: []step{operated(asked(alice, c))}, by: shownWhole, says: "it is shown",
		deed: func(ctx context.Context, s *scene) error {
			said, code, err := s.plugin(ctx, bob, "show", "$REQUEST", "-n", "$NAMESPACE")
			if err != nil || code != 0 {
				return fmt.Errorf("nothing is shown, with exit code %d: %s, %w", code, said, err)
			}
			if s.found(said, text) == nil {
				return fmt.Errorf("it is shown: %s", said)
			}
			return nil
		},
		right: []step{operated(approved(bob))}, rightly: "who has seen it may approve it",
	}
}

func injecting(value string) string {
	return `{spec: {template: {metadata: {annotations: {example.com/inject: "` + value + `"}}}}}`
}

var openedRequest = regexp.MustCompile(`opened request (\S+)`)

// askedAhead : the attacker asks for a change by hand, of the release that is called as the attack.
func askedAhead(ctx context.Context, s *scene) error {
	file := filepath.Join(s.t.TempDir(), "deployment.yaml")
	if err := os.WriteFile(file, []byte(wordsOf(s.words).Replace(deployment())), 0o600); err != nil {
		return err
	}
	said, _, err := s.plugin(ctx, s.attack.as, "request", "-f", file, "-n", "shop",
		"--release-source", "ArgoCD", "--release-name", "argocd/$ME")
	if err != nil {
		return err
	}
	if !openedRequest.MatchString(said) {
		return fmt.Errorf("no request was opened: %s", said)
	}
	return nil
}

// alongWith : an approver approves the release as a whole.
func alongWith(flags ...string) step {
	return func(ctx context.Context, s *scene) error {
		args := append([]string{"approve", "--release", "argocd/$ME", "-n", "shop"}, flags...)
		said, code, err := s.plugin(ctx, bob, args...)
		if err != nil || code == 0 {
			return err
		}
		return fmt.Errorf("exit code %d: %s", code, said)
	}
}

// plugin runs kubectl countersign as somebody.
func (s *scene) plugin(ctx context.Context, as identity, args ...string) (said string, code int, err error) {
	config, err := as.logIn(ctx, s.cp)
	if err != nil {
		return "", 0, err
	}
	dir := s.t.TempDir()
	file := filepath.Join(dir, "kubeconfig")
	if err := controlplane.WriteKubeconfig(file, config); err != nil {
		return "", 0, err
	}
	command := []string{"--kubeconfig", file, "--cache-dir", dir}
	for _, arg := range args {
		command = append(command, wordsOf(s.words).Replace(arg))
	}
	var out bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out}
	code = cli.Run(ctx, command, cli.Environment{IOStreams: streams, Now: clock.RealClock{}.Now})
	return out.String(), code, nil
}
