// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

func TestWhoami(t *testing.T) {
	roles := []client.Object{
		role("managers", v1alpha1.Member{Kind: v1alpha1.MemberGroup, Name: "release-managers"}),
		role("by-name", v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "bob@example.com"}),
		role("expired", v1alpha1.Member{
			Kind: v1alpha1.MemberUser, Name: "bob@example.com", ExpireTime: new(metav1.NewTime(now)),
		}),
		role("others", v1alpha1.Member{Kind: v1alpha1.MemberUser, Name: "release-managers"}),
	}
	bot := role("ci")
	bot.Spec.Bots = []v1alpha1.Bot{{Namespace: "cicd", Name: "checkout-ci"}}
	bot.Spec.NamespaceSelector = &metav1.LabelSelector{}
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "pipelineroles"}, "", nil)
	bob := authenticationv1.UserInfo{Username: "bob@example.com", Groups: []string{"release-managers", "a\u202eb"}}
	for name, tc := range map[string]struct {
		user  authenticationv1.UserInfo
		roles []client.Object
		list  error
	}{
		"Member": {user: bob, roles: roles},
		"Bot": {
			user: authenticationv1.UserInfo{Username: "system:serviceaccount:cicd:checkout-ci"}, roles: append(roles, bot),
		},
		"Nobody": {user: bob},
		"Hidden": {user: bob, list: forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			b := bench{objects: tc.roles, calls: knowing(tc.user, tc.list)}
			got := b.run(t, "whoami")
			golden(t, "whoami-"+name, got.Out+got.Err)
		})
	}
}

// knowing is an API server that knows who calls, and answers lists with an error, if there is one.
func knowing(user authenticationv1.UserInfo, failure error) interceptor.Funcs {
	return interceptor.Funcs{
		Create: func(_ context.Context, _ client.WithWatch, object client.Object, _ ...client.CreateOption) error {
			review, ok := object.(*authenticationv1.SelfSubjectReview)
			if !ok {
				return fmt.Errorf("a %T was created", object)
			}
			review.Status.UserInfo = user
			return nil
		},
		List: func(ctx context.Context, c client.WithWatch, into client.ObjectList, options ...client.ListOption) error {
			if failure != nil {
				return failure
			}
			return c.List(ctx, into, options...)
		},
	}
}

func role(name string, members ...v1alpha1.Member) *v1alpha1.PipelineRole {
	return &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(now.Add(-time.Hour))},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{"staging", "production"},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView, v1alpha1.CapabilityApprove},
			Members:      members,
		},
	}
}
