// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package configuration_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	ours = "countersign-system"
	shop = "shop"
)

var (
	configMaps = workload.Reference{Kind: v1alpha1.ConfigurationConfigMap, Name: "web"}
	secrets    = workload.Reference{Kind: v1alpha1.ConfigurationSecret, Name: "web"}
)

// reading what there is; a get of something may fail.
func reading(fails func(name string) error, there ...client.Object) configuration.Reader {
	get := func(
		ctx context.Context, c client.WithWatch, key client.ObjectKey, into client.Object, options ...client.GetOption,
	) error {
		if err := fails(key.Name); err != nil {
			return err
		}
		return c.Get(ctx, key, into, options...)
	}
	live := fake.NewClientBuilder().WithObjects(there...).WithInterceptorFuncs(interceptor.Funcs{Get: get}).Build()
	return configuration.Reader{Live: live, Namespace: ours}
}

func never(string) error { return nil }

func broken(name string) func(string) error {
	return func(asked string) error {
		if asked == name {
			return errors.New("it is out of order")
		}
		return nil
	}
}

func key(text string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: ours, Name: configuration.KeySecret},
		Data:       map[string][]byte{"key": []byte(text)},
	}
}

func configMap(name, value string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: name}, Data: map[string]string{"run": value},
	}
}

func secret(name, value string) *corev1.Secret {
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: name}, Data: map[string][]byte{"password": []byte(value)},
	}
}

var (
	oneKey     = strings.Repeat("a", 32)
	anotherKey = strings.Repeat("b", 32)
)

// digest of what a reference holds.
func digest(t *testing.T, r configuration.Reader, of workload.Reference) v1alpha1.Digest {
	t.Helper()
	states, err := r.States(t.Context(), shop, []workload.Reference{of})
	if err != nil {
		t.Fatal(err)
	}
	return states[0].Digest
}

// TestStates : what the references hold, in their order; nothing of what is not there.
func TestStates(t *testing.T) {
	r := reading(never, key(oneKey), configMap("web", "good"), secret("web", "xyz"))
	missing := workload.Reference{Kind: v1alpha1.ConfigurationConfigMap, Name: "none", Optional: true}
	asked := []workload.Reference{missing, secrets, configMaps, missing}
	for i := range 20 { // more than are read at the same time
		asked = append(asked, workload.Reference{Kind: v1alpha1.ConfigurationSecret, Name: fmt.Sprint("none-", i)})
	}
	states, err := r.States(t.Context(), shop, asked)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]promotion.ConfigurationState, len(asked))
	for i, reference := range asked {
		want[i].Reference = reference
	}
	want[1].Digest, want[2].Digest = digest(t, r, secrets), digest(t, r, configMaps)
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if want[1].Digest == "" || want[2].Digest == "" || want[1].Digest == want[2].Digest {
		t.Errorf("what is there has digests of its own: %q, %q", want[1].Digest, want[2].Digest)
	}
}

// TestDigest : it tells contents apart, places, and the keys of Secrets; and it is what a change would be asked for by.
func TestDigest(t *testing.T) {
	base := digest(t, reading(never, key(oneKey), secret("web", "xyz")), secrets)
	for name, test := range map[string]struct {
		reason string
		reader configuration.Reader
		of     workload.Reference
		same   bool
	}{
		"Again": {
			"the same Secret under the same key",
			reading(never, key(oneKey), secret("web", "xyz")), secrets, true,
		},
		"Value": {"another password", reading(never, key(oneKey), secret("web", "abc")), secrets, false},
		"Key": {
			"a digest cannot be tried out without the key",
			reading(never, key(anotherKey), secret("web", "xyz")), secrets, false,
		},
		"OtherName":  {"one Secret is not another", reading(never, key(oneKey), secret("db", "xyz")), named("db"), false},
		"NotThere":   {"nothing holds nothing", reading(never, key(oneKey)), secrets, false},
		"ConfigMap":  {"what is no Secret", reading(never, key(oneKey), configMap("web", "xyz")), configMaps, false},
		"AnyLonger":  {"a key may be longer", reading(never, key(oneKey+"a"), secret("web", "xyz")), secrets, false},
		"Annotated":  {"metadata is nothing that it holds", reading(never, key(oneKey), annotated("xyz")), secrets, true},
		"OtherField": {"another type", reading(never, key(oneKey), typed("xyz")), secrets, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := digest(t, test.reader, test.of); (got == base) != test.same {
				t.Errorf("%s: got %s, want the same as %s: %t", test.reason, got, base, test.same)
			}
		})
	}
}

func named(name string) workload.Reference {
	return workload.Reference{Kind: v1alpha1.ConfigurationSecret, Name: name}
}

func annotated(value string) *corev1.Secret {
	s := secret("web", value)
	s.Annotations = map[string]string{"seen": "yes"}
	return s
}

func typed(value string) *corev1.Secret {
	s := secret("web", value)
	s.Type = corev1.SecretTypeOpaque
	return s
}

// TestNeverPlain : the digest of a Secret is not that of its values, which could be tried out.
func TestNeverPlain(t *testing.T) {
	got := digest(t, reading(never, key(oneKey), secret("web", "xyz")), secrets)
	plain := map[string]any{"data": map[string]any{"password": "eHl6"}}
	id := workload.Identity{Resource: "secrets", Namespace: shop, Name: "web"}
	tried, err := workload.Digest(v1alpha1.OperationApply, id, plain)
	if err != nil || got == tried {
		t.Errorf("got %s, and by trying %s: %v", got, tried, err)
	}
	content, err := workload.Content(secrets.Resource(), workload.Seal([]byte(oneKey), secrets.Resource(), map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"namespace": shop, "name": "web"},
		"data": map[string]any{"password": "eHl6"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want, err := workload.Digest(v1alpha1.OperationApply, id, content); err != nil || got != want {
		t.Errorf("got %s, want what whoever writes the Secret asks for, %s: %v", got, want, err)
	}
}

// TestUnreadable : what cannot be read, or not be sealed, is an error and no digest.
func TestUnreadable(t *testing.T) {
	for name, test := range map[string]struct {
		reason string
		reader configuration.Reader
		of     workload.Reference
		says   string
	}{
		"ConfigMap": {
			"it does not answer",
			reading(broken("web"), configMap("web", "x")), configMaps, "read ConfigMap web: it is",
		},
		"Secret": {"it does not answer", reading(broken("web"), key(oneKey)), secrets, "read Secret web: it is"},
		"NoKey": {
			"nobody has made one",
			reading(never, secret("web", "x")), secrets, "read the key that Secrets are sealed with",
		},
		"KeyBroken": {"the key is not to be read",
			reading(broken(configuration.KeySecret), key(oneKey), secret("web", "x")), secrets,
			"read the key that Secrets are sealed with: it is out of order"},
		"ShortKey": {"a key that could be found", reading(never, key(oneKey[1:]), secret("web", "x")), secrets,
			"no key of 32 bytes is at key in Secret countersign-system/countersign-configuration-key; delete it and restart"},
		"EmptyKey": {"no key at all", reading(never, key(""), secret("web", "x")), secrets, "no key of 32 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			states, err := test.reader.States(t.Context(), shop, []workload.Reference{test.of})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s: got %v, %v, want an error that says %q", test.reason, states, err, test.says)
			}
			if len(states) != 1 || states[0].Digest != "" {
				t.Errorf("%s: got %v", test.reason, states)
			}
		})
	}
}

// TestSeal : of Secrets only, and of what is there; without the key nothing is.
func TestSeal(t *testing.T) {
	object := func() map[string]any {
		return map[string]any{"metadata": map[string]any{"name": "web"}, "data": map[string]any{"password": "eHl6"}}
	}
	resource := schema.GroupResource{Resource: "secrets"}
	for name, test := range map[string]struct {
		reason   string
		resource schema.GroupResource
		object   map[string]any
		reader   configuration.Reader
		want     map[string]any
		fails    bool
	}{
		"Secret": {reason: "its values are sealed", resource: resource, object: object(), reader: reading(never, key(oneKey)),
			want: workload.Seal([]byte(oneKey), resource, object())},
		"ConfigMap": {
			reason:   "it is shown as it is, and needs no key",
			resource: schema.GroupResource{Resource: "configmaps"},
			object:   object(), reader: reading(never), want: object()},
		"OtherGroup": {reason: "a custom kind of the name", resource: schema.GroupResource{Group: "shop.example.com",
			Resource: "secrets"}, object: object(), reader: reading(never), want: object()},
		"Nothing": {reason: "what was not there before", resource: resource, reader: reading(never)},
		"NoKey": {
			reason:   "nothing of it is given out",
			resource: resource, object: object(), reader: reading(never), fails: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.reader.Seal(t.Context(), test.resource, test.object)
			if (err != nil) != test.fails {
				t.Fatalf("%s: %v", test.reason, err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", test.reason, diff)
			}
		})
	}
}
