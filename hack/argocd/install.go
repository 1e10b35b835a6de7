// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"encoding/base64"
	"maps"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/hack/install"
)

// install applies Argo CD's own manifests, with users and settings in them. Its Deployments have no Pods.
func (a *ArgoCD) install(ctx context.Context) error {
	objects, err := a.manifests(ctx)
	if err != nil {
		return err
	}
	if err := a.setUp(ctx, objects); err != nil {
		return err
	}
	config, err := a.installer()
	if err != nil {
		return err
	}
	namespace := &unstructured.Unstructured{}
	namespace.SetAPIVersion("v1")
	namespace.SetKind("Namespace")
	namespace.SetName(Namespace)
	return install.Apply(ctx, config, append(objects, namespace)...)
}

// manifests are Argo CD's own. What its API server needs for Applications in other namespaces lies among the examples.
func (a *ArgoCD) manifests(ctx context.Context) ([]*unstructured.Unstructured, error) {
	dirs := []string{filepath.Join("manifests", "cluster-install")}
	if len(a.options.ApplicationNamespaces) > 0 {
		dirs = append(dirs, filepath.Join("examples", "k8s-rbac", "argocd-server-applications"))
	}
	var all []*unstructured.Unstructured
	for _, dir := range dirs {
		objects, err := install.Render(ctx, filepath.Join(a.sources, dir))
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

func (a *ArgoCD) setUp(ctx context.Context, objects []*unstructured.Unstructured) error {
	if err := install.Beside(objects, ""); err != nil {
		return err
	}
	data, err := a.configuration(ctx)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if namespaced(object) {
			object.SetNamespace(Namespace)
		}
		if err := addData(object, data[object.GetName()]); err != nil {
			return err
		}
	}
	return nil
}

func namespaced(object *unstructured.Unstructured) bool {
	kind := object.GetKind()
	return kind != "CustomResourceDefinition" && !strings.HasPrefix(kind, "Cluster")
}

// addData adds to the data of a ConfigMap or a Secret.
func addData(object *unstructured.Unstructured, more map[string]string) error {
	kind := object.GetKind()
	if len(more) == 0 || (kind != "ConfigMap" && kind != "Secret") {
		return nil
	}
	data, _, err := unstructured.NestedStringMap(object.Object, "data")
	if err != nil {
		return err
	}
	merged := map[string]string{}
	maps.Copy(merged, data)
	for key, value := range more {
		if kind == "Secret" {
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		merged[key] = value
	}
	return unstructured.SetNestedStringMap(object.Object, merged, "data")
}
