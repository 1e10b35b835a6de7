// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestAskedOf(t *testing.T) {
	t.Parallel()
	noMatch := &meta.NoKindMatchError{GroupKind: schema.GroupKind{Kind: "Widget"}}
	cases := map[string]struct {
		reason        string
		err           error
		refused, left int
		again         bool
	}{
		"Tried":     {"the API server told", nil, 0, 0, false},
		"Invalid":   {"nobody can store it", apierrors.NewBadRequest("no image"), 1, 0, false},
		"Namespace": {"it may come with the sync", apierrors.NewNotFound(schema.GroupResource{}, "live"), 0, 1, false},
		"Kind":      {"it may come with the sync", noMatch, 0, 1, false},
		"Down":      {"it is tried again", errors.New("no answer"), 0, 0, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var came asked
			err := came.of(&unstructured.Unstructured{}, tc.err)
			if len(came.refused) != tc.refused || len(came.left) != tc.left || (err != nil) != tc.again {
				t.Errorf("%s: %+v, %v", tc.reason, came, err)
			}
		})
	}
}

// TestAskedOnce: a request is waited for once, and nothing that has no name.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	var came asked
	for _, name := range []string{"web-1", "", "db-1", "web-1"} {
		came.waitFor("shop", name)
	}
	want := []v1alpha1.SyncRequest{{Namespace: "shop", Name: "web-1"}, {Namespace: "shop", Name: "db-1"}}
	if diff := cmp.Diff(want, came.requests); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
