// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDigestOfSpec : what is deployed by a spec is told apart, and what Argo CD writes down anew is the same.
func TestDigestOfSpec(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason     string
		one, other string
		same       bool
	}{
		"Revision": {"its commit has authors", `{source: {path: a, targetRevision: b}}`, `{source: {path: a}}`, true},
		"Path":     {"other files", `{source: {path: a}}`, `{source: {path: b}}`, false},
		"Empty": {
			"as Argo CD writes it", `{source: {path: a, chart: "", kustomize: {images: []}, directory: {recurse: false}}}`,
			`{source: {path: a}}`, true,
		},
		"EmptyInList": {
			"as Argo CD writes it", `{source: {helm: {parameters: [{name: a, value: "", forceString: false}]}}}`,
			`{source: {helm: {parameters: [{name: a}]}}}`, true,
		},
		"Files": {
			"others", `{source: {helm: {valueFiles: [a, b]}}}`, `{source: {helm: {valueFiles: [a, c]}}}`, false,
		},
		"Fewer": {
			"an element counts", `{source: {helm: {parameters: [{name: ""}, {name: a}]}}}`,
			`{source: {helm: {parameters: [{name: a}]}}}`, false,
		},
		"ValueFalse": {
			"a chart asks for it", `{source: {helm: {valuesObject: {a: 1, b: false}}}}`,
			`{source: {helm: {valuesObject: {a: 1}}}}`, false,
		},
		"ValueNull": {
			"it takes a default away", `{source: {helm: {valuesObject: {a: 1, b: null}}}}`,
			`{source: {helm: {valuesObject: {a: 1}}}}`, false,
		},
		"ValueList": {
			"so does that", `{source: {helm: {valuesObject: {a: 1, b: []}}}}`, `{source: {helm: {valuesObject: {a: 1}}}}`, false,
		},
		"ValuesEmpty": {
			"they are in the place of values", `{source: {helm: {values: a, valuesObject: {}}}}`,
			`{source: {helm: {values: a}}}`, false,
		},
		"Annotation": {
			"it is set", `{source: {kustomize: {commonAnnotations: {a: ""}}}}`, `{source: {kustomize: {}}}`, false,
		},
		"Plugin": {
			"it may ask whether it is there", `{source: {plugin: {parameters: [{name: a, string: ""}]}}}`,
			`{source: {plugin: {parameters: [{name: a}]}}}`, false,
		},
		"Destination": {"elsewhere", `{destination: {namespace: a}}`, `{destination: {namespace: b}}`, false},
		"Project":     {"as another account", `{project: a}`, `{project: b}`, false},
		"Ignored":     {"it is left as it is", `{ignoreDifferences: [{kind: A, jsonPointers: [/spec]}]}`, `{}`, false},
		"Options":     {"it is replaced", `{syncPolicy: {syncOptions: [Replace=true]}}`, `{}`, false},
		"Namespace": {
			"it gets labels", `{syncPolicy: {managedNamespaceMetadata: {labels: {a: b}}}}`, `{}`, false,
		},
		"Automated":        {"when is not what", `{syncPolicy: {automated: {prune: true}, retry: {limit: 1}}}`, `{}`, true},
		"Hydrator":         {"it is made of other files", hydratedNext, hydratedElse, false},
		"HydratorRevision": {"its commit has authors", hydrated, hydratedNext, true},
		"HydratorNoMore":   {"nobody is asked what it is made of", hydrated, unhydrated, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := read(t, tc.one)
			one, errOne := digestOfSpec(map[string]any{"spec": spec})
			if diff := cmp.Diff(read(t, tc.one), spec); diff != "" {
				t.Errorf("it was changed (-want +got):\n%s", diff)
			}
			other, errOther := digestOfSpec(map[string]any{"spec": read(t, tc.other)})
			if errOne != nil || errOther != nil || (one == other) != tc.same {
				t.Errorf("%s: same: %t, want %t; %v, %v", tc.reason, one == other, tc.same, errOne, errOther)
			}
		})
	}
}

// TestOrderedOfHydrator : what is ordered of what a hydrator writes is that, and one of it.
func TestOrderedOfHydrator(t *testing.T) {
	t.Parallel()
	application := map[string]any{"spec": read(t, hydrated)}
	shop := map[string]any{"repoURL": "https://git.example.com/shop", "path": "out"}
	elsewhere := map[string]any{"repoURL": "https://git.example.com/shop", "path": "evil"}
	for name, tc := range map[string]struct {
		order syncOperation
		want  bool
	}{
		"Unnamed": {syncOperation{}, true}, "Same": {syncOperation{Source: shop}, true},
		"Path":    {syncOperation{Source: elsewhere}, false},
		"Several": {syncOperation{Sources: []map[string]any{shop}}, false},
	} {
		if got := tc.order.ofSources(application); got != tc.want {
			t.Errorf("%s: is of its sources: %t", name, got)
		}
	}
}

// TestOrderedValues : an order of other values than the Application's is one of other sources.
func TestOrderedValues(t *testing.T) {
	t.Parallel()
	application := map[string]any{"spec": read(t, `{source: {path: a, helm: {valuesObject: {a: 1}}}}`)}
	for source, want := range map[string]bool{
		`{path: a, helm: {valuesObject: {a: 1}}}`:           true,
		`{path: a, helm: {valuesObject: {a: 1, b: false}}}`: false,
	} {
		if got := (syncOperation{Source: read(t, source)}).ofSources(application); got != want {
			t.Errorf("%s is of its sources: %t, want %t", source, got, want)
		}
	}
}
