// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package configuration

import (
	"context"
	"crypto/rand"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// KeySecret in the operator's namespace holds the key under which Secrets are sealed. Without it nothing that refers
	// to a Secret can be compared with what was asked for; where it is lost, a new one is made, and such changes are to be
	// asked for again.
	KeySecret = "countersign-configuration-key"
	keyField  = "key"
	// keyBytes is the length of a key: that of the hash, as RFC 2104, section 3, advises.
	keyBytes = 32
)

// key reads the key, live: another replica may have made it.
func (r Reader) key(ctx context.Context) ([]byte, error) {
	var secret corev1.Secret
	if err := r.Live.Get(ctx, client.ObjectKey{Namespace: r.Namespace, Name: KeySecret}, &secret); err != nil {
		return nil, fmt.Errorf("read the key that Secrets are sealed with: %w", err)
	}
	key := secret.Data[keyField]
	if len(key) < keyBytes {
		return nil, fmt.Errorf("no key of %d bytes is at %s in Secret %s/%s; delete it and restart, and a new one is made",
			keyBytes, keyField, r.Namespace, KeySecret)
	}
	return key, nil
}

// EnsureKey makes the key where there is none.
func (r Reader) EnsureKey(ctx context.Context, writer client.Writer) error {
	var secret corev1.Secret
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: r.Namespace, Name: KeySecret}, &secret)
	if !apierrors.IsNotFound(err) {
		return err
	}
	key := make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	err = writer.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: r.Namespace, Name: KeySecret, Labels: map[string]string{"app.kubernetes.io/name": "countersign"},
		},
		Immutable: new(true),
		Data:      map[string][]byte{keyField: key},
	})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
