// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestWhyIncomplete(t *testing.T) {
	made := time.Date(2026, 9, 14, 16, 0, 0, 0, time.UTC)
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", CreationTimestamp: metav1.NewTime(made)}}
	with := func(annotations map[string]string) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Annotations: annotations}}
	}
	for name, test := range map[string]struct {
		reason string
		stored *corev1.ConfigMap
		at     time.Duration
		says   string
		wait   time.Duration
	}{
		"JustMade": {"the operator is about to seed it", nil, time.Second, "", ledgerPatience - time.Second},
		"Missing":  {"no Pod is held against it", nil, time.Minute, "is not complete yet", ledgerPatience},
		"Unseeded": {"what ran before may be missing", with(nil), time.Minute, "is not complete yet", ledgerPatience},
		"Full": {
			"its Pods do not come",
			with(map[string]string{v1alpha1.LedgerSeededAnnotation: "x", v1alpha1.LedgerLeftOutAnnotation: "3"}),
			0, "lacks 3 that were let in", 0,
		},
		"Complete": {"nothing to say", with(map[string]string{v1alpha1.LedgerSeededAnnotation: "x"}), time.Minute, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			why, wait := whyIncomplete(ns, test.stored, made.Add(test.at))
			if (why == "") != (test.says == "") || !strings.Contains(why, test.says) || wait != test.wait {
				t.Errorf("%s: got %q, wait %s; want %q, wait %s", test.reason, why, wait, test.says, test.wait)
			}
		})
	}
}
