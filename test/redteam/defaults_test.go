// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// defaults of a custom kind are filled in by the API server: whoever may write its CRD says what they are.
var defaults = []attack{
	{
		name: "Default of a custom kind", does: "has the API server fill in what nobody has approved, before it enters",
		as:     alice,
		before: []step{asked(alice, create(rollout())), approved(bob), defaulted("evil")},
		call:   create(rollout()),
		by:     ofRollout("what the API server fills in is content").saying("kubectl countersign approve"),
		right:  []step{defaulted(""), by(alice, create(rollout()))}, rightly: "as it was",
	},
	{
		name: "Default of a custom kind, later", does: "the same once it has entered: what is stored is read with it",
		as:     mallory,
		before: []step{brought(alice, create(rollout()))},
		deed:   defaulted("evil"), verdict: limit, limit: "Who may write the CRD of a custom kind", seen: onServerRecord,
		trace: all(auditedByServer("customresourcedefinitions/rollouts.shop.example.com", "mallory@example.com",
			`"patch"`), runs("evil")),
	},
}

// runs : what has entered is read with what was filled in.
func runs(text string) func(*scene) string {
	return func(s *scene) string {
		found, err := s.say(s.t.Context(), installer, read("Rollout guarded/$ME"))
		if err != nil || at(found, "spec", "run") != text {
			return fmt.Sprintf("it to be read with %q: %v", text, err)
		}
		return ""
	}
}

// defaulted : the API server fills a text into what Rollouts run; the empty one fills in nothing.
func defaulted(text string) step {
	return func(ctx context.Context, s *scene) error {
		s.t.Cleanup(func() {
			if err := by(mallory, versionsOfRollouts(""))(context.WithoutCancel(ctx), s); err != nil {
				s.t.Error(err)
			}
		})
		if err := by(mallory, versionsOfRollouts(text))(ctx, s); err != nil {
			return err
		}
		probe := create(rollout(`{metadata: {namespace: sandbox}}`)).rehearsed()
		return eventually(ctx, func(ctx context.Context) string {
			made, err := s.say(ctx, mallory, probe)
			if err != nil || strings.TrimSpace(at(made, "spec", "run")) != text {
				return fmt.Sprintf("the API server to fill in %q: %v", text, err)
			}
			return ""
		})
	}
}

// versionsOfRollouts are as in testdata/gates.yaml, with a default.
func versionsOfRollouts(text string) call {
	run := `{type: string}`
	if text != "" {
		run = `{type: string, default: ` + text + `}`
	}
	version := `schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {spec:
		{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {run: ` + run + `}}}}},
		subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}`
	return change("CustomResourceDefinition rollouts.shop.example.com", `{spec: {versions: [
		{name: v1, served: true, storage: true, `+version+`},
		{name: v1alpha1, served: true, storage: false, `+version+`}]}}`)
}
