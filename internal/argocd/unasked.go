// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/types"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Unasked is for where there is no Argo CD to ask who wrote the commits of a sync.
type Unasked struct{}

// Of a sync are known who changed the sources of the Application. The error says that there are others.
func (Unasked) Of(_ context.Context, _ types.NamespacedName, application map[string]any) ([]v1alpha1.Author, error) {
	editors, _, err := Editors(application)
	return editors, errors.Join(errors.New("there is no --argocd-server to ask who wrote its commits"), err)
}
