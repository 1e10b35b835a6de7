// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const missingOne = "1 approval from release-managers (policy production, rule release)"

func TestRequests(t *testing.T) {
	first := request(t, nil, deployment("checkout:1"))
	second := waiting(request(t, deployment("checkout:1"), deployment("checkout:2")), "AwaitingApproval", missingOne)
	second.CreationTimestamp.Time = asked.Add(asked.Sub(now))
	second.Spec.Requester.Username = "al\u200bice@example.com"
	superseded := waiting(request(t, deployment("checkout:1"), deployment("checkout:3")), "Superseded", "")
	elsewhere := waiting(request(t, nil, deployment("checkout:4")), "Approved", "")
	elsewhere.Namespace = "shop-eu"
	objects := []client.Object{first, second, superseded, elsewhere}
	for name, tc := range map[string]struct {
		objects []client.Object
		args    []string
	}{
		"Open":           {objects, []string{"requests"}},
		"All":            {objects, []string{"requests", "--all"}},
		"Everywhere":     {objects, []string{"requests", "-A"}},
		"None":           {[]client.Object{superseded}, []string{"requests"}},
		"NoneEverywhere": {nil, []string{"requests", "-A"}},
		"Never":          {nil, []string{"requests", "--all"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: tc.objects}
			got := b.run(t, tc.args...)
			golden(t, "requests-"+name, got.Out+got.Err)
			if got.Code != exitOK {
				t.Errorf("exit code %d: to find nothing is no error", got.Code)
			}
		})
	}
}

func TestEachReadsEveryPage(t *testing.T) {
	pages := map[string]string{"": "a", "a": "b", "b": ""}
	var limits []int64
	c := newFake(t, interceptor.Funcs{
		List: func(_ context.Context, _ client.WithWatch, list client.ObjectList, options ...client.ListOption) error {
			asked := (&client.ListOptions{}).ApplyOptions(options)
			limits = append(limits, asked.Limit)
			requests, ok := list.(*v1alpha1.PromotionRequestList)
			if !ok {
				return fmt.Errorf("a list of %T", list)
			}
			requests.Continue = pages[asked.Continue]
			requests.Items = []v1alpha1.PromotionRequest{{
				Status: v1alpha1.PromotionRequestStatus{WaitingFor: "page after " + asked.Continue},
			}}
			return nil
		},
	})
	var seen []string
	err := session{client: c}.each(t.Context(), func(r v1alpha1.PromotionRequest) {
		seen = append(seen, r.Status.WaitingFor)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"page after ", "page after a", "page after b"}, seen); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{pageSize, pageSize, pageSize}, limits); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
}
