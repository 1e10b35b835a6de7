// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func TestInjects(t *testing.T) {
	cases := map[string]struct {
		reason string
		happen func(*installation)
	}{
		"Installed": {reason: "a configuration is installed without a caBundle", happen: func(*installation) {}},
		"Emptied":   {reason: "somebody empties the caBundle", happen: func(i *installation) { i.setBundles(nil) }},
		"Foreign": {
			reason: "somebody has API servers trust a foreign authority",
			happen: func(i *installation) { i.setBundles(encode(i.t, freshMaterial(i.t))[bundleKey]) },
		},
		"ForeignAdded": {
			reason: "somebody has API servers trust a foreign authority too",
			happen: func(i *installation) {
				own := i.secret().Data[bundleKey]
				i.setBundles(append(bytes.Clone(own), encode(i.t, freshMaterial(i.t))[bundleKey]...))
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			i := install(t, installed()...)
			i.reconcile()
			tc.happen(i)
			i.reconcile()
			want := string(i.secret().Data[bundleKey])
			for webhook, bundle := range i.bundles() {
				if bundle != want {
					t.Errorf("%s: webhook %d has another caBundle than the Secret", tc.reason, webhook)
				}
			}
		})
	}
}

func TestQuietWhileNothingIsDue(t *testing.T) {
	i := install(t, installed()...)
	i.pass(lifetime / 3)
	before := i.secret().ResourceVersion
	i.rotator.writer = interceptor.NewClient(i.client.(client.WithWatch), interceptor.Funcs{
		Update: func(context.Context, client.WithWatch, client.Object, ...client.UpdateOption) error {
			return errors.New("nothing is to be written")
		},
	})
	i.pass(lifetime / 5)
	if after := i.secret().ResourceVersion; after != before {
		t.Error("the Secret was written although nothing was due")
	}
}

func TestDeletedSecret(t *testing.T) {
	i := install(t, installed()...)
	i.reconcile()
	before := i.material()
	if err := i.client.Delete(t.Context(), i.secret()); err != nil {
		t.Fatal(err)
	}
	i.reconcile()
	carried := i.material()
	if carried.authority.Leaf.Equal(before.authority.Leaf) || !carried.serving.Leaf.Equal(before.serving.Leaf) {
		t.Error("want a new authority, and what was served before until that has settled")
	}
	i.pass(2 * settle)
	if after := i.material(); !signed(after.authority.Leaf, after.serving) {
		t.Error("the new authority has settled and does not sign")
	}
}

func TestDeletedSecretAfterRestart(t *testing.T) {
	i := install(t, installed()...)
	i.reconcile()
	if err := i.client.Delete(t.Context(), i.secret()); err != nil {
		t.Fatal(err)
	}
	i.restart()
	i.reconcile()
	if m := i.material(); !signed(m.authority.Leaf, m.serving) || len(m.trusted) != 1 {
		t.Error("want one new authority, which signs at once, since nothing else can be served")
	}
}

func TestWritersDoNotOverwriteEachOther(t *testing.T) {
	i := install(t, installed()...)
	i.reconcile()
	stale := i.secret()
	i.pass(lifetime)
	if err := i.rotator.writeSecret(t.Context(), stale, freshMaterial(t)); err == nil {
		t.Error("a Secret that another leader has written since is overwritten")
	}
}

func TestOneConfigurationFailing(t *testing.T) {
	i := install(t, installed()...)
	i.rotator.writer = interceptor.NewClient(i.client.(client.WithWatch), interceptor.Funcs{
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, options ...client.UpdateOption) error {
			if object.GetName() == "countersign-stamp" {
				return errors.New("refused")
			}
			return c.Update(ctx, object, options...)
		},
	})
	_, err := i.rotator.Reconcile(t.Context(), i.serving.request())
	if err == nil || !strings.Contains(err.Error(), "countersign-stamp") {
		t.Errorf("got error %v, want one that names countersign-stamp", err)
	}
	if bundles := i.bundles(); bundles[0] != "" || bundles[1] == "" {
		t.Error("a configuration that cannot be written keeps another from its caBundle")
	}
}

func TestLogsKeepSecrets(t *testing.T) {
	i := install(t, installed()...)
	var lines []string
	ctx := logf.IntoContext(t.Context(), funcr.New(func(prefix, args string) {
		lines = append(lines, prefix+args)
	}, funcr.Options{Verbosity: 10}))
	for range 100 {
		i.clock.SetTime(i.clock.Now().Add(lifetime / 10))
		for _, r := range []reconcile.Reconciler{i.rotator, loader{serving: i.serving}} {
			if _, err := r.Reconcile(ctx, i.serving.request()); err != nil {
				t.Fatal(err)
			}
		}
	}
	logged := strings.Join(lines, "\n")
	if !strings.Contains(logged, "Wrote certificates") {
		t.Error("a rotation is not logged")
	}
	for _, secret := range []string{"BEGIN", "PRIVATE", "MII"} {
		if strings.Contains(logged, secret) {
			t.Errorf("the log contains %q", secret)
		}
	}
}
