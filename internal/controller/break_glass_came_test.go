// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// shownAlways is a cache that has the same objects of each kind.
type shownAlways struct {
	cache.Cache
	objects []unstructured.Unstructured
}

func (s shownAlways) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	if list, ok := into.(*unstructured.UnstructuredList); ok {
		list.Items = s.objects
	}
	return nil
}

// TestGapBesides: of other kinds what was made in the gap, or changed that had entered, is listed, where a policy gates
// them, unless it is on record.
func TestGapBesides(t *testing.T) {
	service := func(name string, made time.Time) unstructured.Unstructured {
		object := reducedTo("pods", name, name, madeAt(made))
		object.SetGroupVersionKind(schema.GroupVersionKind{Version: "v1", Kind: "Service"})
		return *object
	}
	objects := []unstructured.Unstructured{
		service("new", gapTime), service("before", gapTime.Add(-time.Hour)), service("approved", gapTime),
		service("changed", gapTime.Add(-time.Hour)), service("replaced", gapTime.Add(-time.Hour)),
	}
	ended := func(name string, at time.Time) *v1alpha1.PromotionRequest {
		request := entered(name, "former-"+name, name)
		request.Status.Entry.EndTime = &metav1.Time{Time: at}
		request.Spec.Change.Name = name
		return request
	}
	services := schema.GroupResource{Resource: "services"}
	shown := map[schema.GroupResource]watchedKind{services: {since: gapTime}}
	cases := map[string]struct {
		reason  string
		gate    v1alpha1.GateType
		watched map[schema.GroupResource]watchedKind
		want    []string
		unseen  bool
	}{
		"Gated": {
			"the policy gates them", v1alpha1.GateRouting, shown, []string{"shop/services/changed", "shop/services/new"}, false,
		},
		"Ungated": {"it does not", v1alpha1.GateWorkloads, shown, nil, false},
		"Unseen": {
			"they have not been shown", v1alpha1.GateRouting, map[schema.GroupResource]watchedKind{services: {}}, nil, true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			policy := &v1alpha1.PromotionPolicy{}
			policy.Name, policy.Spec.Environment = "production", "production"
			policy.Spec.Gates = []v1alpha1.Gate{{Type: tc.gate}}
			r := &BreakGlassReconciler{
				Client: reducedCache(t, policy, entered("approved", "approved", "approved"),
					ended("changed", gapTime), ended("replaced", gapTime.Add(-time.Hour))),
				Kinds: &GatedKinds{Cache: shownAlways{objects: objects}, watched: tc.watched},
			}
			look := survey{Client: r.Client, unasked: gapTime.Add(-time.Minute)}
			got, err := r.besides(t.Context(), look, &shopOfTest()[0])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
			unseen, err := r.unseen(t.Context(), &shopOfTest()[0])
			if err != nil || slices.Contains(unseen, services.String()) != tc.unseen {
				t.Errorf("%s: not looked at: %v, %v", tc.reason, unseen, err)
			}
		})
	}
}
