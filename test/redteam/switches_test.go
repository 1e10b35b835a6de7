// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The configurations whose entries are switched on and off: that of all environments, what policies gate besides, and
// the stamp's.
const (
	gateConfiguration = "ValidatingWebhookConfiguration countersign-gate"
	gatePolicies      = "ValidatingWebhookConfiguration countersign-gate-policies"
)

// offAtFirst are entries that would keep honest people from preparing anything. Those of gatePolicies are off too.
var offAtFirst = []string{
	"stamp.countersign.dev", "joins.countersign.dev", "records.countersign.dev", "roles.countersign.dev",
}

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
	if object := configuration.GetKind() + " " + configuration.GetName(); object != gatePolicies {
		s.remember(object, all)
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

// setEntries has those entries there that are at first, but for those that a lever was pulled of.
func (s *site) setEntries(ctx context.Context) error {
	return s.writeEntries(ctx, func(name string) bool {
		if there, pulled := s.pulled[name]; pulled {
			return there
		}
		return s.atFirstOn(name)
	})
}

func (s *site) writeEntries(ctx context.Context, wanted func(name string) bool) error {
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
		if err := s.do(ctx, installer, change(configuration, string(body))); err != nil {
			return err
		}
	}
	return nil
}

// smuggled makes a call while the operator is asked about nothing.
func (s *scene) smuggled(ctx context.Context, c call) error {
	if err := s.writeEntries(ctx, func(string) bool { return false }); err != nil {
		return err
	}
	err := eventually(ctx, func(ctx context.Context) string {
		if _, err := s.say(ctx, installer, c); err != nil {
			return err.Error()
		}
		return ""
	})
	return errors.Join(err, s.setEntries(ctx))
}
