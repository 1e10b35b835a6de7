// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/release"
)

func TestSent(t *testing.T) {
	t.Parallel()
	const (
		web       = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}`
		elsewhere = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "eu",
			"annotations": {"a": "b"}}}`
		definition = `{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}`
	)
	deployment := schema.GroupKind{Group: "apps", Kind: "Deployment"}
	inLive := release.Object{Kind: deployment, Namespace: "live", Name: "web"}
	inEU := release.Object{Kind: deployment, Namespace: "eu", Name: "web", Annotations: map[string]string{"a": "b"}}
	for name, test := range map[string]struct {
		reason, sync string
		want         []release.Object
		err          string
	}{
		"Nothing": {"the sources are synced", `{}`, []release.Object{}, ""},
		"One":     {"it goes where the Application does", sending(web), []release.Object{inLive}, ""},
		"Two":     {"one says where it goes", sending(web, elsewhere), []release.Object{inLive, inEU}, ""},
		"Definition": {"Argo CD does not say of which Application it is",
			sending(definition, web), []release.Object{inLive}, ""},
		"NoSync": {"nobody can read it", `[]`, nil, "operation.sync"},
		"NoJSON": {"nobody can read the second", sending(web, `{`), nil, "operation.sync.manifests[1]: read it"},
		"NoText": {"annotations are texts", sending(
			`{"apiVersion": "v1", "kind": "A", "metadata": {"annotations": {"a": 1}}}`), nil,
			"operation.sync.manifests[0]: metadata.annotations: must be texts by their names"},
		"NoKind":    {"it may be anything", sending(`{"apiVersion": "v1"}`), nil, "manifests[0]: it is no single object"},
		"NoVersion": {"it may be of any group", sending(`{"apiVersion": "a/b/c", "kind": "A"}`), nil, "a/b/c"},
		"List": {"it holds others", sending(`{"apiVersion": "v1", "kind": "List", "items": []}`), nil,
			"no single object"},
	} {
		got, err := Sent(read(t, `{spec: {destination: {namespace: live}}, operation: {sync: `+test.sync+`}}`))
		if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %s: %v", name, test.reason, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, test.reason, diff)
		}
	}
}

// TestSentBefore: what was sent for the sync that runs is brought, whatever is ordered over it.
func TestSentBefore(t *testing.T) {
	t.Parallel()
	for phase, brought := range map[string]int{"Running": 1, "Terminating": 1, "Succeeded": 0} {
		got, err := Sent(read(t, `{operation: {sync: {}}, status: {operationState: {phase: `+phase+`, operation: {sync: `+
			sending(`{"apiVersion": "v1", "kind": "A"}`)+`}}}}`))
		if err != nil || len(got) != brought {
			t.Errorf("%s: %v, %v", phase, got, err)
		}
	}
	_, err := Sent(read(t, `{operation: {sync: {}}, status: {operationState: {phase: Running, operation: {sync: []}}}}`))
	says(t, "nobody can read it", err, "status.operationState.operation.sync")
}

// sending is a sync of what somebody sends.
func sending(manifests ...string) string {
	for i, manifest := range manifests {
		manifests[i] = "'" + strings.ReplaceAll(manifest, "\n", " ") + "'"
	}
	return `{manifests: [` + strings.Join(manifests, ", ") + `]}`
}
