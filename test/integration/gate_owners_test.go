// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestOwnersOnce: owners are content, and raise no generation: to give a workload one is one entry, on record, and to
// give it that again is another.
func TestOwnersOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Rollback = v1alpha1.Rollback{Mode: v1alpha1.RollbackRequireApproval}
	})
	developer, owner := s.developer(t), s.configMap("owner", "")
	create(t, owner)
	for name, object := range map[string]client.Object{
		"Deployment": s.deployment("owned"), "CronJob": s.cronJob(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.bringIn(t, func(ctx context.Context) error { return developer.Create(ctx, object) })
			gives := func(owners ...metav1.OwnerReference) try {
				return changing(developer, object, func(o client.Object) { o.SetOwnerReferences(owners) })
			}
			owned := metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}
			asked := s.turnedAway(t, gives(owned))
			s.approve(t, asked, bob)
			goesThrough(t, "bob approved", gives(owned))
			s.await(t, asked.Name, v1alpha1.ReasonEntered)
			s.bringIn(t, gives())
			s.awaitEnded(t, asked.Name)
			if again := s.turnedAway(t, gives(owned)); again.Name == asked.Name {
				t.Error("one approval is good for two entries")
			}
		})
	}
}
