// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/identity"
)

// syncing is an API server where Argo CD syncs, and what it says of the authors.
type syncing struct {
	*stub

	entry v1alpha1.EntryMode
	// before are the requests that were made about the object.
	before []v1alpha1.PromotionRequest
	// races is how often somebody else is faster.
	races int
	// made are the requests that were made, and asked is how often it was asked who wrote what is synced.
	made  []v1alpha1.PromotionRequest
	asked int

	// authors and doubt are the answer. Where it is slow, it comes when nobody waits any more.
	authors []v1alpha1.Author
	doubt   error
	slow    bool
}

func (s *syncing) Get(ctx context.Context, key client.ObjectKey, object client.Object, o ...client.GetOption) error {
	application, ok := object.(*unstructured.Unstructured)
	if !ok {
		return s.stub.Get(ctx, key, object, o...)
	}
	application.Object = map[string]any{
		"operation": map[string]any{
			"initiatedBy": map[string]any{"username": carol}, "sync": map[string]any{"revision": "abc"},
		},
		"status": map[string]any{"resources": []any{
			map[string]any{"group": "apps", "kind": "Deployment", "namespace": "shop", "name": "web"},
		}},
	}
	return trust.Stamp(application.Object, nil, v1alpha1.UserReference{
		Username: identity.ServiceAccount(trust.Namespace, "argocd-server"),
	})
}

func (s *syncing) List(ctx context.Context, list client.ObjectList, o ...client.ListOption) error {
	switch list := list.(type) {
	case *v1alpha1.PromotionPolicyList:
		policy := enforced()
		policy.Spec.Entry = s.entry
		list.Items = []v1alpha1.PromotionPolicy{policy}
		return nil
	case *v1alpha1.PromotionRequestList:
		by := (&client.ListOptions{}).ApplyOptions(o).FieldSelector
		if by != nil && by.String() == "object=apps/deployments/web/" {
			list.Items = s.before
		}
		return nil
	}
	return s.stub.List(ctx, list, o...)
}

func (s *syncing) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	if s.races--; s.races >= 0 {
		return apierrors.NewAlreadyExists(schema.GroupResource{}, object.GetName())
	}
	s.made = append(s.made, *object.(*v1alpha1.PromotionRequest))
	return nil
}

func (s *syncing) Of(
	ctx context.Context, name types.NamespacedName, application map[string]any,
) ([]v1alpha1.Author, error) {
	s.asked++
	revision, _, err := unstructured.NestedString(application, "operation", "sync", "revision")
	if err != nil || name.String() != "argocd/shop" || revision != "abc" {
		return nil, errors.New("asked about something else")
	}
	if s.slow {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.authors, s.doubt
}

// ready to answer: two people are asked for, where nothing else is said.
func (s syncing) ready() syncing {
	s.stub = &stub{}
	if s.entry == "" {
		s.entry = v1alpha1.EntryTwoPerson
	}
	return s
}

// carol begins syncs in Argo CD.
const carol = "carol@example.com"

var trust = argocd.Trust{Namespace: "argocd"}

// try a change as a user.
func (s *syncing) try(
	t *testing.T, user string, dryRun bool, annotations map[string]string,
) admissionv1.AdmissionResponse {
	t.Helper()
	gate := s.gate()
	gate.Syncs = Syncs{Live: s, Trust: trust}
	gate.Live, gate.Records, gate.Evidence.Cache, gate.Evidence.Records, gate.Authors = s, s, s, s, s
	object := map[string]any{
		"metadata": map[string]any{"name": "web", "namespace": "shop", "annotations": annotations},
		"spec":     map[string]any{"minReadySeconds": 1}, // there are no images to enlist
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
			"uid": "1", "kind": map[string]any{"group": "apps", "version": "v1", "kind": "Deployment"},
			"resource":  map[string]any{"group": "apps", "version": "v1", "resource": "deployments"},
			"operation": "CREATE", "name": "web", "namespace": "shop", "dryRun": dryRun,
			"userInfo": map[string]any{"username": user}, "object": object, "oldObject": nil,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return send(t, gate, body)
}

var tracked = map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}

func knownBy(name string, evidence v1alpha1.AuthorEvidence) v1alpha1.Author {
	return v1alpha1.Author{Name: name, Evidence: evidence}
}

func TestAuthorsOfSync(t *testing.T) {
	declared := map[string]string{v1alpha1.AuthorsAnnotation: "eve@example.com, dave@example.com"}
	maps.Copy(declared, tracked)
	dave := knownBy("dave@example.com", v1alpha1.AuthorSignedCommit)
	earlier := v1alpha1.PromotionRequest{Spec: v1alpha1.PromotionRequestSpec{
		Release: &v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop"}, Authorship: v1alpha1.AuthorshipCommits,
		Authors: []v1alpha1.Author{knownBy("fay@example.com", v1alpha1.AuthorCommit)},
		Change:  v1alpha1.Change{Digest: "v1:sha256:earlier"},
	}}
	doubtful := *earlier.DeepCopy()
	doubtful.Spec.Authorship = v1alpha1.AuthorshipDeclared
	cases := map[string]struct {
		reason      string
		argo        syncing
		user        string // Argo CD, where it is empty
		annotations map[string]string
		want        []v1alpha1.Author
		authorship  v1alpha1.Authorship
		asked       int
	}{
		"Known": {
			reason: "Argo CD says so", argo: syncing{authors: []v1alpha1.Author{dave}}, annotations: tracked,
			want: []v1alpha1.Author{dave}, authorship: v1alpha1.AuthorshipCommits, asked: 1,
		},
		"Raced": {
			reason: "it is decided again, and asked about once",
			argo:   syncing{authors: []v1alpha1.Author{dave}, races: 2}, annotations: tracked,
			want: []v1alpha1.Author{dave}, authorship: v1alpha1.AuthorshipCommits, asked: 1,
		},
		"Declared": {
			reason: "who is declared is one besides", argo: syncing{authors: []v1alpha1.Author{dave}}, annotations: declared,
			want:       []v1alpha1.Author{dave, knownBy("eve@example.com", v1alpha1.AuthorDeclared)},
			authorship: v1alpha1.AuthorshipCommits, asked: 1,
		},
		"Doubted": {
			reason: "there may be others, and this is one",
			argo:   syncing{authors: []v1alpha1.Author{dave}, doubt: errors.New("of one source")}, annotations: tracked,
			want: []v1alpha1.Author{dave}, authorship: v1alpha1.AuthorshipDeclared, asked: 1,
		},
		"Down": {
			reason: "it is asked for all the same", argo: syncing{doubt: errors.New("connection refused")},
			annotations: tracked, authorship: v1alpha1.AuthorshipDeclared, asked: 1,
		},
		"Slow": {
			reason: "nobody waits for long", argo: syncing{slow: true}, annotations: declared,
			want: []v1alpha1.Author{
				knownBy("eve@example.com", v1alpha1.AuthorDeclared), knownBy("dave@example.com", v1alpha1.AuthorDeclared),
			},
			authorship: v1alpha1.AuthorshipDeclared, asked: 1,
		},
		"Pending": {
			reason: "a commit before it has not entered", annotations: tracked,
			argo:       syncing{authors: []v1alpha1.Author{dave}, before: []v1alpha1.PromotionRequest{earlier}},
			want:       []v1alpha1.Author{dave, knownBy("fay@example.com", v1alpha1.AuthorCommit)},
			authorship: v1alpha1.AuthorshipCommits, asked: 1,
		},
		"PendingDoubted": {
			reason: "who wrote that one is not known", annotations: tracked,
			argo:       syncing{authors: []v1alpha1.Author{dave}, before: []v1alpha1.PromotionRequest{doubtful}},
			want:       []v1alpha1.Author{dave, knownBy("fay@example.com", v1alpha1.AuthorCommit)},
			authorship: v1alpha1.AuthorshipDeclared, asked: 1,
		},
		"Untracked": {
			reason: "it is of no sync", argo: syncing{authors: []v1alpha1.Author{dave}}, user: "alice",
		},
		"Forged": {
			reason: "who applies it is not Argo CD", argo: syncing{authors: []v1alpha1.Author{dave}}, user: "alice",
			annotations: tracked,
		},
		"Open": {
			reason: "what is let in is not held up", argo: syncing{entry: v1alpha1.EntryOpen}, annotations: declared,
			want: []v1alpha1.Author{
				knownBy("eve@example.com", v1alpha1.AuthorDeclared), knownBy("dave@example.com", v1alpha1.AuthorDeclared),
			},
			authorship: v1alpha1.AuthorshipDeclared,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				argo := tc.argo.ready()
				user := tc.user
				if user == "" {
					user = trust.Controller()
				}
				began := time.Now()
				answer := argo.try(t, user, false, tc.annotations)
				if answer.Allowed != (argo.entry == v1alpha1.EntryOpen) || len(argo.made) != 1 {
					t.Fatalf("%s: %d requests were made: %+v", tc.reason, len(argo.made), answer)
				}
				expectAuthors(t, tc.reason, argo.made[0].Spec, tc.want, tc.authorship)
				if took := time.Since(began); argo.asked != tc.asked || took > authorsWithin {
					t.Errorf("%s: asked %d times, want %d, in %s", tc.reason, argo.asked, tc.asked, took)
				}
			})
		})
	}
}

func expectAuthors(
	t *testing.T, reason string, spec v1alpha1.PromotionRequestSpec, want []v1alpha1.Author, known v1alpha1.Authorship,
) {
	t.Helper()
	if diff := cmp.Diff(want, spec.Authors); diff != "" {
		t.Errorf("%s (-want +got):\n%s", reason, diff)
	}
	if spec.Authorship != known {
		t.Errorf("%s: got authorship %q, want %q", reason, spec.Authorship, known)
	}
}

// TestDryRunAsksNobody : Argo CD compares by many of them.
func TestDryRunAsksNobody(t *testing.T) {
	argo := &syncing{stub: &stub{}, entry: v1alpha1.EntryTwoPerson}
	answer := argo.try(t, trust.Controller(), true, tracked)
	if !answer.Allowed || argo.asked != 0 || len(argo.made) != 0 {
		t.Errorf("asked %d times, %d requests: %+v", argo.asked, len(argo.made), answer)
	}
}

// TestDoubted : whoever begins a sync is one of the two people where it is known who wrote what it brings.
func TestDoubted(t *testing.T) {
	dave := []v1alpha1.Author{knownBy("dave@example.com", v1alpha1.AuthorCommit)}
	const needs, doubt = "1 approval from managers", "1 more from managers"
	for name, tc := range map[string]struct {
		doubt      error
		authorship v1alpha1.Authorship
		more       bool
	}{
		"Known":   {nil, v1alpha1.AuthorshipCommits, false},
		"Unknown": {errors.New("Argo CD does not answer"), v1alpha1.AuthorshipDeclared, true},
	} {
		t.Run(name, func(t *testing.T) {
			argo := &syncing{stub: &stub{}, entry: v1alpha1.EntryTwoPerson, authors: dave, doubt: tc.doubt}
			message := argo.try(t, trust.Controller(), false, tracked).Result.Message
			spec := argo.made[0].Spec
			if spec.Requester.Username != carol || spec.Authorship != tc.authorship {
				t.Errorf("asked for by %s, authorship %q", spec.Requester.Username, spec.Authorship)
			}
			if !strings.Contains(message, needs) || strings.Contains(message, doubt) != tc.more {
				t.Errorf("it says:\n%s", message)
			}
		})
	}
}

// TestKnownFromGit : only the operator asks Argo CD.
func TestKnownFromGit(t *testing.T) {
	for name, tc := range map[string]struct {
		spec v1alpha1.PromotionRequestSpec
		want string
	}{
		"Declared": {v1alpha1.PromotionRequestSpec{
			Authors: []v1alpha1.Author{knownBy("dave", v1alpha1.AuthorDeclared)},
		}, ""},
		"Commit": {v1alpha1.PromotionRequestSpec{Authors: []v1alpha1.Author{
			knownBy("dave", v1alpha1.AuthorDeclared), knownBy("eve", v1alpha1.AuthorCommit),
		}}, "spec.authors[1].evidence"},
		"Signed": {v1alpha1.PromotionRequestSpec{Authors: []v1alpha1.Author{
			knownBy("dave", v1alpha1.AuthorSignedCommit),
		}}, "spec.authors[0].evidence"},
		"Authorship": {v1alpha1.PromotionRequestSpec{Authorship: v1alpha1.AuthorshipCommits}, "spec.authorship"},
	} {
		if got := knownFromGit(tc.spec); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}
