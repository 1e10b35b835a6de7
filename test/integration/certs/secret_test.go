// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"context"
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestSecret loses and damages the Secret. A new authority takes over, and calls go on.
func TestSecret(t *testing.T) {
	cases := map[string]struct {
		reason string
		happen func(context.Context, client.Client, *corev1.Secret) error
	}{
		"Deleted": {
			reason: "a deleted Secret is made anew",
			happen: func(ctx context.Context, c client.Client, secret *corev1.Secret) error { return c.Delete(ctx, secret) },
		},
		"Emptied": {
			reason: "an empty Secret is made anew",
			happen: func(ctx context.Context, c client.Client, secret *corev1.Secret) error {
				secret.Data = map[string][]byte{corev1.TLSCertKey: nil, corev1.TLSPrivateKeyKey: nil}
				return c.Update(ctx, secret)
			},
		},
		"AuthorityKeyDamaged": {
			reason: "an authority that cannot sign is replaced",
			happen: func(ctx context.Context, c client.Client, secret *corev1.Secret) error {
				secret.Data["ca.key"] = secret.Data[corev1.TLSPrivateKeyKey]
				return c.Update(ctx, secret)
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			i := startInstallation(t, long)
			i.whileCalling(t, func() {
				secret := &corev1.Secret{}
				if err := i.client.Get(t.Context(), secretKey, secret); err != nil {
					t.Fatal(err)
				}
				if err := tc.happen(t.Context(), i.client, secret); err != nil {
					t.Fatal(err)
				}
				i.await(t, tc.reason, i.anotherAuthority)
			})
			i.await(t, "replicas are healthy", i.healthy)
		})
	}
}

// anotherAuthority checks that both webhooks have been called with certificates of two authorities.
func (i *installation) anotherAuthority(context.Context) error {
	for _, r := range i.replicas[1:] {
		if _, _, authorities := r.served(); authorities < 2 {
			return fmt.Errorf("%d authorities have been served", authorities)
		}
	}
	return nil
}
