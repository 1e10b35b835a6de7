// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"bytes"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubectl/pkg/util"
)

var codec = unstructured.UnstructuredJSONScheme

// noted is the object with what kubectl apply notes in it: what was applied, to tell later what has been taken out.
func noted(object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	object = object.DeepCopy()
	if err := util.CreateApplyAnnotation(object, codec); err != nil {
		return nil, fmt.Errorf("note what is applied: %w", err)
	}
	return object, nil
}

// threeWay is the patch that kubectl apply sends: from what was applied before and what is applied now it knows what to
// take out, and what others have set stays. It is a strategic one for kinds of the scheme, and a JSON merge patch for
// custom kinds. Nil where it changes nothing.
// https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merge-patch-calculation
func threeWay(
	scheme *runtime.Scheme, object, stored *unstructured.Unstructured,
) (patchType types.PatchType, patch []byte, err error) {
	original, err := util.GetOriginalConfiguration(stored)
	if err != nil {
		return "", nil, fmt.Errorf("read what was applied before: %w", err)
	}
	modified, err := util.GetModifiedConfiguration(object.DeepCopy(), true, codec)
	if err != nil {
		return "", nil, fmt.Errorf("note what is applied: %w", err)
	}
	current, err := runtime.Encode(codec, stored)
	if err != nil {
		return "", nil, fmt.Errorf("encode what is stored: %w", err)
	}
	patchType, patch, err = merge(scheme, object, original, modified, current)
	if err != nil {
		return "", nil, fmt.Errorf("compare with what is stored: %w", err)
	}
	if bytes.Equal(patch, []byte("{}")) {
		return patchType, nil, nil
	}
	return patchType, patch, nil
}

func merge(
	scheme *runtime.Scheme, object *unstructured.Unstructured, original, modified, current []byte,
) (types.PatchType, []byte, error) {
	typed, err := scheme.New(object.GroupVersionKind())
	if runtime.IsNotRegisteredError(err) {
		patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(original, modified, current)
		return types.MergePatchType, patch, err
	}
	if err != nil {
		return "", nil, err
	}
	schema, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return "", nil, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(original, modified, current, schema, true)
	return types.StrategicMergePatchType, patch, err
}
