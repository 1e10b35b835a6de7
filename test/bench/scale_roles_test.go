// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// joiner is who becomes a member.
	joiner = "joiner@example.com"
	// atOnce is how many namespaces are made at a time.
	atOnce = 16
)

func (s *scale) makeNamespaces(b *testing.B) {
	b.Helper()
	group, ctx := errgroup.WithContext(b.Context())
	group.SetLimit(atOnce)
	for i := range *namespaces {
		name := fmt.Sprintf("scale-%d", i)
		s.namespaces = append(s.namespaces, name)
		group.Go(func() error { return s.admin.Create(ctx, labelled(name)) })
	}
	check(b, group.Wait())
	// The controllers give each namespace a service account. They are not to be at it during the measurement.
	await(b, func(ctx context.Context) (bool, error) {
		accounts, err := s.count(ctx, &corev1.ServiceAccountList{})
		return accounts >= *namespaces, err
	})
}

func labelled(name string) *corev1.Namespace {
	made := namespace(name)
	made.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	return made
}

func (s *scale) createRoles(b *testing.B) {
	for i := range *roles {
		check(b, s.admin.Create(b.Context(), &v1alpha1.PipelineRole{
			ObjectMeta: metav1.ObjectMeta{Name: roleName(i)},
			Spec: v1alpha1.PipelineRoleSpec{
				Environments: []v1alpha1.EnvironmentName{environment},
				Capabilities: given,
				Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberGroup, Name: roleName(i)}},
			},
		}))
	}
	s.awaitRoles(b)
}

func (s *scale) changeMember(b *testing.B) {
	role := &v1alpha1.PipelineRole{}
	check(b, s.admin.Get(b.Context(), client.ObjectKey{Name: roleName(0)}, role))
	before := client.MergeFrom(role.DeepCopy())
	role.Spec.Members = append(role.Spec.Members, v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: joiner})
	check(b, s.admin.Patch(b.Context(), role, before))
	s.awaitRoles(b)
}

func (s *scale) addNamespace(b *testing.B, name string) {
	check(b, s.admin.Create(b.Context(), labelled(name)))
	s.namespaces = append(s.namespaces, name)
	s.awaitRoles(b)
}

// removeRoles waits for the bindings: nothing is left that would say so.
func (s *scale) removeRoles(b *testing.B) {
	before, err := s.count(b.Context(), &rbacv1.RoleBindingList{})
	check(b, err)
	for i := range *roles {
		role := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: roleName(i)}}
		check(b, s.admin.Delete(b.Context(), role))
	}
	await(b, func(ctx context.Context) (bool, error) {
		now, err := s.count(ctx, &rbacv1.RoleBindingList{})
		return now <= before-*roles*len(given)*len(s.namespaces), err
	})
}

// awaitRoles waits until every role says that it holds, as it is now, in all namespaces.
func (s *scale) awaitRoles(b *testing.B) {
	b.Helper()
	await(b, func(ctx context.Context) (bool, error) {
		var list v1alpha1.PipelineRoleList
		err := s.admin.List(ctx, &list)
		for i := range list.Items {
			status := &list.Items[i].Status
			if status.ObservedGeneration != list.Items[i].Generation || status.Namespaces == nil ||
				int(*status.Namespaces) != len(s.namespaces) {
				return false, err
			}
		}
		return true, err
	})
}

// count lets the API server count what it has of a kind.
func (s *scale) count(ctx context.Context, list client.ObjectList) (int, error) {
	err := s.admin.List(ctx, list, client.Limit(1))
	if rest := list.GetRemainingItemCount(); rest != nil {
		return 1 + int(*rest), err
	}
	return 1, err
}

// looking is how often to look whether the operator is done: at first every 10 ms, then less and less often, so that it
// blurs the time by a fiftieth and costs the API server next to nothing. It gives up after an hour.
var looking = wait.Backoff{Duration: 10 * time.Millisecond, Factor: 1.02, Steps: 450}

func await(b *testing.B, done wait.ConditionWithContextFunc) {
	b.Helper()
	check(b, wait.ExponentialBackoffWithContext(b.Context(), looking, done))
}
