// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// holding writes down a ConfigMap or Secret as the operator does.
func holding(t *testing.T, kind v1alpha1.ConfigurationKind, object any, name string) v1alpha1.Change {
	t.Helper()
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	resource := workload.Reference{Kind: kind}.Resource()
	content, err := workload.Content(resource, workload.Seal([]byte("key"), resource, fields))
	if err != nil {
		t.Fatal(err)
	}
	id := workload.Identity{Resource: resource.Resource, Namespace: namespace, Name: name}
	change := v1alpha1.Change{Operation: v1alpha1.OperationApply, Version: "v1", Resource: id.Resource, Name: name}
	if change.Digest, err = workload.Digest(change.Operation, id, content); err != nil {
		t.Fatal(err)
	}
	if change.Content.Raw, err = workload.Canonical(content); err != nil {
		t.Fatal(err)
	}
	return change
}

func configMap(name, script string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: map[string]string{"run.sh": script},
	}
}

// TestShowConfiguration: what enters with a change is shown, as far as the reader may read it and it is what was asked
// for.
func TestShowConfiguration(t *testing.T) {
	after := deployment("checkout:2")
	web := &after.Spec.Template.Spec.Containers[0]
	for _, name := range []string{"start", "stop", "hidden"} {
		web.EnvFrom = append(web.EnvFrom, corev1.EnvFromSource{
			ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}},
		})
	}
	change := waiting(request(t, nil, after), v1alpha1.ReasonAwaitingApproval, missingOne)
	recorded := func(name, script string) v1alpha1.Configuration {
		return v1alpha1.Configuration{Kind: v1alpha1.ConfigurationConfigMap, Name: name,
			Digest: holding(t, v1alpha1.ConfigurationConfigMap, configMap(name, script), name).Digest}
	}
	change.Spec.Change.Configuration = []v1alpha1.Configuration{
		recorded("start", "exec serve --fast\n"), recorded("stop", "kill 1\n"), {
			Kind: v1alpha1.ConfigurationConfigMap, Name: "none",
		},
		{Kind: v1alpha1.ConfigurationSecret, Name: "db", Digest: recorded("x", "y").Digest},
	}
	b := bench{
		objects: []client.Object{change, configMap("start", "exec serve --fast\n"), configMap("stop", "rm -rf /\n")},
	}
	golden(t, "show-Configuration", b.run(t, "show", change.Name).Out)
}

// TestShowSecret: which values of a Secret change is told from an earlier request, and no value is shown.
func TestShowSecret(t *testing.T) {
	secret := func(password string) *corev1.Secret {
		return &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "db"},
			Data:       map[string][]byte{"password": []byte(password), "user": []byte("shop")},
		}
	}
	asking := func(name, password string) *v1alpha1.PromotionRequest {
		r := waiting(request(t, nil, deployment("a")), v1alpha1.ReasonAwaitingApproval, missingOne)
		r.Name, r.UID = name, types.UID(name)
		r.Spec.Change = holding(t, v1alpha1.ConfigurationSecret, secret(password), "db")
		return r
	}
	first, second := asking("db-1", "hunter1"), asking("db-2", "hunter2")
	second.Spec.Change.ReplacesDigest = first.Spec.Change.Digest
	known := bench{objects: []client.Object{first, second}}
	golden(t, "show-Secret", known.run(t, "show", "db-2").Out)
	alone := bench{objects: []client.Object{second}}
	golden(t, "show-SecretUnknown", alone.run(t, "show", "db-2").Out)
}
