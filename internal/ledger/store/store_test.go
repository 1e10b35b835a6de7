// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// behind is a client whose cache shows an older ledger than there is, and that counts what is written.
type behind struct {
	client.Client
	shown  *corev1.ConfigMap
	writes int
}

func (b *behind) Get(ctx context.Context, key client.ObjectKey, into client.Object, opts ...client.GetOption) error {
	if stored, ok := into.(*corev1.ConfigMap); ok && b.shown != nil {
		b.shown.DeepCopyInto(stored)
		return nil
	}
	return b.Client.Get(ctx, key, into, opts...)
}

func storeOf(t *testing.T, images ...string) (Store, *behind) {
	t.Helper()
	cached := &behind{}
	cached.Client = fake.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, opts ...client.UpdateOption) error {
			cached.writes++
			return c.Update(ctx, object, opts...)
		},
	}).Build()
	s := Store{Client: cached, Live: cached.Client}
	if err := s.Add(t.Context(), "shop", v1alpha1.LedgerDeny, images); err != nil {
		t.Fatal(err)
	}
	return s, cached
}

func stored(t *testing.T, s Store) *corev1.ConfigMap {
	t.Helper()
	found, err := s.ReadLive(t.Context(), "shop")
	if err != nil || found == nil {
		t.Fatalf("the ledger: %v, %v", found, err)
	}
	return found
}

// TestAdd: what was added before stays, whoever added it, and what is listed is not written again.
func TestAdd(t *testing.T) {
	s, cached := storeOf(t, "a")
	cached.shown = stored(t, s)
	for _, images := range [][]string{{"b"}, {"c"}, {"a"}} {
		if err := s.Add(t.Context(), "shop", v1alpha1.LedgerWarn, images); err != nil {
			t.Fatal(err)
		}
	}
	found := stored(t, s)
	if diff := cmp.Diff([]string{"a", "b", "c"}, ledger.Images(found.Data)); diff != "" {
		t.Errorf("with a cache that is behind: -want, +got:\n%s", diff)
	}
	if mode := found.Labels[v1alpha1.LedgerLabel]; mode != "Deny" {
		t.Errorf("the mode is the controller's to change, got %s", mode)
	}
	if cached.writes != 3 { // b, c in vain, c
		t.Errorf("%d writes", cached.writes)
	}
}

// TestAddWhatCannotBeListed: it is said that something is missing, and not tried for ever.
func TestAddWhatCannotBeListed(t *testing.T) {
	s, cached := storeOf(t)
	if err := s.Add(t.Context(), "shop", v1alpha1.LedgerDeny, []string{"a\nb", "c"}); err != nil {
		t.Fatal(err)
	}
	writes := cached.writes
	err := s.Add(t.Context(), "shop", v1alpha1.LedgerDeny, []string{"a\nb", "c"})
	if err != nil || cached.writes != writes {
		t.Errorf("written again: %v", err)
	}
	if found := stored(t, s); LeftOut(found) != 1 || !slices.Equal(ledger.Images(found.Data), []string{"c"}) {
		t.Errorf("stored: %+v", found)
	}
}

// TestAddConflicts: a writer that never gets through says so.
func TestAddConflicts(t *testing.T) {
	s, cached := storeOf(t, "a")
	cached.shown = stored(t, s)
	if err := s.Add(t.Context(), "shop", v1alpha1.LedgerDeny, []string{"b"}); err != nil {
		t.Fatal(err)
	}
	s.Live = cached // always behind
	if err := s.Add(t.Context(), "shop", v1alpha1.LedgerDeny, []string{"c"}); !errors.Is(err, errConflicts) {
		t.Errorf("want it to give up, got %v", err)
	}
}

// TestLeftOut reads what is stored; what is no number still says that something is missing.
func TestLeftOut(t *testing.T) {
	for text, want := range map[string]int{"": 0, "3": 3, "some": 1} {
		of := &corev1.ConfigMap{}
		of.Annotations = map[string]string{v1alpha1.LedgerLeftOutAnnotation: text}
		if got := LeftOut(of); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if LeftOut(nil) != 0 {
		t.Error("what is not there lacks nothing")
	}
}
