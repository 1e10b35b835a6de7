// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

// TestBundle has API servers trust nobody, or somebody else. That fails calls, is put right at once, and is on record.
func TestBundle(t *testing.T) {
	for name, bundle := range map[string][]byte{"Emptied": nil, "Foreign": foreignAuthority(t)} {
		t.Run(name, func(t *testing.T) {
			i := startInstallation(t, long)
			i.setBundle(t, bundle)
			changed := time.Now()
			i.await(t, "every caBundle is restored", i.restored)
			i.await(t, "webhooks answer", i.answered)
			t.Logf("restored after %s", time.Since(changed))
			i.await(t, "replicas are healthy", i.healthy)
			want := []string{"gate.countersign.dev.caBundle", "stamp.countersign.dev.caBundle"}
			if diff := cmp.Diff(want, i.changed()); diff != "" {
				t.Errorf("changed by somebody else: -want, +on record:\n%s", diff)
			}
		})
	}
}

func foreignAuthority(t *testing.T) []byte {
	t.Helper()
	authority, err := pki.NewAuthority("somebody else")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.Pair()
	if err != nil {
		t.Fatal(err)
	}
	return pair.Cert
}

// setBundle changes the caBundle of both webhooks.
func (i *installation) setBundle(t *testing.T, bundle []byte) {
	t.Helper()
	mutating, validating, err := i.configurations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mutating.Webhooks[0].ClientConfig.CABundle = bundle
	validating.Webhooks[0].ClientConfig.CABundle = bundle
	for _, changed := range []client.Object{mutating, validating} {
		if err := i.client.Update(t.Context(), changed); err != nil {
			t.Fatal(err)
		}
	}
}

// restored checks that both webhooks have the caBundle that the Secret keeps.
func (i *installation) restored(ctx context.Context) error {
	var secret corev1.Secret
	if err := i.client.Get(ctx, secretKey, &secret); err != nil {
		return err
	}
	mutating, validating, err := i.configurations(ctx)
	if err != nil {
		return err
	}
	for _, bundle := range [][]byte{
		mutating.Webhooks[0].ClientConfig.CABundle, validating.Webhooks[0].ClientConfig.CABundle,
	} {
		if !bytes.Equal(bundle, secret.Data["ca.crt"]) {
			return fmt.Errorf("a caBundle of %d bytes is another than the Secret's", len(bundle))
		}
	}
	return nil
}

func (i *installation) configurations(ctx context.Context) (
	mutating *admissionregistrationv1.MutatingWebhookConfiguration,
	validating *admissionregistrationv1.ValidatingWebhookConfiguration, err error,
) {
	mutating = &admissionregistrationv1.MutatingWebhookConfiguration{}
	if err := i.client.Get(ctx, client.ObjectKey{Name: stamp}, mutating); err != nil {
		return nil, nil, err
	}
	validating = &admissionregistrationv1.ValidatingWebhookConfiguration{}
	return mutating, validating, i.client.Get(ctx, client.ObjectKey{Name: gate}, validating)
}
