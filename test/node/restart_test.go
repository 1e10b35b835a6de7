// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/test/cluster"
)

// restart has alice start a Deployment's Pods anew, which takes no approval, and waits until they are there.
func (e environment) restart(t *testing.T, name string) {
	t.Helper()
	c := here.As(t, alice, e.developers())
	deployment := &appsv1.Deployment{}
	key := client.ObjectKey{Namespace: e.name, Name: name}
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, key, deployment); err != nil {
			return err.Error()
		}
		metav1.SetMetaDataAnnotation(&deployment.Spec.Template.ObjectMeta, "kubectl.kubernetes.io/restartedAt",
			time.Now().Format(time.RFC3339))
		if err := c.Update(ctx, deployment); err != nil {
			return err.Error()
		}
		return ""
	})
	awaitRolledOut(t, c, deployment)
}

func awaitRolledOut(t *testing.T, c client.Client, deployment *appsv1.Deployment) {
	t.Helper()
	cluster.Eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKeyFromObject(deployment), deployment); err != nil {
			return err.Error()
		}
		s := deployment.Status
		if s.ObservedGeneration != deployment.Generation || s.UpdatedReplicas != 1 || s.Replicas != 1 ||
			s.AvailableReplicas != 1 {
			return fmt.Sprintf("%s to be rolled out: %+v", deployment.Name, s)
		}
		return ""
	})
}
