// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"maps"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// render the ledger as it is to be stored.
func render(
	stored *corev1.ConfigMap, namespace string, mode v1alpha1.LedgerMode, next ledger.Ledger,
) *corev1.ConfigMap {
	wanted := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: v1alpha1.LedgerName,
		Labels: map[string]string{
			"app.kubernetes.io/managed-by": "countersign", v1alpha1.LedgerLabel: string(mode),
		},
		Annotations: map[string]string{},
	}}
	if stored != nil {
		wanted.ResourceVersion, wanted.UID = stored.ResourceVersion, stored.UID
		if seeded := stored.Annotations[v1alpha1.LedgerSeededAnnotation]; seeded != "" {
			wanted.Annotations[v1alpha1.LedgerSeededAnnotation] = seeded
		}
	}
	if next.LeftOut > 0 {
		wanted.Annotations[v1alpha1.LedgerLeftOutAnnotation] = strconv.Itoa(next.LeftOut)
	}
	wanted.Data = ledger.Data(next.Images)
	return wanted
}

// LeftOut is how many images the ledger says that it lacks. One that says so in other words than a number lacks some.
func LeftOut(stored *corev1.ConfigMap) int {
	if stored == nil || stored.Annotations[v1alpha1.LedgerLeftOutAnnotation] == "" {
		return 0
	}
	count, err := strconv.Atoi(stored.Annotations[v1alpha1.LedgerLeftOutAnnotation])
	if err != nil {
		return 1
	}
	return count
}

// same tells whether the two differ in nothing that means anything.
func same(a, b *corev1.ConfigMap) bool {
	return maps.Equal(a.Data, b.Data) && len(a.BinaryData) == 0 && maps.Equal(a.Labels, b.Labels) &&
		maps.Equal(a.Annotations, b.Annotations)
}
