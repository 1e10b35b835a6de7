// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/certs"
)

const (
	namespace = "countersign-system"
	stamp     = "countersign-stamp"
	gate      = "countersign-gate"
)

// secretKey is where the certificates are kept.
// ours marks the configurations that replicas watch.
var ours = map[string]string{"app.kubernetes.io/name": "countersign"}

var secretKey = client.ObjectKey{Namespace: namespace, Name: "countersign-webhook-cert"}

// patience is how long anything may take to come right.
const patience = 10 * time.Second

// installation is an operator of three replicas. The first leads and serves nobody; the others serve a webhook each.
type installation struct {
	client   client.Client
	replicas []*replica
}

// startInstallation starts an operator whose certificates live for a time.
func startInstallation(t *testing.T, lifetime time.Duration) *installation {
	t.Helper()
	c, err := client.New(installer, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := &installation{client: c}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: secretKey.Namespace, Name: secretKey.Name}}
	i.deleteAfter(t, secret)
	options := certs.Options{
		Namespace: secretKey.Namespace, Secret: secretKey.Name,
		IPs:             []net.IP{net.IPv4(127, 0, 0, 1)},
		MutatingWebhook: stamp, ValidatingWebhooks: []string{gate}, Labels: ours,
		Lifetime: lifetime, Settle: 300 * time.Millisecond,
	}
	for range 3 {
		i.replicas = append(i.replicas, startReplica(t, options))
		<-i.replicas[0].manager.Elected()
	}
	i.create(t, i.mutating(), i.validating())
	i.await(t, "replicas are healthy", i.healthy)
	i.await(t, "webhooks answer", i.answered)
	return i
}

// create makes objects that are removed when the test ends.
func (i *installation) create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, object := range objects {
		if err := i.client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		i.deleteAfter(t, object)
	}
}

func (i *installation) deleteAfter(t *testing.T, object client.Object) {
	t.Cleanup(func() {
		if err := i.client.Delete(context.WithoutCancel(t.Context()), object); err != nil {
			t.Error(err)
		}
	})
}

func (i *installation) mutating() client.Object {
	return &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: stamp},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "stamp.countersign.dev", ClientConfig: i.replicas[1].clientConfig(), Rules: configMaps(),
			NamespaceSelector: inDefault(), SideEffects: new(admissionregistrationv1.SideEffectClassNone),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

func (i *installation) validating() client.Object {
	return &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: gate, Labels: ours},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "gate.countersign.dev", ClientConfig: i.replicas[2].clientConfig(), Rules: configMaps(),
			NamespaceSelector: inDefault(), SideEffects: new(admissionregistrationv1.SideEffectClassNone),
			AdmissionReviewVersions: []string{"v1"},
		}},
	}
}

func (r *replica) clientConfig() admissionregistrationv1.WebhookClientConfig {
	return admissionregistrationv1.WebhookClientConfig{URL: new("https://" + r.address.String() + "/")}
}

func configMaps() []admissionregistrationv1.RuleWithOperations {
	return []admissionregistrationv1.RuleWithOperations{{
		Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
		Rule: admissionregistrationv1.Rule{
			APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"},
		},
	}}
}

func inDefault() *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: metav1.NamespaceDefault}}
}

// call has the API server call both webhooks.
func (i *installation) call(ctx context.Context) error {
	called := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: "called"}}
	return i.client.Create(ctx, called, client.DryRunAll)
}

// answered checks that a call gets through, and past both webhooks.
func (i *installation) answered(ctx context.Context) error {
	before := i.handshakes()
	if err := i.call(ctx); err != nil {
		return err
	}
	for webhook, after := range i.handshakes() {
		if after <= before[webhook] {
			return fmt.Errorf("webhook %d is not called", webhook)
		}
	}
	return nil
}

// handshakes counts those that each webhook has made.
func (i *installation) handshakes() []int {
	var counts []int
	for _, r := range i.replicas[1:] {
		handshakes, _, _ := r.served()
		counts = append(counts, handshakes)
	}
	return counts
}

// healthy checks what the readiness probes of all replicas do.
func (i *installation) healthy(ctx context.Context) error {
	for _, r := range i.replicas {
		if err := r.serving.Check((&http.Request{}).WithContext(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// await waits until a check passes.
func (i *installation) await(t *testing.T, what string, check func(context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, patience, true,
		func(ctx context.Context) (bool, error) {
			last = check(ctx)
			return last == nil, nil
		})
	if err != nil {
		t.Fatalf("%s: not so after %s: %v", what, patience, last)
	}
}
