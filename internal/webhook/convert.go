// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

// convert reads a decoded object as a typed one. Unknown fields are refused by the API server before it comes here.
func convert[T any](object map[string]any) (*T, error) {
	typed := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed); err != nil {
		return nil, fmt.Errorf("read the object: %w", err)
	}
	return typed, nil
}

func decodeAs[T any](raw []byte) (*T, error) {
	object, err := decode(raw)
	if err != nil {
		return nil, fmt.Errorf("decode the object: %w", err)
	}
	return convert[T](object)
}
