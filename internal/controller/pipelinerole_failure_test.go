// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/grants"
	"github.com/countersign-dev/countersign/internal/index"
)

var errDown = errors.New("the API server is down")

// TestPipelineRoleWritesThatFail: what a real API server does not do on demand. The role has a member and a bot, and
// held in a, where it no longer does, and in b and c.
func TestPipelineRoleWritesThatFail(t *testing.T) {
	forbidden := func(object client.Object) error {
		return apierrors.NewForbidden(schema.GroupResource{Resource: "rolebindings"}, object.GetName(), errors.New("no"))
	}
	conflict := func(object client.Object) error {
		return apierrors.NewConflict(schema.GroupResource{Resource: "rolebindings"}, object.GetName(), errors.New("newer"))
	}
	cases := map[string]struct {
		reason string
		fail   interceptor.Funcs
		// want is who holds the role in which namespace.
		want      map[string]string
		wantErr   string
		wantAgain time.Duration
		wantReady string
	}{
		"None": {
			reason:    "nothing fails",
			want:      map[string]string{"b": "bob ci", "c": "bob ci"},
			wantReady: "Granted",
		},
		"Refused": {
			reason:    "one namespace refuses; the others are done, and the status tells",
			fail:      failUpdate("b", forbidden),
			want:      map[string]string{"b": "alice", "c": "bob ci"},
			wantErr:   "write RoleBinding b/countersign:shop:view",
			wantReady: "Refused",
		},
		"Down": {
			reason:  "a fault that passes is no news for the status",
			fail:    failUpdate("b", func(client.Object) error { return errDown }),
			want:    map[string]string{"b": "alice", "c": "bob ci"},
			wantErr: errDown.Error(),
		},
		"Conflict": {
			reason:    "somebody wrote first: that is no error",
			fail:      failUpdate("b", conflict),
			want:      map[string]string{"b": "alice", "c": "bob ci"},
			wantAgain: staleWait,
		},
		"AccountNotRepaired": {
			reason:  "a bot does not lose its rights because its account cannot be repaired just now",
			fail:    failUpdate("cicd", func(client.Object) error { return errDown }),
			want:    map[string]string{"b": "bob ci", "c": "bob ci"},
			wantErr: errDown.Error(),
		},
		"NotRemoved": {
			reason: "what cannot be removed does not hold up the rest",
			fail: interceptor.Funcs{Delete: func(
				context.Context, client.WithWatch, client.Object, ...client.DeleteOption,
			) error {
				return errDown
			}},
			want:    map[string]string{"a": "alice", "b": "bob ci", "c": "bob ci"},
			wantErr: errDown.Error(),
		},
		"NotRead": {
			reason: "nothing is removed on the word of a list that failed",
			fail: interceptor.Funcs{List: func(
				ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption,
			) error {
				if _, ok := list.(*corev1.NamespaceList); ok {
					return errDown
				}
				return c.List(ctx, list, opts...)
			}},
			want:    map[string]string{"a": "alice", "b": "alice", "c": "alice"},
			wantErr: "list namespaces: " + errDown.Error(),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			stored := storedShop(t)
			failing := interceptor.NewClient(stored, tc.fail)
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			reconciler := &PipelineRoleReconciler{
				Client: failing, Live: failing, Authority: mayAll{}, Clock: clocktesting.NewFakePassiveClock(now),
				Audit:          audit.New(clocktesting.NewFakePassiveClock(now), logr.Discard()),
				TokenAudiences: []string{"api"},
			}
			request := ctrl.Request{NamespacedName: client.ObjectKey{Name: "shop"}}
			result, err := reconciler.Reconcile(t.Context(), request)
			if got := message(err); !strings.Contains(got, tc.wantErr) || tc.wantErr == "" && err != nil {
				t.Errorf("%s: error %q, want %q", tc.reason, got, tc.wantErr)
			}
			if result.RequeueAfter != tc.wantAgain {
				t.Errorf("%s: looks again after %v, want %v", tc.reason, result.RequeueAfter, tc.wantAgain)
			}
			if diff := cmp.Diff(tc.want, holders(t, stored)); diff != "" {
				t.Errorf("%s: holders: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.wantReady, readyReason(t, stored)); diff != "" {
				t.Errorf("%s: reason of Ready: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func failUpdate(namespace string, fail func(client.Object) error) interceptor.Funcs {
	return interceptor.Funcs{
		Update: func(ctx context.Context, c client.WithWatch, object client.Object, opts ...client.UpdateOption) error {
			if object.GetNamespace() == namespace {
				return fail(object)
			}
			return c.Update(ctx, object, opts...)
		},
	}
}

// storedShop is a cluster where the role gave alice alone the right to view, in a, b and c; now it says bob and a bot,
// in b and c.
func storedShop(t *testing.T) client.WithWatch {
	t.Helper()
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(all); err != nil {
			t.Fatal(err)
		}
	}
	role := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{
			Name: "shop", UID: "uid", Generation: 1, Annotations: map[string]string{v1alpha1.AuthorAnnotation: "{}"},
		},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{"staging"},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "alice"}},
		},
	}
	objects := []client.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "a"}}}
	for _, name := range []string{"b", "c"} {
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: name, Labels: map[string]string{v1alpha1.EnvironmentLabel: "staging"},
		}})
	}
	holders := grants.HoldersOf(role, nil, time.Time{})
	for _, binding := range grants.Bindings(role, holders, []string{"a", "b", "c"}, nil, always) {
		objects = append(objects, binding)
	}
	role.Spec.Members[0].Name = "bob"
	role.Spec.Bots = []v1alpha1.Bot{{Name: "ci", Namespace: "cicd", Owner: "shop-team"}}
	edited := grants.Account(role, role.Spec.Bots[0], nil)
	edited.AutomountServiceAccountToken = nil
	objects = append(objects, edited, role)
	builder := fake.NewClientBuilder().WithScheme(all).WithObjects(objects...).WithStatusSubresource(role)
	if err := index.Setup(t.Context(), indexer{builder}); err != nil {
		t.Fatal(err)
	}
	return builder.Build()
}

type indexer struct{ *fake.ClientBuilder }

func (i indexer) IndexField(_ context.Context, object client.Object, field string, extract client.IndexerFunc) error {
	i.WithIndex(object, field, extract)
	return nil
}

// mayAll is an author who may give everything.
type mayAll struct{}

func (mayAll) Lacking(
	context.Context, authenticationv1.UserInfo, *v1alpha1.PipelineRole, []string,
) ([]authority.Lack, error) {
	return nil, nil
}

// holders lists the subjects of each binding.
func holders(t *testing.T, c client.Client) map[string]string {
	t.Helper()
	var bindings rbacv1.RoleBindingList
	if err := c.List(t.Context(), &bindings); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, binding := range bindings.Items {
		var names []string
		for _, subject := range binding.Subjects {
			names = append(names, subject.Name)
		}
		found[binding.Namespace] = strings.Join(names, " ")
	}
	return found
}

func readyReason(t *testing.T, c client.Client) string {
	t.Helper()
	var role v1alpha1.PipelineRole
	if err := c.Get(t.Context(), client.ObjectKey{Name: "shop"}, &role); err != nil {
		t.Fatal(err)
	}
	for _, condition := range role.Status.Conditions {
		if condition.Type == v1alpha1.ConditionReady {
			return condition.Reason
		}
	}
	return ""
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func always(grants.Grant, string) bool { return true }
