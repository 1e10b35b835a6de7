// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"context"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/hack/repo"
)

// install applies the kinds of Flux and the rights of its controllers.
func (f *Flux) install(ctx context.Context) error {
	objects := []*unstructured.Unstructured{object("v1", "Namespace", Namespace)}
	for _, name := range []string{sourceController, kustomizeController} {
		more, err := manifests(ctx, name)
		if err != nil {
			return err
		}
		objects = append(objects, more...)
	}
	config, err := operator.Installer(f.controlPlane)
	if err != nil {
		return err
	}
	return install.Apply(ctx, config, objects...)
}

// manifests of a controller, but for its Deployment: it runs beside the control plane.
func manifests(ctx context.Context, controller string) ([]*unstructured.Unstructured, error) {
	sources, err := repo.Sources(ctx, "flux", "github.com/fluxcd/"+controller)
	if err != nil {
		return nil, err
	}
	account := object("v1", "ServiceAccount", controller)
	account.SetNamespace(Namespace)
	objects := []*unstructured.Unstructured{account}
	for _, part := range []string{"crd", "rbac"} {
		more, err := install.Render(ctx, filepath.Join(sources, "config", part))
		if err != nil {
			return nil, err
		}
		objects = append(objects, more...)
	}
	for _, each := range objects {
		if err := settle(each, controller); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// settle an object in the namespace, with the controller's own service account instead of the default one.
func settle(object *unstructured.Unstructured, controller string) error {
	kind := object.GetKind()
	if kind == "Role" || kind == "RoleBinding" {
		object.SetNamespace(Namespace)
	}
	if !strings.HasSuffix(kind, "Binding") {
		return nil
	}
	return unstructured.SetNestedSlice(object.Object, []any{map[string]any{
		"kind": "ServiceAccount", "namespace": Namespace, "name": controller,
	}}, "subjects")
}

func object(apiVersion, kind, name string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetAPIVersion(apiVersion)
	o.SetKind(kind)
	o.SetName(name)
	return o
}
