// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// PolicyEntries is the webhook configuration whose entries are what policies gate: of it only that it is there, and its
// labels, are judged here.
const PolicyEntries = "countersign-gate-policies"

// Mend is a stored guard as it should be. Labels and annotations of others stay as they are found, and so does the
// authority that the entries of webhook configurations trust, which whoever issues certificates writes.
func Mend(want, stored *unstructured.Unstructured) *unstructured.Unstructured {
	mended := stored.DeepCopy()
	mended.SetLabels(both(stored.GetLabels(), want.GetLabels()))
	mended.SetAnnotations(both(stored.GetAnnotations(), want.GetAnnotations()))
	shall := want.DeepCopy()
	for _, key := range []string{"spec", "webhooks"} {
		if value, said := shall.Object[key]; said && want.GetName() != PolicyEntries {
			mended.Object[key] = value
		}
	}
	trustAs(mended, stored)
	return mended
}

// Differs names what of a stored guard is not as it should be, as spec.failurePolicy or an entry of a webhook
// configuration; nothing where all is.
func Differs(want, stored *unstructured.Unstructured) []string {
	mended := Mend(want, stored)
	var paths []string
	if !equality.Semantic.DeepEqual(mended.GetLabels(), stored.GetLabels()) {
		paths = append(paths, "metadata.labels")
	}
	if !equality.Semantic.DeepEqual(mended.GetAnnotations(), stored.GetAnnotations()) {
		paths = append(paths, "metadata.annotations")
	}
	paths = append(paths, different("spec", childOr(mended.Object, "spec"), childOr(stored.Object, "spec"))...)
	return append(paths, different("webhooks", named(mended), named(stored))...)
}

// both are all that is there, and what is wanted.
func both(there, wanted map[string]string) map[string]string {
	if len(wanted) == 0 {
		return there
	}
	all := map[string]string{}
	maps.Copy(all, there)
	maps.Copy(all, wanted)
	return all
}

func different(of string, is, was map[string]any) []string {
	keys := maps.Clone(was)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, is)
	var paths []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !equality.Semantic.DeepEqual(is[key], was[key]) {
			paths = append(paths, of+"."+key)
		}
	}
	return paths
}
