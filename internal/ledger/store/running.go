// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// page is how many objects are read at once.
const page = 200

// Kind is a resource whose objects run something, and their kind.
type Kind struct {
	Resource schema.GroupResource
	Kind     schema.GroupVersionKind
}

// Running are the images of everything in the namespace that runs or is to run, read live.
func (s Store) Running(ctx context.Context, namespace string) ([]string, error) {
	var images []string
	for _, kind := range s.Kinds {
		found, err := s.runningOf(ctx, kind, namespace)
		if err != nil {
			return nil, fmt.Errorf("read what runs in namespace %s: list %s: %w", namespace, kind.Resource, err)
		}
		images = append(images, found...)
	}
	return images, nil
}

// AddRunning has the images of everything that runs in the namespace on its ledger. The mode is that of a ledger that
// is not there yet.
func (s Store) AddRunning(ctx context.Context, namespace string, mode v1alpha1.LedgerMode) error {
	images, err := s.Running(ctx, namespace)
	if err != nil {
		return err
	}
	return s.Add(ctx, namespace, mode, images)
}

func (s Store) runningOf(ctx context.Context, kind Kind, namespace string) ([]string, error) {
	var images []string
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.Kind)
	for {
		err := s.Live.List(ctx, list, client.InNamespace(namespace), client.Limit(page),
			client.Continue(list.GetContinue()))
		if err != nil {
			return nil, err
		}
		for i := range list.Items {
			images = append(images, ImagesOf(kind.Resource, &list.Items[i])...)
		}
		if list.GetContinue() == "" {
			return images, nil
		}
	}
}

// ImagesOf an object; none where it cannot be read.
func ImagesOf(resource schema.GroupResource, object *unstructured.Unstructured) []string {
	content, err := workload.Content(resource, object.Object)
	if err != nil {
		return nil
	}
	return workload.Images(content)
}
