// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
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
