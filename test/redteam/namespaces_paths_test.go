// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"strings"
	"sync"
)

// A namespace can be written through three resources, and in the moment in which it is made.
var namespacePaths = []attack{
	label("Label changed by status", "moves it to staging through namespaces/status",
		changeAt("Namespace $ME", "status", `{metadata: {labels: {countersign.dev/environment: staging}}}`),
		policy("environment-label"), "environments.countersign.dev/staging"),
	label("Label changed by finalize", "the same through namespaces/finalize", finalized(`{labels:
		{countersign.dev/environment: staging}}`), policy("environment-label"), "environments.countersign.dev/staging"),
	label("Label beside it, by status", "another label, by which a policy selects",
		changeAt("Namespace $ME", "status", `{metadata: {labels: {team: mine}}}`), policy("environment-label"),
		"change label team"),
	label("Label beside it, by finalize", "the same through namespaces/finalize", finalized(`{labels:
		{countersign.dev/environment: production, team: mine}}`), policy("environment-label"), "change label team"),
	{
		name: "Into an environment by status", does: "puts her namespace where a role gives rights, through namespaces/status",
		as: nora, before: []step{given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`)},
		call: changeAt("Namespace $ME", "status", `{metadata: {labels: {countersign.dev/environment: production}}}`),
		by:   policy("environment-label"), says: "into environment production",
	},
	{
		name: "Into an environment by finalize", does: "the same through namespaces/finalize",
		as: nora, before: []step{given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`)},
		call: finalized(`{labels: {countersign.dev/environment: production}}`), by: policy("environment-label"),
		says: "into environment production",
	},
	{
		name: "Environment without a name", does: "labels it with nothing, which no policy is for",
		as: wendy, before: []step{given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`)},
		call: change("Namespace $ME", `{metadata: {labels: {countersign.dev/environment: ""}}}`),
		by:   policy("environment-label"), says: "must name an environment",
	},
	{
		name: "Glass broken by status", does: "is in the group, and opens the gate through namespaces/status",
		as: installer, before: []step{given(namespaceIn("production"))},
		call: changeAt("Namespace $ME", "status", merged(broken(`{}`), `{metadata: {annotations:
			{countersign.dev/break-glass-by: installer}}}`)),
		by: policy("break-glass"), says: "a change of its own",
	},
	{
		name: "Namespace with the glass broken", does: "makes one that was never gated",
		as: installer, call: create(merged(namespaceIn("production"), broken(`{countersign.dev/break-glass-by: installer}`))),
		by: policy("break-glass"), says: "a change of its own",
	},
	{
		name: "Race for a new namespace",
		does: "tries to deploy without end while a namespace is made, to be faster than what watches it",
		as:   mallory, deed: raced, by: entry("workloads.gate"), says: "no PromotionPolicy gates",
	},
	{
		name: "Namespace that no policy selects", does: "deploys where all policies of the environment leave out",
		as: mallory, before: []step{given(namespaceIn("$ME")), given(policyOf("$ME", strictly,
			`{spec: {namespaceSelector: {matchLabels: {team: other}}}}`)), gated("$ME")},
		call: create(deployment(`{metadata: {namespace: $ME}}`)),
		by:   rule("workloads.gate", "without a policy nothing enters"), says: "no PromotionPolicy gates",
		right: []step{
			by(installer, change("PromotionPolicy $ME", `{spec: {namespaceSelector: null}}`)), soon(policySeen("$ME")),
			asked(mallory, create(deployment(`{metadata: {namespace: $ME}}`))),
		},
		rightly: "selected, it can be asked for",
	},
}

// finalized writes a namespace through namespaces/finalize, with other metadata.
func finalized(metadata string) call {
	return replaceAt("Namespace $ME", "finalize", merged(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME},
		spec: {finalizers: [kubernetes]}}`, `{metadata: `+metadata+`}`))
}

// raced makes a namespace, while others try to deploy into it. It works where one of them gets through.
func raced(ctx context.Context, s *scene) error {
	s.words["N"] += "n"
	object := create(deployment(`{metadata: {namespace: $ME-$N}}`))
	answers := make([]error, 8)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = s.hammer(ctx, object) })
	}
	err := given(namespaceIn("$ME", `{metadata: {name: $ME-$N}}`))(ctx, s)
	group.Wait()
	if err != nil {
		return err
	}
	for _, answer := range answers {
		if answer == nil {
			return nil
		}
	}
	return answers[0]
}

// hammer makes a call until the namespace is there, and says what becomes of it.
func (s *scene) hammer(ctx context.Context, c call) error {
	for {
		_, err := s.say(ctx, s.attack.as, c)
		if err == nil || !strings.Contains(err.Error(), "not found") || ctx.Err() != nil {
			return err
		}
	}
}
