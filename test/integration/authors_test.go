// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestDeclaredAuthors: who the deployer says has written the change cannot approve it.
func TestDeclaredAuthors(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	written := s.deployment("checkout")
	written.Annotations = map[string]string{v1alpha1.AuthorsAnnotation: "Bob <bob@example.com>, dora@example.com"}
	try := making(developer, func() client.Object { return clone(written) })
	request := s.turnedAway(t, try)
	want := []v1alpha1.Author{
		{Name: "Bob <bob@example.com>", Evidence: v1alpha1.AuthorDeclared},
		{Name: "dora@example.com", Evidence: v1alpha1.AuthorDeclared},
	}
	if diff := cmp.Diff(want, request.Spec.Authors); diff != "" {
		t.Errorf("authors: -want, +got:\n%s", diff)
	}
	approval := decide(request, v1alpha1.DecisionApprove)
	denied(t, s.manager(t, bob).Create(t.Context(), approval), "is an author of the change")
	s.approve(t, request, carol)
	goesThrough(t, "carol did not write it", try)

	crowd := s.deployment("crowded")
	names := make([]string, 65)
	for i := range names {
		names[i] = fmt.Sprintf("a%d@example.com", i)
	}
	crowd.Annotations = map[string]string{v1alpha1.AuthorsAnnotation: strings.Join(names, ",")}
	s.refusedForGood(t, making(developer, func() client.Object { return clone(crowd) }),
		"none was opened: it has more than 64 authors")
}
