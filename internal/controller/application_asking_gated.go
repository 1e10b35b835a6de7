// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// leftOut are what Argo CD does not deploy: by its own settings it passes over them.
var leftOut = []schema.GroupResource{{Resource: "endpoints"}, {Group: "discovery.k8s.io", Resource: "endpointslices"}}

// gated is the resource that an object is of, where its content runs, or routes traffic, and can be judged in that
// version; empty otherwise. What of the configuration is in use is known only when it is written.
func (a asking) gated(object *unstructured.Unstructured) (schema.GroupVersionResource, error) {
	kind := object.GroupVersionKind()
	mapping, err := a.Forecast.Client.RESTMapper().RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	resource := mapping.Resource.GroupResource()
	gate, known := workload.Gate(resource)
	if !known || mapping.Scope.Name() != meta.RESTScopeNameNamespace || slices.Contains(leftOut, resource) {
		return schema.GroupVersionResource{}, nil
	}
	switch gate {
	case v1alpha1.GateWorkloads, v1alpha1.GateRouting:
		return mapping.Resource, nil
	case v1alpha1.GateResource:
		preferred, err := a.Kinds.Preferred(resource)
		if err != nil || preferred.Version != kind.Version {
			return schema.GroupVersionResource{}, err
		}
		return mapping.Resource, nil
	case v1alpha1.GateConfiguration, v1alpha1.GateRules:
	}
	return schema.GroupVersionResource{}, nil
}
