// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"net"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

const (
	lifetime = 30 * time.Hour
	settle   = time.Hour
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func testOptions() Options {
	return Options{
		Namespace: "countersign-system", Secret: "countersign-webhook-cert",
		DNSNames:        []string{"countersign-webhook-service.countersign-system.svc"},
		IPs:             []net.IP{net.IPv4(127, 0, 0, 1)},
		MutatingWebhook: "countersign-stamp", ValidatingWebhooks: []string{"countersign-gate"},
		Lifetime: lifetime, Settle: settle,
	}
}

// installed are webhook configurations as they are installed, without a caBundle.
func installed() []client.Object {
	return []client.Object{
		&admissionregistrationv1.MutatingWebhookConfiguration{
			ObjectMeta: metav1.ObjectMeta{Name: "countersign-stamp", UID: "stamp"},
			Webhooks:   []admissionregistrationv1.MutatingWebhook{{Name: "stamp.countersign.dev"}},
		},
		&admissionregistrationv1.ValidatingWebhookConfiguration{
			ObjectMeta: metav1.ObjectMeta{Name: "countersign-gate", UID: "gate"},
			Webhooks: []admissionregistrationv1.ValidatingWebhook{
				{Name: "workloads.countersign.dev"}, {Name: "pods.countersign.dev"},
			},
		},
	}
}

// installation is an operator of one replica, and the objects that it keeps.
type installation struct {
	t       *testing.T
	client  client.Client
	clock   *testclock.FakePassiveClock
	serving *Serving
	rotator *rotator
	gaps    *recorded
}

// recorded are the gaps that were written down.
type recorded struct{ begun, ended []string }

func (r *recorded) Changed(configuration client.Object, what ...string) error {
	r.begun = append(r.begun, configuration.GetName()+": "+strings.Join(what, ", "))
	return nil
}

func (r *recorded) Restored(configuration client.Object) error {
	if len(r.begun) > len(r.ended) {
		r.ended = append(r.ended, configuration.GetName())
	}
	return nil
}

func install(t *testing.T, objects ...client.Object) *installation {
	t.Helper()
	i := &installation{
		t: t, clock: testclock.NewFakePassiveClock(start),
		client: fake.NewClientBuilder().WithObjects(objects...).Build(), gaps: &recorded{},
	}
	i.restart()
	return i
}

// restart makes the operator forget all that it kept in memory.
func (i *installation) restart() {
	i.t.Helper()
	options := testOptions()
	options.Clock = i.clock
	serving, err := New(options)
	if err != nil {
		i.t.Fatal(err)
	}
	serving.cache = i.client
	i.serving = serving
	i.rotator = &rotator{serving: serving, live: i.client, writer: i.client, gaps: i.gaps}
}

// reconcile has the leader look once, and the replica load what it wrote.
func (i *installation) reconcile() {
	i.t.Helper()
	if _, err := i.rotator.Reconcile(i.t.Context(), i.serving.request()); err != nil {
		i.t.Fatal(err)
	}
	i.load()
}

func (i *installation) load() {
	i.t.Helper()
	if _, err := (loader{serving: i.serving}).Reconcile(i.t.Context(), i.serving.request()); err != nil {
		i.t.Fatal(err)
	}
}

// pass lets time pass, in which the leader looks as often as it does.
func (i *installation) pass(d time.Duration) {
	i.t.Helper()
	for end := i.clock.Now().Add(d); i.clock.Now().Before(end); i.reconcile() {
		i.clock.SetTime(i.clock.Now().Add(settle))
	}
}

func (i *installation) secret() *corev1.Secret {
	i.t.Helper()
	var secret corev1.Secret
	if err := i.client.Get(i.t.Context(), i.serving.options.secretKey(), &secret); err != nil {
		i.t.Fatal(err)
	}
	return &secret
}

func (i *installation) material() material {
	i.t.Helper()
	return parse(i.secret().Data)
}

// bundles are the caBundles of all webhooks.
func (i *installation) bundles() []string {
	i.t.Helper()
	configurations, err := i.rotator.readConfigurations(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	var bundles []string
	for _, configuration := range configurations {
		for _, config := range clientConfigs(configuration) {
			bundles = append(bundles, string(config.CABundle))
		}
	}
	return bundles
}

// setBundles gives all webhooks another caBundle.
func (i *installation) setBundles(bundle []byte) {
	i.t.Helper()
	configurations, err := i.rotator.readConfigurations(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	for _, configuration := range configurations {
		setBundle(configuration, bundle)
		if err := i.client.Update(i.t.Context(), configuration); err != nil {
			i.t.Fatal(err)
		}
	}
}
