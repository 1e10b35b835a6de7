// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/workload"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	now   = time.Date(2026, 9, 14, 16, 5, 7, 0, time.UTC)
	asked = metav1.NewTime(now.Add(-5 * time.Minute))
)

const namespace = "shop-production"

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// outcomeOf is what a command printed, and how it ended.
type outcomeOf struct {
	Out, Err string
	Code     int
}

// bench runs commands against an API server that is made up.
type bench struct {
	objects   []client.Object
	calls     interceptor.Funcs
	forecasts []forecast
	// login is what the API server answers to a token.
	login       error
	in          string
	interactive bool
	// api is the client of the last run.
	api client.Client
}

// run one command line in the namespace of the tests.
func (b *bench) run(t *testing.T, args ...string) outcomeOf {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	var out, errOut bytes.Buffer
	a := newApp(Environment{
		IOStreams:   genericiooptions.IOStreams{In: strings.NewReader(b.in), Out: &out, ErrOut: &errOut},
		Interactive: b.interactive,
		Now:         func() time.Time { return now },
	})
	b.api = newFake(t, b.calls, b.objects...)
	a.connect = func() (client.Client, error) { return b.api, nil }
	a.tryToken = func(context.Context, string) error { return b.login }
	a.forecasts = func() (forecaster, error) { return foreseen(b.forecasts), nil }
	root := newRoot(a)
	root.SetArgs(append([]string{"-n", namespace}, args...))
	code := report(root.ExecuteContext(t.Context()), &errOut)
	return outcomeOf{Out: out.String(), Err: errOut.String(), Code: code}
}

func newFake(t *testing.T, calls interceptor.Funcs, objects ...client.Object) client.Client {
	t.Helper()
	kinds, err := newScheme()
	if err != nil {
		t.Fatal(err)
	}
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, kind := range []string{"PromotionRequest", "Approval"} {
		mapper.Add(v1alpha1.SchemeGroupVersion.WithKind(kind), meta.RESTScopeNamespace)
	}
	mapper.Add(v1alpha1.SchemeGroupVersion.WithKind("PipelineRole"), meta.RESTScopeRoot)
	mapper.Add(appsv1.SchemeGroupVersion.WithKind("Deployment"), meta.RESTScopeNamespace)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("ConfigMap"), meta.RESTScopeNamespace)
	copies := make([]client.Object, 0, len(objects))
	for _, object := range objects {
		copied, ok := object.DeepCopyObject().(client.Object)
		if !ok {
			t.Fatalf("a %T was copied into something else", object)
		}
		copies = append(copies, copied)
	}
	return fake.NewClientBuilder().WithScheme(kinds).WithRESTMapper(mapper).WithObjects(copies...).
		WithIndex(&v1alpha1.Approval{}, index.ApprovalByRequest, func(o client.Object) []string {
			approval, ok := o.(*v1alpha1.Approval)
			if !ok {
				return nil
			}
			return []string{approval.Spec.Request.Name}
		}).
		WithInterceptorFuncs(calls).Build()
}

// deployment as the API server would store it, in part.
func deployment(image string, env ...corev1.EnvVar) *appsv1.Deployment {
	return &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "checkout"},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Name: "web", Image: image, Env: env}},
		}}},
	}
}

// promises is a forecast of what applying a deployment would do.
func promises(t *testing.T, before, after *appsv1.Deployment) forecast {
	t.Helper()
	f := forecast{
		resource: appsv1.SchemeGroupVersion.WithResource("deployments"), namespace: namespace, name: after.Name,
	}
	var err error
	if before != nil {
		if f.before, err = plain(before); err != nil {
			t.Fatal(err)
		}
	}
	if f.after, err = plain(after); err != nil {
		t.Fatal(err)
	}
	return f
}

// request of alice for a deployment that replaces another.
func request(t *testing.T, before, after *appsv1.Deployment) *v1alpha1.PromotionRequest {
	t.Helper()
	change, err := promises(t, before, after).change()
	if err != nil {
		t.Fatal(err)
	}
	alice := v1alpha1.UserReference{Username: "alice@example.com"}
	return &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: fmt.Sprintf("%s-%s", after.Name, string(change.Digest)[10:42]),
			UID: types.UID("uid-of-" + after.Name), CreationTimestamp: asked,
		},
		Spec: v1alpha1.PromotionRequestSpec{
			Environment: "production", Change: change, OpenedBy: alice, Requester: alice,
		},
	}
}

// waiting is a request that the operator has looked at.
func waiting(r *v1alpha1.PromotionRequest, reason, waitingFor string) *v1alpha1.PromotionRequest {
	r = r.DeepCopy()
	r.Status.WaitingFor = waitingFor
	status := func(is bool) metav1.ConditionStatus {
		if is {
			return metav1.ConditionTrue
		}
		return metav1.ConditionFalse
	}
	approved := reason == v1alpha1.ReasonApproved
	entered := reason == v1alpha1.ReasonEntered
	ended := reason == v1alpha1.ReasonSuperseded || reason == v1alpha1.ReasonRevoked
	for _, c := range []metav1.Condition{
		{Type: v1alpha1.ConditionReady, Status: status(approved || entered), Reason: reason},
		{Type: v1alpha1.ConditionApproved, Status: status(approved || entered), Reason: reason},
		{Type: v1alpha1.ConditionStalled, Status: status(ended), Reason: reason},
	} {
		meta.SetStatusCondition(&r.Status.Conditions, c)
	}
	return r
}

// approval of bob.
func approval(r *v1alpha1.PromotionRequest, n int, decision v1alpha1.ApprovalDecision) *v1alpha1.Approval {
	a := newApproval(*r, decision, "")
	a.Name, a.GenerateName = fmt.Sprintf("%s-d%d", r.Name, n), ""
	a.CreationTimestamp = metav1.NewTime(asked.Add(time.Duration(n) * time.Minute))
	a.Spec.Approver.Username = "bob@example.com"
	return a
}

func digestOf(t *testing.T, r *v1alpha1.PromotionRequest) v1alpha1.Digest {
	t.Helper()
	content, err := contentOf(r.Spec.Change)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := workload.Digest(r.Spec.Change.Operation, identityOf(*r), content)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}
