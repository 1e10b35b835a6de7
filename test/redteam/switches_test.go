// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The configurations whose entries are switched on and off: that of all environments, and what policies gate besides.
const (
	gateConfiguration = "countersign-gate"
	gatePolicies      = "countersign-gate-policies"
)

// offAtFirst are entries that would keep honest people from preparing anything. Those of gatePolicies are off too.
var offAtFirst = []string{"joins.countersign.dev", "records.countersign.dev", "roles.countersign.dev"}

// atFirstOn tells whether an entry is there while no attack on it is made.
func (s *site) atFirstOn(name string) bool {
	_, common := s.entries[gateConfiguration][name]
	return common && !slices.Contains(offAtFirst, name)
}

// keepEntries remembers the webhook entries of a configuration, and takes out those that are off at first.
func (s *site) keepEntries(configuration *unstructured.Unstructured) error {
	all, _, err := unstructured.NestedSlice(configuration.Object, "webhooks")
	if err != nil {
		return err
	}
	if configuration.GetName() == gateConfiguration {
		s.remember(gateConfiguration, all)
	}
	on := slices.DeleteFunc(all, func(one any) bool { return !s.atFirstOn(one.(map[string]any)["name"].(string)) })
	return unstructured.SetNestedSlice(configuration.Object, on, "webhooks")
}

func (s *site) remember(configuration string, entries []any) {
	s.entries[configuration] = map[string]any{}
	for _, one := range entries {
		s.entries[configuration][one.(map[string]any)["name"].(string)] = one
	}
}

// off takes a guard away.
func (s *site) off(ctx context.Context, g guard) error {
	if g.isPolicy() {
		return s.do(ctx, installer, remove("ValidatingAdmissionPolicyBinding "+g.switched))
	}
	return s.setEntries(ctx, func(name string) bool { return name != g.switched && s.atFirstOn(name) })
}

// on sees to it that the guard is there, and that the one before it is not.
func (s *site) on(ctx context.Context, g guard) error {
	if g.isPolicy() {
		err := s.do(ctx, installer, create(s.bindings[g.switched]))
		if client.IgnoreAlreadyExists(err) != nil || g.behind == "" {
			return client.IgnoreAlreadyExists(err)
		}
	}
	return s.setEntries(ctx, func(name string) bool {
		return name != g.behind && (name == g.switched || s.atFirstOn(name))
	})
}

// atFirst leaves the webhook entries as they were at first.
func (s *site) atFirst(ctx context.Context, _ guard) error {
	return s.setEntries(ctx, s.atFirstOn)
}

func (s *site) setEntries(ctx context.Context, wanted func(name string) bool) error {
	for configuration, entries := range s.entries {
		on := []any{}
		for name, one := range entries {
			if wanted(name) {
				on = append(on, one)
			}
		}
		body, err := json.Marshal(map[string]any{"webhooks": on})
		if err != nil {
			return err
		}
		if err := s.do(ctx, installer, change("ValidatingWebhookConfiguration "+configuration, string(body))); err != nil {
			return err
		}
	}
	return nil
}

// smuggled makes a call while the operator is asked about nothing.
func (s *scene) smuggled(ctx context.Context, c call) error {
	if err := s.setEntries(ctx, func(string) bool { return false }); err != nil {
		return err
	}
	err := eventually(ctx, func(ctx context.Context) string {
		if _, err := s.say(ctx, installer, c); err != nil {
			return err.Error()
		}
		return ""
	})
	return errors.Join(err, s.atFirst(ctx, guard{}))
}
