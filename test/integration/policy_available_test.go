// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestAvailable : what runs is seen to be available, also where a mutating policy adds to its Pods.
func TestAvailable(t *testing.T) {
	s := newShopNamed(t, "testavailable", openEntry)
	s.inject(t)
	developer := s.developer(t)
	deployment, statefulSet, daemonSet, job := s.deployment("deployment"), s.statefulSet(), s.daemonSet(), s.job("job", "")
	for _, spec := range []*corev1.PodSpec{
		&deployment.Spec.Template.Spec, &statefulSet.Spec.Template.Spec, &daemonSet.Spec.Template.Spec,
		&job.Spec.Template.Spec,
	} {
		spec.Containers[0].Env = []corev1.EnvVar{{Name: "A", Value: "1"}}
	}
	for app, object := range map[string]client.Object{
		"deployment": deployment, "statefulset": statefulSet, "daemonset": daemonSet, "job": job,
	} {
		goesThrough(t, "it is open", making(developer, func() client.Object { return clone(object) }))
		phase := corev1.PodRunning
		if app == "job" {
			phase = corev1.PodSucceeded
		}
		eventually(t, func(ctx context.Context) string { return s.runsUntilAvailable(ctx, t, app, phase) })
	}
}

// runsUntilAvailable has the Pods of the namespace run, or end, and says what is missing until the record of the
// workload says that it is available.
func (s shop) runsUntilAvailable(ctx context.Context, t *testing.T, name string, phase corev1.PodPhase) string {
	t.Helper()
	c := admin(t)
	var pods corev1.PodList
	if err := c.List(ctx, &pods, client.InNamespace(s.namespace)); err != nil {
		return err.Error()
	}
	for _, pod := range pods.Items {
		if len(pod.Spec.Containers) < 2 {
			return "the proxy in Pod " + pod.Name
		}
		if pod.Status.Phase != corev1.PodPending || pod.Labels["app"] != name && pod.Labels[jobName] != name {
			continue
		}
		pod.Status.Phase = phase
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		if err := c.Status().Update(ctx, &pod); err != nil {
			return err.Error()
		}
	}
	var records v1alpha1.PromotionRequestList
	if err := c.List(ctx, &records, client.InNamespace(s.namespace)); err != nil {
		return err.Error()
	}
	for _, record := range records.Items {
		entry := record.Status.Entry
		if record.Spec.Change.Name == name && entry != nil && entry.Availability != nil && entry.Availability.EndTime == nil {
			return ""
		}
	}
	return name + " to be available"
}

const jobName = "batch.kubernetes.io/job-name"

// inject has a mutating policy add a container, and a variable, to every Pod of the shop.
func (s shop) inject(t *testing.T) {
	t.Helper()
	c := admin(t)
	binding := &admissionregistrationv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: s.namespace},
		Spec:       admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: s.namespace},
	}
	for _, object := range []client.Object{s.injection(), binding} {
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := c.Delete(context.WithoutCancel(t.Context()), object); err != nil {
				t.Error(err)
			}
		})
	}
	eventually(t, func(ctx context.Context) string {
		probe := s.pod("probe", "")
		probe.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "A", Value: "1"}}
		if err := c.Create(ctx, probe, client.DryRunAll); err != nil {
			return err.Error()
		}
		if len(probe.Spec.Containers) < 2 {
			return "a mutation"
		}
		return ""
	})
}

// injection is the policy: a variable for the first container, and another container before it.
func (s shop) injection() *admissionregistrationv1.MutatingAdmissionPolicy {
	return &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: s.namespace},
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			MatchConstraints: &admissionregistrationv1.MatchResources{
				NamespaceSelector: &metav1.LabelSelector{
					MatchLabels: map[string]string{corev1.LabelMetadataName: s.namespace},
				},
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
						Rule: admissionregistrationv1.Rule{
							APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"},
						},
					},
				}},
			},
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeJSONPatch,
				JSONPatch: &admissionregistrationv1.JSONPatch{Expression: `[
					JSONPatch{op: "add", path: "/spec/containers/0/env/-",
						value: Object.spec.containers.env{name: "PROXY", value: "on"}},
					JSONPatch{op: "add", path: "/spec/containers/0",
						value: Object.spec.containers{name: "proxy", image: "registry.example.com/proxy:1"}}]`},
			}},
		},
	}
}
