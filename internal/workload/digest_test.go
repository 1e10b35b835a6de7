// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

var checkout = workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "checkout"}

// A digest outlives the binary that made it: if this fails, the version of the digest must change.
func TestDigestIsStable(t *testing.T) {
	content := map[string]any{"spec": map[string]any{"paused": true, "minReadySeconds": int64(5), "<&>": "\u2028é"}}
	got, err := workload.Digest(v1alpha1.OperationApply, checkout, content)
	if err != nil {
		t.Fatal(err)
	}
	const want = "v1:sha256:07cc7c910ed4593a9050454709d89ab9598386e276c6bdec67f628043f7e5d45"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDigestBindsEverything(t *testing.T) {
	spec := map[string]any{"spec": map[string]any{}}
	type input struct {
		operation v1alpha1.ChangeOperation
		id        workload.Identity
		content   map[string]any
	}
	with := func(change func(*workload.Identity)) input {
		id := checkout
		change(&id)
		return input{v1alpha1.OperationApply, id, spec}
	}
	cases := map[string]input{
		"Base":         {v1alpha1.OperationApply, checkout, spec},
		"Operation":    {v1alpha1.OperationDelete, checkout, spec},
		"Content":      {v1alpha1.OperationApply, checkout, map[string]any{"spec": nil}},
		"Empty":        {v1alpha1.OperationApply, checkout, map[string]any{}},
		"Group":        with(func(id *workload.Identity) { id.Group = "batch" }),
		"Resource":     with(func(id *workload.Identity) { id.Resource = "daemonsets" }),
		"Namespace":    with(func(id *workload.Identity) { id.Namespace = "shop-eu" }),
		"Name":         with(func(id *workload.Identity) { id.Name = "checkouts" }),
		"GenerateName": with(func(id *workload.Identity) { id.Name, id.GenerateName = "", "checkout" }),
	}
	seen := map[v1alpha1.Digest]string{}
	for name, tc := range cases {
		got, err := workload.Digest(tc.operation, tc.id, tc.content)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if other, found := seen[got]; found {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[got] = name
	}
}

func TestDigestRefuses(t *testing.T) {
	both, neither := checkout, checkout
	both.GenerateName, neither.Name = "checkout-", ""
	cases := map[string]struct {
		reason  string
		id      workload.Identity
		content map[string]any
	}{
		"NoName":    {"an approval for no name would fit any", neither, map[string]any{}},
		"BothNames": {"one of the two would not count", both, map[string]any{}},
		"NoContent": {"an approval for nothing would fit anything", checkout, nil},
		"NotJSON":   {"it has no canonical form", checkout, map[string]any{"spec": 1}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := workload.Digest(v1alpha1.OperationApply, tc.id, tc.content); err == nil {
				t.Errorf("%s: got %s", tc.reason, got)
			}
		})
	}
}
