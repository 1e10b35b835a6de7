// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func TestNewRefusesShortLifetime(t *testing.T) {
	options := testOptions()
	options.Settle = options.Lifetime / 5
	if _, err := New(options); err == nil {
		t.Error("a lifetime in which no authority can settle is accepted")
	}
}

func TestHandshakeBeforeIssue(t *testing.T) {
	i := install(t)
	var config tls.Config
	i.serving.ConfigureTLS(&config)
	if _, err := config.GetCertificate(nil); !errors.Is(err, errNotIssued) {
		t.Errorf("got error %v, want %v", err, errNotIssued)
	}
}

func TestHandshakeServesCurrent(t *testing.T) {
	i := install(t, installed()...)
	var config tls.Config
	i.serving.ConfigureTLS(&config)
	for range 2 {
		i.pass(lifetime)
		served, err := config.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		if !served.Leaf.Equal(i.material().serving.Leaf) {
			t.Error("another certificate is served than the Secret keeps")
		}
	}
}

func TestDamagedSecretStaysOut(t *testing.T) {
	i := install(t, installed()...)
	i.reconcile()
	before := i.serving.current().serving
	secret := i.secret()
	secret.Data[servingKeyKey] = encode(t, freshMaterial(t))[servingKeyKey]
	if err := i.client.Update(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	i.load()
	if after := i.serving.current().serving; after != before {
		t.Error("the last good certificate is not kept")
	}
}

func TestReplicaForgetsAuthorityKey(t *testing.T) {
	i := install(t, installed()...)
	i.reconcile()
	if i.serving.current().authority != nil {
		t.Error("a replica keeps the key of the authority, which it does not need")
	}
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		reason string
		happen func(*installation)
		want   string
	}{
		"Healthy": {
			reason: "all webhooks trust what is served", happen: func(*installation) {},
		},
		"NotIssued": {
			reason: "nothing is served", happen: (*installation).restart, want: "no serving certificate",
		},
		"EmptyBundle": {
			reason: "API servers trust nobody", happen: func(i *installation) { i.setBundles(nil) },
			want: "countersign-stamp: the caBundle holds no certificate",
		},
		"ForeignBundle": {
			reason: "API servers trust somebody else",
			happen: func(i *installation) { i.setBundles(encode(i.t, freshMaterial(i.t))[bundleKey]) },
			want:   "countersign-stamp: verify serving certificate",
		},
		"OneWebhook": {
			reason: "one of two webhooks of a configuration is not trusted",
			happen: func(i *installation) {
				var gate admissionregistrationv1.ValidatingWebhookConfiguration
				if err := i.client.Get(i.t.Context(), client.ObjectKey{Name: "countersign-gate"}, &gate); err != nil {
					i.t.Fatal(err)
				}
				gate.Webhooks[1].ClientConfig.CABundle = nil
				if err := i.client.Update(i.t.Context(), &gate); err != nil {
					i.t.Fatal(err)
				}
			},
			want: "countersign-gate: the caBundle holds no certificate",
		},
		"ConfigurationGone": {
			reason: "no calls arrive",
			happen: func(i *installation) {
				if err := i.client.Delete(i.t.Context(), installed()[1]); err != nil {
					i.t.Fatal(err)
				}
			},
			want: "countersign-gate",
		},
		"Expired": {
			reason: "the leader is gone for longer than a certificate lives",
			happen: func(i *installation) { i.clock.SetTime(start.Add(lifetime + time.Second)) },
			want:   "expired",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			i := install(t, installed()...)
			i.reconcile()
			tc.happen(i)
			err := i.serving.Check((&http.Request{}).WithContext(t.Context()))
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s: got error %v, want %q", tc.reason, err, tc.want)
			}
		})
	}
}
