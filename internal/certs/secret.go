// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// readSecret reads the Secret. Where there is none it is an empty one, without a resourceVersion.
func (r *rotator) readSecret(ctx context.Context) (*corev1.Secret, error) {
	key := r.serving.options.secretKey()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
		Type:       corev1.SecretTypeTLS,
	}
	if err := r.live.Get(ctx, key, secret); client.IgnoreNotFound(err) != nil {
		return nil, fmt.Errorf("read certificates: %w", err)
	}
	return secret, nil
}

// writeSecret makes the Secret keep material, unless somebody else has written it since it was read.
func (r *rotator) writeSecret(ctx context.Context, secret *corev1.Secret, m material) error {
	data, err := m.encode()
	if err != nil || maps.EqualFunc(secret.Data, data, bytes.Equal) {
		return err
	}
	secret.Data = data
	if err := r.createOrUpdate(ctx, secret); err != nil {
		return fmt.Errorf("write certificates: %w", err)
	}
	logf.FromContext(ctx).Info("Wrote certificates",
		"authorityExpires", m.authority.Leaf.NotAfter, "servingExpires", m.serving.Leaf.NotAfter)
	return nil
}

func (r *rotator) createOrUpdate(ctx context.Context, secret *corev1.Secret) error {
	if secret.ResourceVersion == "" {
		return r.writer.Create(ctx, secret, FieldOwner)
	}
	return r.writer.Update(ctx, secret, FieldOwner)
}
