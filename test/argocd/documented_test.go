// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/test/docs"
)

// documented are the manifests of docs/argocd.md in the block that has a text, under other names.
func documented(t *testing.T, has string, named *strings.Replacer) []*unstructured.Unstructured {
	t.Helper()
	return docs.Objects(t, named.Replace(docs.Find(t, "argocd.md", "yaml", has).Text))
}
