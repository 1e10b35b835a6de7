// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

const (
	environment = "bench"
	// gated is a namespace of the environment, free one of none.
	gated = "bench-gated"
	free  = "bench-free"
)

func init() { logf.SetLogger(logr.Discard()) }

type setup struct {
	admin, alice, bob client.Client
}

// start starts a control plane with Countersign and a Deployment in both namespaces.
func start(b *testing.B) setup {
	b.Helper()
	cluster, _ := launch(b, operator.Options{Dir: b.TempDir()})
	s := setup{
		admin: clientAs(b, cluster, "admin", "system:masters"),
		alice: clientAs(b, cluster, "alice", "system:masters"),
		bob:   clientAs(b, cluster, "bob", "system:masters", "approvers"),
	}
	s.prepare(b)
	return s
}

// launch starts a control plane with Countersign.
func launch(b *testing.B, options operator.Options) (*controlplane.ControlPlane, *operator.Operator) {
	b.Helper()
	cluster, err := controlplane.Start(b.Context(), controlplane.Options{})
	check(b, err)
	b.Cleanup(func() { check(b, cluster.Stop(context.WithoutCancel(b.Context()))) })
	manager, err := operator.New(cluster, options)
	check(b, err)
	check(b, manager.Install(b.Context()))
	check(b, manager.Start(b.Context()))
	b.Cleanup(func() { check(b, manager.Stop(context.WithoutCancel(b.Context()))) })
	return cluster, manager
}

func (s setup) prepare(b *testing.B) {
	b.Helper()
	role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: "approvers"}, Spec: v1alpha1.PipelineRoleSpec{
		Environments: []v1alpha1.EnvironmentName{
			environment,
		},
		Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityApprove},
		Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: "approvers"}},
	}}
	policy := &v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: environment},
		Spec: v1alpha1.PromotionPolicySpec{
			Environment: environment, Approvals: []v1alpha1.ApprovalRule{{
				Name: "any", From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"approvers"}},
			}},
		},
	}
	for _, object := range []client.Object{role, policy, namespace(free), namespace(gated)} {
		check(b, s.admin.Create(b.Context(), object))
	}
	check(b, s.alice.Create(b.Context(), deployment(free, 0)))
	check(b, s.alice.Create(b.Context(), deployment(gated, 0)))
	labelled := namespace(gated)
	labelled.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	check(b, s.admin.Patch(b.Context(), labelled, client.Merge))
	s.awaitPolicy(b)
}

func (s setup) awaitPolicy(b *testing.B) {
	b.Helper()
	check(b, wait.PollUntilContextTimeout(b.Context(), 20*time.Millisecond, time.Minute, true,
		func(ctx context.Context) (bool, error) {
			var policy v1alpha1.PromotionPolicy
			err := s.admin.Get(ctx, client.ObjectKey{Name: environment}, &policy)
			return meta.IsStatusConditionTrue(policy.Status.Conditions, v1alpha1.ConditionReady) &&
				policy.Status.Namespaces != nil && *policy.Status.Namespaces == 1, err
		}))
}

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name},
	}
}

func clientAs(b *testing.B, cluster *controlplane.ControlPlane, name string, groups ...string) client.Client {
	b.Helper()
	config, err := cluster.User(name, groups...)
	check(b, err)
	c, err := newClient(config)
	check(b, err)
	return c
}

func newClient(config *rest.Config) (client.Client, error) {
	config.QPS = -1
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return client.New(config, client.Options{Scheme: scheme})
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
