// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/internal/release"
)

// definitions are of kinds: Argo CD does not say on them of which Application they are.
const definitions = "apiextensions.k8s.io"

// Sent are the objects that somebody sends to be synced, in place of what the sources of an Application have, or has
// sent for the sync that runs: Argo CD applies them as they are. What cannot be read is an error.
func Sent(application map[string]any) ([]release.Object, error) {
	ordered, err := sentIn(application, "operation")
	if err != nil {
		return nil, err
	}
	carried := carriedOut(application)
	if len(carried) == 1 {
		return ordered, nil
	}
	running, err := sentIn(application, carried...)
	return append(ordered, running...), err
}

// sentIn an operation, which is there by a path.
func sentIn(application map[string]any, operation ...string) ([]release.Object, error) {
	order, err := orderIn(application, operation...)
	if err != nil {
		return nil, err
	}
	objects := make([]release.Object, 0, len(order.Manifests))
	for i, manifest := range order.Manifests {
		object, err := objectIn(manifest, destination(application))
		if err != nil {
			return nil, fmt.Errorf("%s.sync.manifests[%d]: %w", strings.Join(operation, "."), i, err)
		}
		if object.Kind.Group != definitions {
			objects = append(objects, object)
		}
	}
	return objects, nil
}

func objectIn(manifest, namespace string) (release.Object, error) {
	var content map[string]any
	if err := utiljson.Unmarshal([]byte(manifest), &content); err != nil {
		return release.Object{}, fmt.Errorf("read it: %w", err)
	}
	return sent(content, namespace)
}

// sent is what an object says of itself; what names no namespace goes into the given one.
func sent(content map[string]any, namespace string) (release.Object, error) {
	annotations, _, err := unstructured.NestedStringMap(content, "metadata", "annotations")
	if err != nil { // which quotes the value, that may be anybody's secret
		return release.Object{}, errors.New("metadata.annotations: must be texts by their names")
	}
	object := unstructured.Unstructured{Object: content}
	kind, err := schema.ParseGroupVersion(object.GetAPIVersion())
	if err != nil || object.GetKind() == "" || object.IsList() {
		return release.Object{}, errors.Join(errors.New("it is no single object"), err)
	}
	if object.GetNamespace() != "" {
		namespace = object.GetNamespace()
	}
	return release.Object{
		Kind:      schema.GroupKind{Group: kind.Group, Kind: object.GetKind()},
		Namespace: namespace, Name: object.GetName(), Annotations: annotations,
	}, nil
}
