// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/controller"
	"github.com/countersign-dev/countersign/internal/grants"
)

// roleWorld is the cluster as the tests of PipelineRoles see it. Its client may do everything.
type roleWorld struct {
	client.Client
	trail *trail
	// reconciler runs with the operator's own identity and rights.
	reconciler *controller.PipelineRoleReconciler
}

// startRoles starts the reconciler of PipelineRoles, until the test ends.
func startRoles(t *testing.T) *roleWorld {
	t.Helper()
	w := newRoleWorld(t)
	config, err := cluster.ServiceAccount(t.Context(), "countersign-system", "countersign-controller-manager")
	must(t, err)
	manager := newManager(t, config)
	w.reconciler = &controller.PipelineRoleReconciler{
		Client: manager.GetClient(), Live: manager.GetAPIReader(), Clock: clock.RealClock{},
		Audit: audit.New(clock.RealClock{}, logr.Discard(), w.trail),
	}
	must(t, w.reconciler.SetupWithManager(manager))
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- manager.Start(ctx) }()
	t.Cleanup(func() {
		stop()
		must(t, <-stopped)
	})
	return w
}

func newManager(t *testing.T, config *rest.Config) ctrl.Manager {
	t.Helper()
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:     roleScheme(),
		Logger:     logr.Discard(),
		Metrics:    metricsserver.Options{BindAddress: "0"},
		Cache:      cache.Options{ByObject: controller.GeneratedObjects(), ReaderFailOnMissingInformer: true},
		Controller: ctrlconfig.Controller{SkipNameValidation: new(true)},
	})
	must(t, err)
	return manager
}

func newRoleWorld(t *testing.T) *roleWorld {
	t.Helper()
	config, err := cluster.User("tester", "system:masters", "countersign:break-glass")
	must(t, err)
	all, err := client.New(config, client.Options{Scheme: roleScheme()})
	must(t, err)
	return &roleWorld{Client: all, trail: &trail{}}
}

func roleScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	return scheme
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// trail keeps the audit lines.
type trail struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *trail) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(line)
}

// of lists what the trail says about a role, one short text per line.
func (l *trail) of(t *testing.T, role string) []string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var said []string
	for line := range bytes.Lines(l.all.Bytes()) {
		var event audit.Event
		must(t, json.Unmarshal(line, &event))
		if event.Role == role {
			said = append(said, strings.TrimSpace(fmt.Sprintf("%s %s %s by %s: %s", event.Type, event.Operation,
				event.Object.Name, event.GrantedBy, strings.Join(event.Subjects, " "))))
		}
	}
	slices.Sort(said)
	return said
}

// namespace makes a namespace in an environment, in none where that is empty.
func (w *roleWorld) namespace(t *testing.T, name, environment string) *corev1.Namespace {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if environment != "" {
		namespace.Labels = map[string]string{v1alpha1.EnvironmentLabel: environment}
	}
	must(t, w.Create(t.Context(), namespace))
	return namespace
}

// role makes a role that gives alice and the group operators capability View in an environment of the role's name.
func (w *roleWorld) role(t *testing.T, name string, edits ...func(*v1alpha1.PipelineRole)) *v1alpha1.PipelineRole {
	t.Helper()
	role := &v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{grants.ChangedByAnnotation: "tester"}},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{v1alpha1.EnvironmentName(name)},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityView},
			Members: []v1alpha1.Member{
				{Kind: v1alpha1.MemberUser, Name: "alice"}, {Kind: v1alpha1.MemberGroup, Name: "operators"},
			},
		},
	}
	for _, edit := range edits {
		edit(role)
	}
	must(t, w.Create(t.Context(), role))
	return role
}

// edit changes an object, again where somebody else was first.
func (w *roleWorld) edit(t *testing.T, object client.Object, change func()) {
	t.Helper()
	until(t, "the edit is made", func(ctx context.Context) (string, error) {
		if err := w.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return "", err
		}
		change()
		if err := w.Update(ctx, object); err != nil {
			return err.Error(), nil
		}
		return "", nil
	})
}

// binding is a stored RoleBinding; nil where there is none.
func (w *roleWorld) binding(ctx context.Context, namespace, role string) (*rbacv1.RoleBinding, error) {
	binding := &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: namespace, Name: grants.BindingName(role, v1alpha1.CapabilityView)}
	if err := w.Get(ctx, key, binding); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	return binding, nil
}

// awaitView waits until the API server itself lets a user view, or no longer lets them.
func (w *roleWorld) awaitView(t *testing.T, namespace, user string, want bool) {
	t.Helper()
	until(t, fmt.Sprintf("may %s view in %s: %t", user, namespace, want), func(ctx context.Context) (string, error) {
		may, err := w.may(ctx, namespace, user, authorizationv1.ResourceAttributes{
			Group: "apps", Resource: "deployments", Verb: "list",
		})
		return differ(want, may), err
	})
}

func (w *roleWorld) may(
	ctx context.Context, namespace, user string, what authorizationv1.ResourceAttributes,
) (bool, error) {
	what.Namespace = namespace
	review := &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: &what},
	}
	err := w.Create(ctx, review)
	return review.Status.Allowed, err
}

// awaitReady waits until the role's conditions say so of its latest generation: Ready's status and reason, and
// Stalled's status where it is there.
func (w *roleWorld) awaitReady(t *testing.T, role *v1alpha1.PipelineRole, want string) {
	t.Helper()
	until(t, "the conditions of role "+role.Name, func(ctx context.Context) (string, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(role), role)
		return differ(want, summary(role)), err
	})
}

func summary(role *v1alpha1.PipelineRole) string {
	var said []string
	for _, condition := range role.Status.Conditions {
		if condition.ObservedGeneration == role.Generation {
			said = append(said, fmt.Sprintf("%s=%s %s", condition.Type, condition.Status, condition.Reason))
		}
	}
	return strings.Join(said, ", ")
}

func differ[T comparable](want, got T) string {
	if got == want {
		return ""
	}
	return fmt.Sprintf("want %v, got %v", want, got)
}

// until waits for something to hold: for the check to return no difference.
func until(t *testing.T, what string, check func(context.Context) (difference string, err error)) {
	t.Helper()
	var difference string
	err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, 20*time.Second, true,
		func(ctx context.Context) (holds bool, err error) {
			difference, err = check(ctx)
			return difference == "", err
		})
	if err != nil {
		t.Fatalf("%s: %v: %s", what, err, difference)
	}
}
