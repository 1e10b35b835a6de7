// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"slices"
	"testing"

	"github.com/countersign-dev/countersign/hack/node"
	"github.com/countersign-dev/countersign/test/cluster"
)

// hears waits until a container of a build says a word.
func hears(t *testing.T, build, word string) {
	t.Helper()
	cluster.Eventually(t, func(context.Context) string {
		if !heard(build, word) {
			return "to hear " + build + " say " + word
		}
		return ""
	})
}

// heard tells whether a container of a build has said a word until now.
func heard(build, word string) bool {
	return slices.Contains(here.node.Listener.Heard(), node.Word{Build: build, Said: word})
}
