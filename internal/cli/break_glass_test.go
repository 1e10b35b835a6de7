// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/breakglass"
)

func TestBreakGlass(t *testing.T) {
	closed := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{v1alpha1.EnvironmentLabel: "production"},
	}}
	open := closed.DeepCopy()
	open.Labels[v1alpha1.BreakGlassLabel] = "open"
	open.Annotations = map[string]string{
		v1alpha1.BreakGlassByAnnotation: "bob@example.com", v1alpha1.BreakGlassReasonAnnotation: "INC-2290",
		v1alpha1.BreakGlassTimeAnnotation: "2026-09-14T15:05:07Z", v1alpha1.BreakGlassUntilAnnotation: "2026-09-14T16:35:07Z",
	}
	for name, test := range map[string]struct {
		reason string
		ns     *corev1.Namespace
		args   []string
		gap    breakglass.Gap
	}{
		"Open": {"says what follows", closed, []string{"--reason", "INC-2291", "--for", "30m"}, breakglass.Gap{
			Open: true, By: "alice@example.com", Since: now, Until: now.Add(30 * time.Minute),
		}},
		"NoReason": {"nobody would know why", closed, nil, breakglass.Gap{}},
		"TooLong":  {"it would be forgotten", closed, []string{"--reason", "INC-2291", "--for", "5h"}, breakglass.Gap{}},
		"Already": {"two gaps are one", open, []string{"--reason", "INC-2291"}, breakglass.Gap{
			Open: true, By: "bob@example.com",
		}},
		"End": {"what it was stays", open, []string{"--end"}, breakglass.Gap{
			By: "bob@example.com", EndedBy: "alice@example.com",
		}},
		"NotOpen": {"there is nothing to end", closed, []string{"--end"}, breakglass.Gap{}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: []client.Object{test.ns}}
			b.calls = knowing(authenticationv1.UserInfo{Username: "alice@example.com"}, nil)
			got := b.run(t, append([]string{"break-glass", namespace}, test.args...)...)
			golden(t, "break-glass-"+name, got.Out+got.Err)
			var stored corev1.Namespace
			if err := b.api.Get(t.Context(), client.ObjectKey{Name: namespace}, &stored); err != nil {
				t.Fatal(err)
			}
			gap, _ := breakglass.Of(&stored)
			if gap.Open != test.gap.Open || gap.By != test.gap.By || gap.EndedBy != test.gap.EndedBy ||
				test.gap.Until != (time.Time{}) && (gap.Since != test.gap.Since || gap.Until != test.gap.Until) {
				t.Errorf("%s: the namespace says %+v, want %+v", test.reason, gap, test.gap)
			}
		})
	}
}
