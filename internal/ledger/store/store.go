// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the ledgers of images in ConfigMaps, one in each namespace of an environment. What belongs on one
// is decided in package ledger.
//
// Several write it: the gate adds what it lets in before it does, in every replica, and the controller does the rest.
// Each writes only what it has read, so that nothing that another one added is lost.
package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// maxConflicts is how often to try to write what somebody else writes too.
const maxConflicts = 5

var errConflicts = errors.New("the ledger of images was changed again and again at the same moment; try again")

// Store reads and writes ledgers.
type Store struct {
	// Client reads them from a cache that is limited by Watched.
	Client client.Client
	// Live reads past it.
	Live client.Reader
	// Kinds are those of what runs.
	Kinds []Kind
}

// Watched limits a cache to the ledgers.
func Watched() cache.Config {
	return cache.Config{FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, v1alpha1.LedgerName)}
}

// Key of the ledger of a namespace.
func Key(namespace string) client.ObjectKey {
	return client.ObjectKey{Namespace: namespace, Name: v1alpha1.LedgerName}
}

// Seeded tells whether the ledger has everything that ran before anybody kept it.
func Seeded(stored *corev1.ConfigMap) bool {
	return stored.Annotations[v1alpha1.LedgerSeededAnnotation] != ""
}

// Add has the images on the ledger of the namespace before it returns. Where they are already it writes nothing. The
// mode is that of a ledger that is not there yet.
func (s Store) Add(ctx context.Context, namespace string, mode v1alpha1.LedgerMode, images []string) error {
	var reader client.Reader = s.Client
	for range maxConflicts {
		stored, err := read(ctx, reader, namespace)
		if err != nil {
			return err
		}
		if stored != nil && lists(stored, images) {
			return nil
		}
		err = s.add(ctx, stored, namespace, mode, images)
		if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) && !apierrors.IsNotFound(err) {
			return err
		}
		reader = s.Live
	}
	return errConflicts
}

func (s Store) add(
	ctx context.Context, stored *corev1.ConfigMap, namespace string, mode v1alpha1.LedgerMode, images []string,
) error {
	e := ledger.Evidence{Entered: images}
	if stored != nil {
		mode = v1alpha1.LedgerMode(stored.Labels[v1alpha1.LedgerLabel])
		e.Listed = ledger.Images(stored.Data)
		e.Live = e.Listed // the controller knows what can go
	}
	next := ledger.Next(e)
	next.LeftOut = max(next.LeftOut, LeftOut(stored))
	return s.Write(ctx, stored, namespace, mode, next)
}

// Write the ledger over what is stored; nil for nothing. Where nothing differs nothing is written.
func (s Store) Write(
	ctx context.Context, stored *corev1.ConfigMap, namespace string, mode v1alpha1.LedgerMode, next ledger.Ledger,
) error {
	return s.write(ctx, stored, render(stored, namespace, mode, next))
}

// WriteSeeded does the same, and says on the ledger that it has everything that ran before.
func (s Store) WriteSeeded(
	ctx context.Context, stored *corev1.ConfigMap, namespace string, mode v1alpha1.LedgerMode, next ledger.Ledger,
	now time.Time,
) error {
	wanted := render(stored, namespace, mode, next)
	wanted.Annotations[v1alpha1.LedgerSeededAnnotation] = now.UTC().Format(time.RFC3339)
	return s.write(ctx, stored, wanted)
}

func (s Store) write(ctx context.Context, stored, wanted *corev1.ConfigMap) error {
	if stored == nil {
		err := s.Client.Create(ctx, wanted)
		if apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
			return nil // nothing runs there any more
		}
		if err != nil {
			return fmt.Errorf("make the ledger of images of namespace %s: %w", wanted.Namespace, err)
		}
		return nil
	}
	if same(stored, wanted) {
		return nil
	}
	if err := s.Client.Update(ctx, wanted); err != nil {
		return fmt.Errorf("write the ledger of images of namespace %s: %w", wanted.Namespace, err)
	}
	return nil
}

// Read the ledger of a namespace as the cache has it; nil where there is none.
func (s Store) Read(ctx context.Context, namespace string) (*corev1.ConfigMap, error) {
	return read(ctx, s.Client, namespace)
}

// ReadLive reads it as it is.
func (s Store) ReadLive(ctx context.Context, namespace string) (*corev1.ConfigMap, error) {
	return read(ctx, s.Live, namespace)
}

func read(ctx context.Context, reader client.Reader, namespace string) (*corev1.ConfigMap, error) {
	stored := &corev1.ConfigMap{}
	err := reader.Get(ctx, Key(namespace), stored)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the ledger of images of namespace %s: %w", namespace, err)
	}
	return stored, nil
}

// lists tells whether all images are on the ledger that it can hold.
func lists(stored *corev1.ConfigMap, images []string) bool {
	return !slices.ContainsFunc(images, func(image string) bool {
		return ledger.Listable(image) && !ledger.Lists(stored.Data, image)
	})
}
