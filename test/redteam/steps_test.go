// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// known : the API server knows a bot, and judges by what it is.
func known(namespace, name string) step {
	return func(ctx context.Context, s *scene) error {
		_, err := s.say(ctx, mallory, tokenOf(namespace, name, `{expirationSeconds: 31536000}`))
		if err == nil || !strings.Contains(err.Error(), "bot-tokens") {
			return fmt.Errorf("bot-tokens does not judge yet: %w", err)
		}
		return nil
	}
}

// nameTaken : a PipelineRole that would need the name says that it is taken, and nobody is bound.
func nameTaken(s *scene) string {
	ctx := s.t.Context()
	role := create(`{apiVersion: countersign.dev/v1alpha1, kind: PipelineRole, metadata: {name: $ME},
		spec: {environments: [production],
		rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}], members: [{kind: Group, name: developers}]}}`)
	if _, err := s.say(ctx, installer, role); err != nil && !strings.Contains(err.Error(), "already exists") {
		return err.Error()
	}
	found, err := s.say(ctx, installer, read("PipelineRole $ME"))
	if err != nil {
		return err.Error()
	}
	if said := at(found, "status", "conditions"); !strings.Contains(said, "is not made by Countersign for this role") {
		return "the role to say so: " + said
	}
	return ""
}

// grantedView finds the binding that the operator has made for the role of the attack: $BINDING.
func grantedView(ctx context.Context, s *scene) error {
	found, err := s.first(ctx, placed(kinds["RoleBinding"], "frozen/")+"?labelSelector=countersign.dev/role%3D$ME")
	s.words["BINDING"] = at(found, "metadata", "name")
	return err
}

// grantedAgain : the operator has put the binding back.
func grantedAgain(s *scene) string {
	if err := grantedView(s.t.Context(), s); err != nil {
		return err.Error()
	}
	return ""
}

// closed : the operator knows that the environment is frozen.
func closed(ctx context.Context, s *scene) error {
	found, err := s.say(ctx, installer, read("PromotionPolicy frozen"))
	if err == nil && at(found, "status", "entryState", "state") != "Frozen" {
		return fmt.Errorf("the environment is not frozen yet")
	}
	return err
}

// reviewPending : the record of the scene names the emergency, and waits for its review.
func reviewPending(s *scene) string {
	found, err := s.say(s.t.Context(), installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err != nil {
		return err.Error()
	}
	said := at(found, "status", "admission", "emergency") + at(found, "status", "conditions")
	if !strings.Contains(said, "hal@example.com") || !strings.Contains(said, "ReviewPending") {
		return "the record to say so: " + said
	}
	return ""
}

// inRequest : the request of the scene holds a text.
func inRequest(text string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, fred, read("PromotionRequest shop/$REQUEST"))
		if err == nil && !strings.Contains(at(found, "spec"), wordsOf(s.words).Replace(text)) {
			return fmt.Errorf("the request does not hold %s", text)
		}
		return err
	}
}
