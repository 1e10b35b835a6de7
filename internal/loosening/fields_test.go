// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package loosening_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/loosening"
)

// TestEveryFieldIsKnown: a field that is added to a rule, at whatever depth, must be ordered here before it is listed
// in testdata.
func TestEveryFieldIsKnown(t *testing.T) {
	for file, spec := range map[string]reflect.Type{
		"policy_fields.txt": reflect.TypeFor[v1alpha1.PromotionPolicySpec](),
		"role_fields.txt":   reflect.TypeFor[v1alpha1.PipelineRoleSpec](),
	} {
		known, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Fields(string(known)), leaves("", spec)); diff != "" {
			t.Errorf("%s: a field that nobody has said how to order; see PolicyFields and RoleFields: -known, +got:\n%s", file,
				diff)
		}
	}
}

// leaves are the paths of all fields of a type that have none themselves.
func leaves(path string, of reflect.Type) []string {
	switch {
	case of.Kind() == reflect.Pointer:
		return leaves(path, of.Elem())
	case of.Kind() == reflect.Slice:
		return leaves(path+"[]", of.Elem())
	case of.Kind() != reflect.Struct, of == reflect.TypeFor[metav1.LabelSelector](), of == reflect.TypeFor[metav1.Time]():
		return []string{path}
	}
	var all []string
	for field := range fields(of) {
		all = append(all, leaves(strings.TrimPrefix(path+"."+field.name, "."), field.of)...)
	}
	return all
}

type aField struct {
	name string
	of   reflect.Type
}

func fields(of reflect.Type) func(yield func(aField) bool) {
	return func(yield func(aField) bool) {
		for field := range of.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !yield(aField{name, field.Type}) {
				return
			}
		}
	}
}

// TestEveryFieldIsListed: in the order of the spec, which is that of the docs.
func TestEveryFieldIsListed(t *testing.T) {
	var policy, role []string
	for _, field := range loosening.PolicyFields {
		policy = append(policy, field.Name)
	}
	for _, field := range loosening.RoleFields {
		role = append(role, field.Name)
	}
	for of, listed := range map[reflect.Type][]string{
		reflect.TypeFor[v1alpha1.PromotionPolicySpec](): policy, reflect.TypeFor[v1alpha1.PipelineRoleSpec](): role,
	} {
		var names []string
		for field := range fields(of) {
			names = append(names, field.name)
		}
		slices.Sort(names)
		slices.Sort(listed)
		if diff := cmp.Diff(names, listed); diff != "" {
			t.Errorf("%s: -fields, +ordered:\n%s", of, diff)
		}
	}
}
