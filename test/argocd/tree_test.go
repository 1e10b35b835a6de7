// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/countersign-dev/countersign/test/cluster"
)

// tree is what Argo CD shows of an Application.
type tree struct {
	Nodes, OrphanedNodes []node
}

// node is one object in it.
type node struct {
	Group, Kind, Namespace, Name string
	Health                       struct{ Status, Message string }
	ParentRefs                   []struct{ Kind, Name string }
}

// show reads the tree of an Application.
func show(t *testing.T, name string) (shown tree) {
	t.Helper()
	if err := inArgoCD(t, argoAlice).ResourceTree(t.Context(), name, &shown); err != nil {
		t.Fatal(err)
	}
	return shown
}

// find is an object of the tree, also one that is not part of the Application; nil where it is not there.
func (shown tree) find(kind, name string) *node {
	for _, nodes := range [][]node{shown.Nodes, shown.OrphanedNodes} {
		for i := range nodes {
			if nodes[i].Kind == kind && nodes[i].Name == name {
				return &nodes[i]
			}
		}
	}
	return nil
}

// awaitHealth waits until an object in the tree of an Application is as it should be, and says so. What it says anew
// while it is as well as before is shown when Argo CD looks again, which it is asked to now and then.
func awaitHealth(t *testing.T, application, kind, name, status string, says ...string) {
	t.Helper()
	session, looked := inArgoCD(t, argoAlice), 0
	cluster.Eventually(t, func(ctx context.Context) string {
		if looked++; looked%40 == 0 {
			if err := session.Refresh(ctx, application); err != nil {
				return err.Error()
			}
		}
		found := show(t, application).find(kind, name)
		if found == nil || found.Health.Status != status || slices.ContainsFunc(says, func(part string) bool {
			return !strings.Contains(found.Health.Message, part)
		}) {
			return fmt.Sprintf("%s %s to be shown as %s, with %q: %+v", kind, name, status, says, found)
		}
		return ""
	})
}
