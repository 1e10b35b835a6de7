// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The configuration whose entries are switched on and off, and those of its entries that are off to begin with.
const gateConfiguration = "countersign-gate"

var offAtFirst = []string{"joins.countersign.dev", "records.countersign.dev", "roles.countersign.dev"}

// keepEntries remembers the webhook entries of a configuration, and takes out those that are off at first.
func (s *site) keepEntries(configuration *unstructured.Unstructured) error {
	all, _, err := unstructured.NestedSlice(configuration.Object, "webhooks")
	if err != nil {
		return err
	}
	if configuration.GetName() != gateConfiguration {
		return unstructured.SetNestedSlice(configuration.Object, nil, "webhooks")
	}
	for _, one := range all {
		s.entries[one.(map[string]any)["name"].(string)] = one
	}
	on := slices.DeleteFunc(all, func(one any) bool {
		return slices.Contains(offAtFirst, one.(map[string]any)["name"].(string))
	})
	return unstructured.SetNestedSlice(configuration.Object, on, "webhooks")
}

// off takes a guard away.
func (s *site) off(ctx context.Context, g guard) error {
	if g.isPolicy() {
		return s.do(ctx, installer, remove("ValidatingAdmissionPolicyBinding "+g.switched))
	}
	return s.setEntries(ctx, func(name string) bool {
		return name != g.switched && !slices.Contains(offAtFirst, name)
	})
}

// on sees to it that the guard is there.
func (s *site) on(ctx context.Context, g guard) error {
	if g.isPolicy() {
		if err := s.do(ctx, installer, create(s.bindings[g.switched])); !apierrors.IsAlreadyExists(err) {
			return err
		}
		return nil
	}
	return s.setEntries(ctx, func(name string) bool { return name == g.switched || !slices.Contains(offAtFirst, name) })
}

// atFirst leaves the webhook entries as they were at first.
func (s *site) atFirst(ctx context.Context, _ guard) error {
	return s.setEntries(ctx, func(name string) bool { return !slices.Contains(offAtFirst, name) })
}

func (s *site) setEntries(ctx context.Context, wanted func(name string) bool) error {
	var on []any
	for name, one := range s.entries {
		if wanted(name) {
			on = append(on, one)
		}
	}
	body, err := json.Marshal(map[string]any{"webhooks": on})
	if err != nil {
		return err
	}
	return s.do(ctx, installer, change("ValidatingWebhookConfiguration "+gateConfiguration, string(body)))
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
