// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package configuration_test

import (
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/internal/configuration"
)

// made by EnsureKey.
func made(t *testing.T) *corev1.Secret {
	t.Helper()
	c := fake.NewClientBuilder().Build()
	if err := (configuration.Reader{Live: c, Namespace: ours}).EnsureKey(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var stored corev1.Secret
	if err := c.Get(t.Context(), client.ObjectKey{Namespace: ours, Name: configuration.KeySecret}, &stored); err != nil {
		t.Fatal(err)
	}
	return &stored
}

// TestEnsureKey : where there is none a key is made, of 32 random bytes, that nobody changes.
func TestEnsureKey(t *testing.T) {
	first, second := made(t), made(t)
	if got := len(first.Data["key"]); got != 32 {
		t.Errorf("the key has %d bytes", got)
	}
	if string(first.Data["key"]) == string(second.Data["key"]) || string(first.Data["key"]) == string(make([]byte, 32)) {
		t.Error("the key is no secret")
	}
	if first.Immutable == nil || !*first.Immutable {
		t.Error("the key can be changed, and what was sealed under it could not be compared any more")
	}
	if first.Labels["app.kubernetes.io/name"] != "countersign" {
		t.Errorf("nothing says whose it is: %v", first.Labels)
	}
	r := reading(never, first, secret("web", "xyz"))
	if digest(t, r, secrets) == "" {
		t.Error("nothing can be sealed with it")
	}
}

// TestKeepsKey : one that is there stays, whatever it is; and so does that of another replica, made in the same moment.
func TestKeepsKey(t *testing.T) {
	writing := func(err error) client.Client {
		create := func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error { return err }
		return fake.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{Create: create}).Build()
	}
	taken := apierrors.NewAlreadyExists(schema.GroupResource{Resource: "secrets"}, configuration.KeySecret)
	forbidden := errors.New("it may not")
	for name, test := range map[string]struct {
		reason string
		reader configuration.Reader
		create error
		want   error
	}{
		"There":  {"nothing is written", reading(never, key(oneKey)), forbidden, nil},
		"Short":  {"who restarts it deletes it first", reading(never, key("x")), forbidden, nil},
		"Race":   {"another replica was faster", reading(never), taken, nil},
		"MayNot": {"the operator starts with a key or not at all", reading(never), forbidden, forbidden},
		"Unreadable": {"nobody knows whether there is one", reading(broken(configuration.KeySecret)), nil,
			errors.New("unread")},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.reader.EnsureKey(t.Context(), writing(test.create))
			if (err != nil) != (test.want != nil) {
				t.Errorf("%s: got %v, want %v", test.reason, err, test.want)
			}
		})
	}
}
