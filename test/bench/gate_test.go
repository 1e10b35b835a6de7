// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package bench measures what Countersign costs, on the real control plane, each beside its floor in the same run: the
// same call in a namespace that is no environment. Beside both stands what one live read costs there, since a decision
// rests on some.
//
//	go test ./test/bench -run '^$' -bench . -benchtime 200x
package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// BenchmarkDenied measures a change that is denied, with its request open already: reads and a decision, no write.
func BenchmarkDenied(b *testing.B) {
	s := start(b)
	change := func(ctx context.Context, namespace string, _ int) error {
		return s.alice.Update(ctx, deployment(namespace, 1))
	}
	_ = change(b.Context(), gated, 0) // opens the request
	s.measure(b, nothing, change, apierrors.IsForbidden)
}

// BenchmarkApproved measures a change that has been approved: reads, a decision, and the record of the admission.
func BenchmarkApproved(b *testing.B) {
	s := start(b)
	approve := func(i int) { s.approve(b, deployment(gated, i+1)) }
	change := func(ctx context.Context, namespace string, i int) error {
		return s.alice.Update(ctx, deployment(namespace, i+1))
	}
	s.measure(b, approve, change, func(err error) bool { return err == nil })
}

// BenchmarkUngated measures a change of a gated object that leaves what runs as it is: it stays in the API server.
func BenchmarkUngated(b *testing.B) {
	s := start(b)
	change := func(ctx context.Context, namespace string, i int) error {
		labelled := deployment(namespace, 0)
		labelled.Labels = map[string]string{"try": fmt.Sprint(i)}
		return s.alice.Update(ctx, labelled)
	}
	s.measure(b, nothing, change, func(err error) bool { return err == nil })
}

func nothing(int) {}

// measure makes the call in both namespaces in turn, and reports the percentiles of each and what the gate adds.
func (s setup) measure(
	b *testing.B,
	prepare func(int),
	call func(context.Context, string, int) error,
	expected func(error) bool,
) {
	b.Helper()
	var read, floor, gate []time.Duration
	succeeds := func(err error) bool { return err == nil }
	role := &v1alpha1.PipelineRole{}
	b.ResetTimer()
	for i := range b.N {
		prepare(i)
		read = append(read, timed(b, func() error {
			return s.admin.Get(b.Context(), client.ObjectKey{Name: "approvers"}, role)
		}, succeeds))
		floor = append(floor, timed(b, func() error { return call(b.Context(), free, i) }, succeeds))
		gate = append(gate, timed(b, func() error { return call(b.Context(), gated, i) }, expected))
	}
	b.StopTimer()
	slices.Sort(read)
	slices.Sort(floor)
	slices.Sort(gate)
	for name, p := range map[string]int{"p50": 50, "p99": 99} {
		f, g := floor[len(floor)*p/100], gate[len(gate)*p/100]
		b.ReportMetric(float64(read[len(read)*p/100].Microseconds())/1000, "read-"+name+"-ms")
		b.ReportMetric(float64(f.Microseconds())/1000, "floor-"+name+"-ms")
		b.ReportMetric(float64(g.Microseconds())/1000, "gate-"+name+"-ms")
		b.ReportMetric(float64((g-f).Microseconds())/1000, "added-"+name+"-ms")
	}
}

func timed(b *testing.B, call func() error, expected func(error) bool) time.Duration {
	b.Helper()
	before := time.Now()
	err := call()
	took := time.Since(before)
	if !expected(err) {
		b.Fatalf("came out otherwise than expected: %v", err)
	}
	return took
}

// deployment number n: each runs something else.
func deployment(namespace string, n int) *appsv1.Deployment {
	labels := map[string]string{"app": "bench"}
	zero := int32(0)
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "bench"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &zero, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{{
					Name: "web", Image: "registry.example.com/bench:1", Args: []string{fmt.Sprint(n)},
				}}},
			},
		},
	}
}

// approve asks for a change and has it approved, as two people would.
func (s setup) approve(b *testing.B, wanted *appsv1.Deployment) {
	b.Helper()
	dry := wanted.DeepCopy()
	if err := s.alice.Update(b.Context(), dry, client.DryRunAll); err != nil {
		b.Fatalf("dry-run: %v", err)
	}
	request := requestFor(b, dry)
	if err := s.alice.Create(b.Context(), request); err != nil {
		b.Fatalf("request: %v", err)
	}
	approval := &v1alpha1.Approval{
		ObjectMeta: metav1.ObjectMeta{Namespace: wanted.Namespace, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalSpec{Decision: v1alpha1.DecisionApprove, Request: v1alpha1.RequestReference{
			Name: request.Name, UID: string(request.UID), Digest: request.Spec.Change.Digest,
		}},
	}
	err := wait.PollUntilContextTimeout(
		b.Context(),
		5*time.Millisecond,
		time.Minute,
		true,
		func(ctx context.Context) (bool, error) {
			return s.bob.Create(ctx, approval.DeepCopy()) == nil, nil
		},
	)
	if err != nil {
		b.Fatalf("approve: %v", err)
	}
	s.awaitApproved(b, request)
}

// awaitApproved waits until the operator has written down what was decided, as people do who apply again then.
func (s setup) awaitApproved(b *testing.B, request *v1alpha1.PromotionRequest) {
	b.Helper()
	check(b, wait.PollUntilContextTimeout(b.Context(), 20*time.Millisecond, time.Minute, true,
		func(ctx context.Context) (bool, error) {
			err := s.admin.Get(ctx, client.ObjectKeyFromObject(request), request)
			return meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady), err
		}))
}

func requestFor(b *testing.B, wanted *appsv1.Deployment) *v1alpha1.PromotionRequest {
	b.Helper()
	resource := schema.GroupResource{Group: "apps", Resource: "deployments"}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(wanted)
	if err != nil {
		b.Fatal(err)
	}
	content, err := workload.Content(resource, object)
	if err != nil {
		b.Fatal(err)
	}
	raw, err := workload.Canonical(content)
	if err != nil {
		b.Fatal(err)
	}
	id := workload.IdentityOf(resource, wanted.Namespace, object)
	digest, err := workload.Digest(v1alpha1.OperationApply, id, content)
	if err != nil {
		b.Fatal(err)
	}
	return &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: wanted.Namespace, GenerateName: "bench-"},
		Spec: v1alpha1.PromotionRequestSpec{Environment: environment, Change: v1alpha1.Change{
			Operation: v1alpha1.OperationApply, Group: "apps", Version: "v1", Resource: "deployments", Name: wanted.Name,
			Content: apiextensionsv1.JSON{Raw: raw}, Digest: digest, Images: workload.Images(content),
		}},
	}
}
