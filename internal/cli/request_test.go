// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// foreseen is a forecaster that knows the answer.
type foreseen []forecast

func (f foreseen) forecast(context.Context, manifests) ([]forecast, error) { return f, nil }

func environment(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{v1alpha1.EnvironmentLabel: name},
	}}
}

// ungated refuses every request, since nobody gates such changes.
var ungated = interceptor.Funcs{
	Create: func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error {
		return &apierrors.StatusError{ErrStatus: metav1.Status{
			Status: metav1.StatusFailure, Reason: metav1.StatusReasonForbidden, Details: &metav1.StatusDetails{
				Causes: []metav1.StatusCause{{Type: v1alpha1.CauseUngated}},
			},
		}}
	},
}

func TestRequest(t *testing.T) {
	before, after, production := deployment("checkout:1"), deployment("checkout:2"), environment("production")
	change := promises(t, before, after)
	service := forecast{resource: corev1.SchemeGroupVersion.WithResource("services"), namespace: namespace, name: "web"}
	open := waiting(request(t, before, after), v1alpha1.ReasonAwaitingApproval, missingOne)
	ofShop := open.DeepCopy()
	ofShop.Spec.Release = &v1alpha1.Release{Source: "CLI", Name: "my shop"}
	superseded := waiting(open, v1alpha1.ReasonSuperseded, "")
	for name, tc := range map[string]struct {
		forecasts []forecast
		objects   []client.Object
		calls     interceptor.Funcs
		args      []string
		code      int
	}{
		"Opened": {forecasts: []forecast{change, service}, objects: []client.Object{production}, code: exitMissing},
		"Open":   {forecasts: []forecast{change}, objects: []client.Object{production, open}, code: exitMissing},
		"OfRelease": {
			forecasts: []forecast{change}, objects: []client.Object{production, ofShop},
			args: []string{"--release-name", "my shop"}, code: exitMissing,
		},
		"Approved": {
			forecasts: []forecast{change},
			objects:   []client.Object{production, waiting(open, v1alpha1.ReasonApproved, "")},
		},
		"Ended":         {forecasts: []forecast{change}, objects: []client.Object{production, superseded}, code: exitMissing},
		"Unchanged":     {forecasts: []forecast{promises(t, before, before)}, objects: []client.Object{production}},
		"Scaled":        {forecasts: []forecast{promises(t, before, scaled(before))}, objects: []client.Object{production}},
		"NoEnvironment": {forecasts: []forecast{change}, objects: []client.Object{environment("")}},
		"Raced": {
			forecasts: []forecast{change}, objects: []client.Object{production}, calls: racing(open), code: exitMissing,
		},
		"Ungated": {
			forecasts: []forecast{change}, objects: []client.Object{production}, calls: ungated,
		},
		"NoRelease":     {args: []string{"--revision=1"}, code: exitError},
		"UnknownSource": {args: []string{"--release-source=flux", "--release-name=a/b"}, code: exitError},
		"NoNameThere":   {args: []string{"--release-source=Flux", "--release-name=shop"}, code: exitError},
		"NoServerSide":  {args: []string{"--force-conflicts"}, code: exitError},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := bench{objects: tc.objects, forecasts: tc.forecasts, calls: tc.calls}
				got := b.run(t, append([]string{"request", "-f", "deploy/", "--exit-code"}, tc.args...)...)
				golden(t, "request-"+name, got.Out+got.Err)
				if got.Code != tc.code {
					t.Errorf("exit code %d, want %d", got.Code, tc.code)
				}
			})
		})
	}
}

func TestRequestNeedsFiles(t *testing.T) {
	var b bench
	got := b.run(t, "request")
	golden(t, "request-NoFiles", got.Out+got.Err)
	if got.Code != exitError {
		t.Errorf("exit code %d, want %d", got.Code, exitError)
	}
}

func scaled(d *appsv1.Deployment) *appsv1.Deployment {
	d = d.DeepCopy()
	d.Spec.Replicas = new(int32(9))
	return d
}

// racing is an API server on which somebody else opens the same request a moment earlier.
func racing(theirs *v1alpha1.PromotionRequest) interceptor.Funcs {
	return interceptor.Funcs{
		Create: func(ctx context.Context, c client.WithWatch, object client.Object, _ ...client.CreateOption) error {
			if err := c.Create(ctx, theirs.DeepCopy()); err != nil {
				return err
			}
			return apierrors.NewAlreadyExists(schema.GroupResource{Resource: "promotionrequests"}, object.GetName())
		},
	}
}

func TestRequestCarriesTheChange(t *testing.T) {
	before, after := deployment("checkout:1"), deployment("checkout:2")
	after.Annotations = map[string]string{v1alpha1.AuthorsAnnotation: "frank@example.com, dave@example.com"}
	b := bench{
		forecasts: []forecast{promises(t, before, after)},
		objects:   []client.Object{environment("production")},
	}
	synctest.Test(t, func(t *testing.T) {
		b.run(t, "request", "-f", "x", "--reason", "CHK-123", "--author", "dave@example.com", "--author", "erin, PhD",
			"--release-source", "Flux", "--release-name", "flux-system/shop", "--revision", "main@sha1:9f1c2d7")
	})
	want := request(t, before, after)
	var got v1alpha1.PromotionRequest
	if err := b.api.Get(t.Context(), client.ObjectKeyFromObject(want), &got); err != nil {
		t.Fatal(err)
	}
	want.Spec.Requester, want.Spec.OpenedBy = v1alpha1.UserReference{}, v1alpha1.UserReference{}
	want.Spec.Reason = "CHK-123"
	want.Spec.Release = &v1alpha1.Release{Source: "Flux", Name: "flux-system/shop", Revision: "main@sha1:9f1c2d7"}
	want.Spec.Authors = []v1alpha1.Author{
		{Name: "dave@example.com", Evidence: v1alpha1.AuthorDeclared},
		{Name: "erin, PhD", Evidence: v1alpha1.AuthorDeclared},
		{Name: "frank@example.com", Evidence: v1alpha1.AuthorDeclared},
	}
	if diff := cmp.Diff(want.Spec, got.Spec); diff != "" {
		t.Errorf("who asks is left to the stamp, everything else is said (-want +got):\n%s", diff)
	}
	if got.Spec.Change.ReplacesDigest == "" || got.Spec.Change.ReplacesDigest == got.Spec.Change.Digest {
		t.Errorf("replacesDigest %q is not that of what is stored", got.Spec.Change.ReplacesDigest)
	}
	if err := verifyDigest(got); err != nil {
		t.Error(err)
	}
}
