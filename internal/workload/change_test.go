// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

func TestChange(t *testing.T) {
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	object := func(name, generateName string, paused bool) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"name": name, "generateName": generateName},
			"spec":     map[string]any{"paused": paused},
		}
	}
	digest := func(id workload.Identity, paused bool) v1alpha1.Digest {
		got, err := workload.Digest(v1alpha1.OperationApply, id, map[string]any{"spec": map[string]any{"paused": paused}})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	web := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "web"}
	made := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", GenerateName: "web-"}
	named := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "web-bcdfg"}
	change := func(id workload.Identity) v1alpha1.Change {
		return v1alpha1.Change{
			Operation: v1alpha1.OperationApply, Group: "apps", Version: "v1", Resource: "deployments",
			Name: id.Name, GenerateName: id.GenerateName,
			Content: apiextensionsv1.JSON{Raw: []byte(`{"spec":{"paused":true}}`)}, Digest: digest(id, true),
		}
	}
	replacing := func(change v1alpha1.Change, digest v1alpha1.Digest) v1alpha1.Change {
		change.ReplacesDigest = digest
		return change
	}
	cases := map[string]struct {
		reason        string
		after, before map[string]any
		want          v1alpha1.Change
	}{
		"New": {"it replaces nothing", object("web", "", true), nil, change(web)},
		"Changed": {"what it replaces", object("web", "", true), object("web", "", false),
			replacing(change(web), digest(web, false))},
		"Unchanged": {"both are the same", object("web", "", true), object("web", "", true),
			replacing(change(web), digest(web, true))},
		"Generated": {"it will have another name", object("web-bcdfg", "web-", true), nil, change(made)},
		"Kept": {"it keeps the name it was given", object("web-bcdfg", "web-", true), object("web-bcdfg", "web-", false),
			replacing(change(named), digest(named, false))},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := workload.Change(resource, "shop", tc.after, tc.before)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestChangeRefuses: what cannot be written down whole is not written down, and it is said what is missing of which of
// the two.
func TestChangeRefuses(t *testing.T) {
	whole, hollow, nameless := `{metadata: {name: web}, spec: {a: b}}`, `{metadata: {name: web}}`, `{spec: {a: b}}`
	for name, tc := range map[string]struct {
		reason, resource, after, before, want string
	}{
		"Ungated":    {"no gate asks about them", "leases", whole, "", "belong to no gate"},
		"NoContent":  {"there is nothing to approve", "deployments", hollow, "", "spec is missing"},
		"NoName":     {"an approval for no name would fit any", "deployments", nameless, "", "exactly one of name"},
		"NoneBefore": {"what it would replace has none either", "deployments", whole, hollow, "spec is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: tc.resource}
			var before map[string]any
			if tc.before != "" {
				before = decode(t, tc.before)
			}
			_, err := workload.Change(resource, "shop", decode(t, tc.after), before)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: got %v", tc.reason, err)
			}
		})
	}
}
