// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
)

type webhookConfiguration = admissionregistrationv1.ValidatingWebhookConfiguration

// gatesOf is a reconciler of entries, the configurations as they are installed, and what goes on record.
type gatesOf struct {
	t          *testing.T
	reconciler *GateReconciler
	trail      *bytes.Buffer
}

func newGates(t *testing.T, kept bool) gatesOf {
	t.Helper()
	installed := &webhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: installedGate}}
	installed.Webhooks = []admissionregistrationv1.ValidatingWebhook{{Name: workloadsEntry}}
	c := fake.NewClientBuilder().
		WithObjects(installed, &webhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: GatePolicies}}).Build()
	g := gatesOf{t: t, trail: &bytes.Buffer{}}
	g.reconciler = &GateReconciler{
		Client: c, Live: c, AuthoritiesKept: kept, Gaps: &GuardGaps{
			Client: c, Audit: audit.New(clock.RealClock{}, logr.Discard(), g.trail), Events: &events.FakeRecorder{},
			Clock: clock.RealClock{},
		},
	}
	return g
}

// write the entries of a policy that gates so much.
func (g gatesOf) write(types ...v1alpha1.GateType) {
	g.t.Helper()
	policy := v1alpha1.PromotionPolicy{}
	policy.Spec.Environment = "production"
	for _, gate := range types {
		policy.Spec.Gates = append(policy.Spec.Gates, v1alpha1.Gate{Type: gate})
	}
	if err := g.reconciler.configure(g.t.Context(), []v1alpha1.PromotionPolicy{policy}); err != nil {
		g.t.Fatal(err)
	}
}

// trusts has the entries of a configuration trust somebody, save those that trust somebody else than was.
func (g gatesOf) trusts(name, was, now string) {
	g.t.Helper()
	found := g.read(name)
	for i := range found.Webhooks {
		if config := &found.Webhooks[i].ClientConfig; string(config.CABundle) == was {
			config.CABundle = []byte(now)
		}
	}
	if err := g.reconciler.Client.Update(g.t.Context(), found); err != nil {
		g.t.Fatal(err)
	}
}

func (g gatesOf) read(name string) *webhookConfiguration {
	g.t.Helper()
	found := &webhookConfiguration{}
	if err := g.reconciler.Live.Get(g.t.Context(), client.ObjectKey{Name: name}, found); err != nil {
		g.t.Fatal(err)
	}
	return found
}

// TestAuthorities: whom entries trust that are there already is nothing that this reconciler changes behind the back of
// whoever keeps that; nor does it have others trust somebody because one does.
func TestAuthorities(t *testing.T) {
	const routing, rules = v1alpha1.GateRouting, v1alpha1.GateRules
	for name, test := range map[string]struct {
		reason string
		kept   bool
		happen func(gatesOf)
		// want is whom entries trust: those of gate Routing, and those of gate Rules.
		want   [2]string
		broken bool
	}{
		"New": {"an entry is called as the gate is", true, func(g gatesOf) {
			g.write(routing, rules)
		}, [2]string{"ca", "ca"}, false},
		"Taken": {"who keeps it puts it back, and has it on record", true, func(g gatesOf) {
			g.write(routing, rules)
			g.trusts(GatePolicies, "ca", "")
		}, [2]string{}, false},
		"TakenUnkept": {"nobody else would", false, func(g gatesOf) {
			g.write(routing, rules)
			g.trusts(GatePolicies, "ca", "")
		}, [2]string{"ca", "ca"}, true},
		"TakenWhileDownUnkept": {"it is known from what was noted", false, func(g gatesOf) {
			g.write(routing, rules)
			g.trusts(GatePolicies, "ca", "")
			g.reconciler.written = ""
		}, [2]string{"ca", "ca"}, true},
		"FirstUnkept": {"nobody has written it yet, as when all is installed", false, func(g gatesOf) {
			g.trusts(installedGate, "ca", "")
			g.write(routing, rules)
			g.trusts(installedGate, "", "ca")
		}, [2]string{"ca", "ca"}, false},
		"Foreign": {"who keeps it has not looked", true, func(g gatesOf) {
			g.write(routing)
			g.trusts(GatePolicies, "ca", "evil")
			g.write(routing, rules)
		}, [2]string{"evil", "ca"}, false},
		"Rotated": {"the gate trusts the next one already", true, func(g gatesOf) {
			g.write(routing)
			g.trusts(installedGate, "ca", "next")
		}, [2]string{"ca", "next"}, false},
		"RotatedUnkept": {"who keeps it writes one configuration after another", false, func(g gatesOf) {
			g.write(routing, rules)
			g.trusts(installedGate, "ca", "next")
		}, [2]string{"ca", "ca"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGates(t, test.kept)
			g.trusts(installedGate, "", "ca")
			test.happen(g)
			g.write(routing, rules)
			for _, entry := range g.read(GatePolicies).Webhooks {
				want := test.want[0]
				if strings.HasSuffix(entry.Name, ".rules.countersign.dev") {
					want = test.want[1]
				}
				if diff := cmp.Diff(want, string(entry.ClientConfig.CABundle)); diff != "" {
					t.Errorf("%s: %s trusts: -want, +got:\n%s", test.reason, entry.Name, diff)
				}
			}
			if broken := strings.Contains(g.trail.String(), "caBundle"); broken != test.broken {
				t.Errorf("%s: on record: %s", test.reason, g.trail)
			}
		})
	}
}
