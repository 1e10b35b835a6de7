// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Users are those who asked for a change or decided about one, each as the API server knew them the last time.
// Kubernetes cannot look up who is in a group; this is what it has said.
func Users(ctx context.Context, cache client.Reader) ([]v1alpha1.UserReference, error) {
	var requests v1alpha1.PromotionRequestList
	if err := cache.List(ctx, &requests, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	var approvals v1alpha1.ApprovalList
	if err := cache.List(ctx, &approvals, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list approvals: %w", err)
	}
	latest := map[string]seenUser{}
	for i := range requests.Items {
		see(latest, requests.Items[i].Spec.Requester, requests.Items[i].CreationTimestamp)
	}
	for i := range approvals.Items {
		see(latest, approvals.Items[i].Spec.Approver, approvals.Items[i].CreationTimestamp)
	}
	var users []v1alpha1.UserReference
	for _, seen := range latest {
		users = append(users, seen.user)
	}
	slices.SortFunc(users, func(a, b v1alpha1.UserReference) int { return cmp.Compare(a.Username, b.Username) })
	return users, nil
}

type seenUser struct {
	user v1alpha1.UserReference
	at   metav1.Time
}

func see(latest map[string]seenUser, user v1alpha1.UserReference, at metav1.Time) {
	if known, ok := latest[user.Username]; !ok || known.at.Before(&at) {
		latest[user.Username] = seenUser{user: user, at: at}
	}
}
