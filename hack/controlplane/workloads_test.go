// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// testDeployment: the scheduler finds nodes for the Pods, and kwok runs them.
func testDeployment(t *testing.T, cp *ControlPlane) {
	replicas := int32(3)
	template := podTemplate()
	deployments := cp.client.AppsV1().Deployments(metav1.NamespaceDefault)
	_, err := deployments.Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Template: template, Selector: &metav1.LabelSelector{MatchLabels: template.Labels},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "The Deployment becomes available.", func(ctx context.Context) (bool, error) {
		got, err := deployments.Get(ctx, "web", metav1.GetOptions{})
		return err == nil && got.Status.AvailableReplicas == replicas, err
	})
}

// testJob: Pods of a Job end, and with success.
func testJob(t *testing.T, cp *ControlPlane) {
	template := podTemplate()
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	jobs := cp.client.BatchV1().Jobs(metav1.NamespaceDefault)
	_, err := jobs.Create(t.Context(), &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "migrate"}, Spec: batchv1.JobSpec{Template: template},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "The Job succeeds.", func(ctx context.Context) (bool, error) {
		got, err := jobs.Get(ctx, "migrate", metav1.GetOptions{})
		return err == nil && got.Status.Succeeded == 1, err
	})
}

func eventually(t *testing.T, reason string, condition wait.ConditionWithContextFunc) {
	t.Helper()
	began := time.Now()
	if err := wait.PollUntilContextTimeout(t.Context(), pollInterval, time.Minute, true, condition); err != nil {
		t.Fatalf("%s It has not: %v", reason, err)
	}
	t.Logf("%s It took %s.", reason, time.Since(began).Round(time.Millisecond))
}
