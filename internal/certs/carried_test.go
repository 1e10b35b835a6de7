// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestGaps: what somebody else has API servers trust is on record, and what is rotated is not.
func TestGaps(t *testing.T) {
	changed := []string{
		"countersign-stamp: stamp.countersign.dev.caBundle",
		"countersign-gate: pods.countersign.dev.caBundle, workloads.countersign.dev.caBundle",
	}
	foreign := func(i *installation) []byte { return encode(i.t, freshMaterial(i.t))[bundleKey] }
	for name, tc := range map[string]struct {
		reason string
		happen func(*installation)
		want   []string
	}{
		"Installed": {"nobody was trusted yet", func(*installation) {}, nil},
		"Rotated":   {"the operator itself has it changed", func(i *installation) { i.pass(3 * lifetime) }, nil},
		"RotatedByMany": {"as one leader after the other", func(i *installation) {
			for range 30 {
				i.pass(lifetime / 10)
				i.restart()
			}
		}, nil},
		"Restarted": {"nothing happened", (*installation).restart, nil},
		"Emptied":   {"nobody is trusted", func(i *installation) { i.setBundles(nil) }, changed},
		"Garbage":   {"nor by this", func(i *installation) { i.setBundles([]byte("x")) }, changed},
		"Foreign":   {"somebody else is", func(i *installation) { i.setBundles(foreign(i)) }, changed},
		"ForeignToo": {"besides", func(i *installation) {
			i.setBundles(append(bytes.Clone(i.secret().Data[bundleKey]), foreign(i)...))
		}, changed},
		"ForeignWhileDown": {"before the leader came up", func(i *installation) {
			i.setBundles(foreign(i))
			i.restart()
		}, changed},
		"EmptiedWhileDown": {"nobody was trusted before the leader came up", func(i *installation) {
			i.setBundles(nil)
			i.restart()
		}, changed},
		"EmptiedBeforeLooked": {"an entry that the operator wrote with what it trusts has lost it", func(i *installation) {
			i.entries(func(gate *admissionregistrationv1.ValidatingWebhookConfiguration) {
				trusting := gate.Webhooks[0].ClientConfig
				gate.Webhooks = append(gate.Webhooks, admissionregistrationv1.ValidatingWebhook{
					Name: "late.countersign.dev", ClientConfig: trusting,
				})
				Note(gate)
				gate.Webhooks[2].ClientConfig.CABundle = nil
			})
		}, []string{"countersign-gate: late.countersign.dev.caBundle"}},
		"Added": {"it trusts nobody yet", func(i *installation) { i.entries(late) }, nil},
		"AddedWhileDown": {"as by an upgrade", func(i *installation) {
			i.entries(late)
			i.restart()
		}, nil},
		"Removed": {"what is not there trusts nobody", func(i *installation) {
			i.entries(func(gate *admissionregistrationv1.ValidatingWebhookConfiguration) { gate.Webhooks = gate.Webhooks[:1] })
			i.restart()
			i.reconcile()
			i.entries(late)
		}, nil},
		"InstalledAnew": {"as it was first", func(i *installation) {
			i.anew()
			i.restart()
		}, nil},
		"NotNoted": {"an older operator noted nothing", func(i *installation) {
			i.entries(func(gate *admissionregistrationv1.ValidatingWebhookConfiguration) { gate.Annotations = nil })
			i.restart()
			i.reconcile()
			i.entries(late)
		}, nil},
		"ExpiredWhileDown": {"that was the operator's, and is of no use to anybody", func(i *installation) {
			i.clock.SetTime(start.Add(10 * lifetime))
			i.restart()
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			i := install(t, installed()...)
			i.reconcile()
			tc.happen(i)
			i.reconcile()
			if diff := cmp.Diff(tc.want, i.gaps.begun); diff != "" {
				t.Errorf("%s: -want, +on record:\n%s", tc.reason, diff)
			}
			if len(i.gaps.ended) != len(i.gaps.begun) {
				t.Errorf("%s: begun %v, ended %v", tc.reason, i.gaps.begun, i.gaps.ended)
			}
		})
	}
}

// entries changes those of the gate.
func (i *installation) entries(change func(*admissionregistrationv1.ValidatingWebhookConfiguration)) {
	i.t.Helper()
	gate := &admissionregistrationv1.ValidatingWebhookConfiguration{}
	if err := i.client.Get(i.t.Context(), client.ObjectKey{Name: "countersign-gate"}, gate); err != nil {
		i.t.Fatal(err)
	}
	change(gate)
	if err := i.client.Update(i.t.Context(), gate); err != nil {
		i.t.Fatal(err)
	}
}

// late has the gate ask about something more, as an installer does.
func late(gate *admissionregistrationv1.ValidatingWebhookConfiguration) {
	gate.Webhooks = append(gate.Webhooks, admissionregistrationv1.ValidatingWebhook{Name: "late.countersign.dev"})
}

// anew has all configurations deleted and installed once more.
func (i *installation) anew() {
	i.t.Helper()
	for _, configuration := range installed() {
		if err := i.client.Delete(i.t.Context(), configuration); err != nil {
			i.t.Fatal(err)
		}
		configuration.SetUID(configuration.GetUID() + "-anew")
		if err := i.client.Create(i.t.Context(), configuration); err != nil {
			i.t.Fatal(err)
		}
	}
}
