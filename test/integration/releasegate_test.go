// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestReleaseGateAlone: where there is no sync to hold, or no Argo CD to ask, a ReleaseGate says so, and never becomes
// Ready. It asks for nothing.
func TestReleaseGateAlone(t *testing.T) {
	s := newShop(t)
	hook := map[string]string{"argocd.argoproj.io/hook": "PreSync"}
	kept := map[string]string{
		"argocd.argoproj.io/hook": "PreSync", "argocd.argoproj.io/hook-delete-policy": "HookSucceeded",
	}
	for name, tc := range map[string]struct {
		reason      string
		annotations map[string]string
		because     string
		says        string
	}{
		"object":    {"it is no hook", nil, v1alpha1.ReasonHoldsNothing, "hook-delete-policy: BeforeHookCreation"},
		"kept":      {"it stays from sync to sync", kept, v1alpha1.ReasonHoldsNothing, "no sync makes it anew"},
		"no-server": {"there is no Argo CD to ask", hook, v1alpha1.ReasonNotAskable, "--argocd-server"},
	} {
		t.Run(name, func(t *testing.T) {
			gate := &v1alpha1.ReleaseGate{ObjectMeta: metav1.ObjectMeta{
				Namespace: s.namespace, Name: name, Annotations: tc.annotations,
			}}
			if err := s.developer(t).Create(t.Context(), gate); err != nil {
				t.Fatal(err)
			}
			if got := gate.Spec.OpenedBy.Username; got != alice {
				t.Errorf("it is in the name of %q, want %s", got, alice)
			}
			eventually(t, func(ctx context.Context) string {
				if err := s.developer(t).Get(ctx, client.ObjectKeyFromObject(gate), gate); err != nil {
					return err.Error()
				}
				stalled := meta.FindStatusCondition(gate.Status.Conditions, v1alpha1.ConditionStalled)
				if stalled == nil || stalled.Reason != tc.because || !strings.Contains(stalled.Message, tc.says) ||
					!meta.IsStatusConditionFalse(gate.Status.Conditions, v1alpha1.ConditionReady) {
					return tc.reason
				}
				return ""
			})
		})
	}
}
