// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/ledger/store"
)

// running is an API server with one Deployment in each namespace, one policy, and the ledgers that are made.
type running struct {
	client.Client

	deployment map[string]any
	labels     map[string]string
	unread     bool
	ledgers    []*corev1.ConfigMap
}

func (r *running) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	if ns, ok := into.(*corev1.Namespace); ok {
		ns.Labels = r.labels
		return nil
	}
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

func (r *running) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	switch list := list.(type) {
	case *v1alpha1.PromotionPolicyList:
		policy := enforced()
		policy.Spec.Ledger.Mode = v1alpha1.LedgerDeny
		list.Items = []v1alpha1.PromotionPolicy{policy}
	case *unstructured.UnstructuredList:
		if r.unread {
			return errors.New("the API server is away")
		}
		list.Items = []unstructured.Unstructured{{Object: r.deployment}}
	}
	return nil
}

func (r *running) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	if made, ok := object.(*corev1.ConfigMap); ok {
		r.ledgers = append(r.ledgers, made)
	}
	return nil
}

// FuzzJoins : whatever a namespace says, it joins no environment before what runs there is on its ledger. Where that
// cannot be known it does not join, and a dry run writes nothing.
func FuzzJoins(f *testing.F) {
	deployment := []byte(`{"spec":{"template":{"spec":{"containers":[{"image":"web:1"},{"image":"web:2"}]}}}}`)
	for _, namespace := range []string{
		`{"metadata":{"name":"shop","labels":{"countersign.dev/environment":"production"}}}`,
		`{"metadata":{"name":"shop"}}`, `{"metadata":1}`, `{"metadata":{"labels":{"a":1}}}`, `null`, `{}`,
	} {
		f.Add([]byte(namespace), deployment, false)
		f.Add([]byte(namespace), deployment, true)
	}
	f.Add([]byte(`{"metadata":{"name":"shop"}}`), []byte(`{"spec":{"template":{"spec":{"initContainers":1}}}}`), false)
	f.Fuzz(func(t *testing.T, namespace, deployment []byte, unread bool) {
		runs, err := decode(deployment)
		if err != nil || runs == nil || !json.Valid(namespace) {
			return
		}
		server := &running{deployment: runs, unread: unread}
		deployments := store.Kind{
			Resource: schema.GroupResource{Group: "apps", Resource: "deployments"},
			Kind:     schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "DeploymentList"},
		}
		joins := Joins{Rules: server, Live: server, Ledger: store.Store{
			Client: server, Live: server, Kinds: []store.Kind{deployments},
		}}
		review := reviewOf(t, "", "namespaces", "", "UPDATE", "shop", "alice", namespace, nil)
		checkJoined(t, send(t, joins, review).Allowed, server, namespace)
		server.ledgers = nil
		dry := []byte(strings.Replace(string(review), `"request":{`, `"request":{"dryRun":true,`, 1))
		if answer := send(t, joins, dry); !answer.Allowed || len(server.ledgers) > 0 {
			t.Fatalf("a dry run: %v, %v", answer, server.ledgers)
		}
		server.labels = map[string]string{v1alpha1.EnvironmentLabel: "production"}
		if send(t, joins, review); len(server.ledgers) > 0 {
			t.Fatalf("it has joined, and what runs there is listed again: %v", server.ledgers)
		}
	})
}

// checkJoined looks at a namespace that joins, or does not.
func checkJoined(t *testing.T, joins bool, server *running, namespace []byte) {
	t.Helper()
	if !joins {
		if len(server.ledgers) > 0 {
			t.Fatal("it does not join, and has a ledger")
		}
		return
	}
	if server.unread || len(server.ledgers) != 1 {
		t.Fatalf("joins with %d ledgers, unread %t", len(server.ledgers), server.unread)
	}
	var read struct{ Metadata map[string]any }
	made := server.ledgers[0]
	if err := json.Unmarshal(namespace, &read); err == nil && read.Metadata["name"] != nil &&
		read.Metadata["name"] != made.Namespace {
		t.Fatalf("%s has the ledger of %q", namespace, made.Namespace)
	}
	for _, image := range store.ImagesOf(schema.GroupResource{Group: "apps", Resource: "deployments"},
		&unstructured.Unstructured{Object: server.deployment}) {
		if ledger.Listable(image) && !ledger.Lists(made.Data, image) {
			t.Fatalf("%q runs, and is not on the ledger: %v", image, made.Data)
		}
	}
}
