// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/test/docs"
)

// workload is a Deployment, with an image's tag.
func workload(name, version string) string {
	return strings.NewReplacer("$NAME", name, "$VERSION", version).Replace(`apiVersion: apps/v1
kind: Deployment
metadata: {name: $NAME}
spec:
  selector: {matchLabels: {app: $NAME}}
  template:
    metadata: {labels: {app: $NAME}}
    spec:
      containers:
      - name: $NAME
        image: registry.example.com/$NAME:$VERSION
`)
}

// documented is the manifest on a page of the documentation that has a text, with other names.
func documented(t *testing.T, page, has string, named ...string) string {
	t.Helper()
	return strings.NewReplacer(named...).Replace(docs.Find(t, page, "yaml", has).Text)
}
