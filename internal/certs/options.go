// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"fmt"
	"net"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	defaultLifetime = 30 * 24 * time.Hour
	defaultSettle   = time.Minute

	// settlesPerLifetime leaves time, in the last third of a lifetime, for a new authority to settle and sign.
	settlesPerLifetime = 10
)

// Options say whose certificates they are and where they are kept.
type Options struct {
	// Namespace and Secret name the Secret that keeps the certificates.
	Namespace, Secret string
	// DNSNames and IPs are what API servers call the webhook server by.
	DNSNames []string
	IPs      []net.IP
	// MutatingWebhook and ValidatingWebhooks name the configurations whose webhooks the server answers.
	MutatingWebhook    string
	ValidatingWebhooks []string
	// Labels are on these configurations, and on no others that the cache should hold.
	Labels map[string]string
	// Lifetime of a serving certificate, 30 days unless set. It is replaced when a third of its life is left.
	Lifetime time.Duration
	// Settle is how long every API server surely needs to notice a changed caBundle, a minute unless set. The leader
	// looks at everything anew as often.
	Settle time.Duration
	// Clock is the real one unless set.
	Clock clock.PassiveClock
}

func (o Options) complete() (Options, error) {
	if o.Lifetime == 0 {
		o.Lifetime = defaultLifetime
	}
	if o.Settle == 0 {
		o.Settle = defaultSettle
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Lifetime < settlesPerLifetime*o.Settle {
		return o, fmt.Errorf("a lifetime of %s is too short: API servers may need %s to trust a new authority, and it "+
			"must be at least %d times as long", o.Lifetime, o.Settle, settlesPerLifetime)
	}
	return o, nil
}

func (o Options) secretKey() client.ObjectKey {
	return client.ObjectKey{Namespace: o.Namespace, Name: o.Secret}
}

// hosts are all names that a certificate must be good for.
func (o Options) hosts() []string {
	hosts := append([]string(nil), o.DNSNames...)
	for _, ip := range o.IPs {
		hosts = append(hosts, ip.String())
	}
	return hosts
}

// configurations are the webhook configurations, with nothing but their names.
func (o Options) configurations() []client.Object {
	all := make([]client.Object, 0, 1+len(o.ValidatingWebhooks))
	all = append(all, &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: o.MutatingWebhook},
	})
	for _, name := range o.ValidatingWebhooks {
		all = append(all, &admissionregistrationv1.ValidatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return all
}
