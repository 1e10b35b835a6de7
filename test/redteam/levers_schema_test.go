// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// schemaRule is one rule of a CRD.
type schemaRule struct {
	// kind is the plural.
	kind string
	// path of the field, as spec.rules[].verbs[].
	path string
	// message begins that of the rule in CEL; empty for what OpenAPI says of the field itself.
	message string
}

// pull writes the versions of the CRD, without the rule or with it.
func (r schemaRule) pull(ctx context.Context, s *site, there bool) error {
	name := r.kind + ".countersign.dev"
	versions := runtime.DeepCopyJSONValue(s.versions[name]).([]any)
	if !there {
		if err := r.cut(versions[0].(map[string]any)); err != nil {
			return err
		}
	}
	body, err := json.Marshal(map[string]any{"spec": map[string]any{"versions": versions}})
	if err != nil {
		return err
	}
	return s.do(ctx, installer, change("CustomResourceDefinition "+name, string(body)))
}

func (r schemaRule) release(ctx context.Context, s *site) error { return r.pull(ctx, s, true) }

// checks are the keywords of OpenAPI by which a field is held to something.
var checks = []string{
	"enum", "pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "required",
}

// inCEL is where the schema has its rules in CEL.
const inCEL = "x-kubernetes-validations"

// cut takes the rule out of a version of a CRD.
func (r schemaRule) cut(version map[string]any) error {
	field, err := r.field(version)
	if err != nil {
		return err
	}
	before := fmt.Sprint(field)
	if r.message == "" {
		maps.DeleteFunc(field, func(key string, _ any) bool { return slices.Contains(checks, key) })
	} else if rules, ok := field[inCEL].([]any); ok {
		field[inCEL] = slices.DeleteFunc(rules, func(rule any) bool {
			return strings.HasPrefix(at(rule.(map[string]any), "message"), r.message)
		})
	}
	if fmt.Sprint(field) == before {
		return fmt.Errorf("%s has no such rule at %s: %s", r.kind, r.path, r.message)
	}
	return nil
}

// field is the schema at the path.
func (r schemaRule) field(version map[string]any) (map[string]any, error) {
	found, _, err := unstructured.NestedFieldNoCopy(version, "schema", "openAPIV3Schema")
	if err != nil {
		return nil, err
	}
	field, _ := found.(map[string]any)
	for _, name := range strings.Split(strings.ReplaceAll(r.path, "[]", ".[]"), ".") {
		if name == "[]" {
			field, _ = field["items"].(map[string]any)
			continue
		}
		properties, _ := field["properties"].(map[string]any)
		field, _ = properties[name].(map[string]any)
	}
	if field == nil {
		return nil, fmt.Errorf("%s has no field %s", r.kind, r.path)
	}
	return field, nil
}
