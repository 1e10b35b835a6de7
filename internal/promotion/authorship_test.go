// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

func TestAuthorshipAnd(t *testing.T) {
	wrote := func(complete bool, evidence v1alpha1.AuthorEvidence, names ...string) promotion.Authorship {
		a := promotion.Authorship{Complete: complete}
		for _, name := range names {
			a.Authors = append(a.Authors, v1alpha1.Author{Name: name, Evidence: evidence})
		}
		return a
	}
	many := make([]string, 64)
	for i := range many {
		many[i] = fmt.Sprint("a", i)
	}
	cases := map[string]struct {
		reason     string
		one, other promotion.Authorship
		want       promotion.Authorship
	}{
		"Both": {
			"who wrote one wrote the whole too", wrote(true, v1alpha1.AuthorCommit, bob),
			wrote(true, v1alpha1.AuthorCommit, carol), wrote(true, v1alpha1.AuthorCommit, bob, carol),
		},
		"Twice": {
			"once is enough", wrote(true, v1alpha1.AuthorCommit, bob), wrote(true, v1alpha1.AuthorDeclared, bob),
			wrote(true, v1alpha1.AuthorCommit, bob),
		},
		"First": {"of one it is not known", wrote(false, ""), wrote(true, "", bob), wrote(false, "", bob)},
		"Other": {"of the other it is not known", wrote(true, "", bob), wrote(false, ""), wrote(false, "", bob)},
		"Full":  {"as many as fit", wrote(true, "", many[:63]...), wrote(true, "", many...), wrote(true, "", many...)},
		"Over": {
			"one left out is not known", wrote(true, "", many...), wrote(true, "", many[0], bob), wrote(false, "", many...),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.one.And(tc.other)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKnown : an error leaves room for others, and takes nobody away.
func TestKnown(t *testing.T) {
	authors := []v1alpha1.Author{{Name: bob}, {Name: carol}}
	for _, err := range []error{nil, errors.New("it went through several commits")} {
		want := promotion.Authorship{Authors: authors, Complete: err == nil}
		if diff := cmp.Diff(want, promotion.Known(authors, err)); diff != "" {
			t.Errorf("%v: -want, +got:\n%s", err, diff)
		}
	}
}

// TestAuthorshipAndTwice : what is added to one is not in another.
func TestAuthorshipAndTwice(t *testing.T) {
	wrote := func(name string) promotion.Authorship {
		return promotion.Authorship{Authors: []v1alpha1.Author{{Name: name}}}
	}
	both := promotion.Authorship{Authors: append(make([]v1alpha1.Author, 0, 2), v1alpha1.Author{Name: alice})}
	first := both.And(wrote(bob))
	if second := both.And(wrote(carol)); first.Authors[1].Name != bob || second.Authors[1].Name != carol {
		t.Errorf("got %v and %v", first, second)
	}
}

// synced is a request of a release about the object, after some minutes, as a sync of it has the operator make one.
func synced(minute int, digest v1alpha1.Digest, authors ...string) v1alpha1.PromotionRequest {
	request := v1alpha1.PromotionRequest{}
	request.CreationTimestamp = metav1.NewTime(noon.Add(time.Duration(minute) * time.Minute))
	request.Spec.Change.Digest = digest
	request.Spec.Release = &v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop", Revision: string(digest)}
	request.Spec.Authorship = v1alpha1.AuthorshipCommits
	for _, name := range authors {
		request.Spec.Authors = append(request.Spec.Authors, v1alpha1.Author{Name: name, Evidence: v1alpha1.AuthorCommit})
	}
	return request
}

func but(request v1alpha1.PromotionRequest, change func(*v1alpha1.PromotionRequest)) v1alpha1.PromotionRequest {
	change(&request)
	return request
}

func TestPending(t *testing.T) {
	enter := func(r *v1alpha1.PromotionRequest) { r.Status.Entry = &v1alpha1.Entry{} }
	shop := v1alpha1.Release{Source: "ArgoCD", Name: "argocd/shop", Revision: "new"}
	cases := map[string]struct {
		reason   string
		replaces v1alpha1.Digest
		requests []v1alpha1.PromotionRequest
		want     []string
		doubt    bool
	}{
		"None": {reason: "it is the first"},
		"Waiting": {
			reason:   "the next commit has it in it",
			requests: []v1alpha1.PromotionRequest{synced(0, "one", bob), synced(1, "two", carol)}, want: []string{bob, carol},
		},
		"Entered": {
			reason: "what is stored has it in it already", replaces: "two",
			requests: []v1alpha1.PromotionRequest{synced(0, "one", bob), but(synced(1, "two", carol), enter)},
		},
		"EnteredFirst": {
			reason: "what came after what is stored is still to come", replaces: "one",
			requests: []v1alpha1.PromotionRequest{but(synced(0, "one", bob), enter), synced(1, "two", carol)},
			want:     []string{carol},
		},
		"SameSecond": {
			reason: "nobody can tell which was first", replaces: "one",
			requests: []v1alpha1.PromotionRequest{but(synced(0, "one", bob), enter), synced(0, "two", carol)},
			want:     []string{carol},
		},
		"TakenBack": {
			reason: "it was in, and is not any more", replaces: "one",
			requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), enter), but(synced(1, "two", carol), enter), synced(2, "three", dave),
			},
			want: []string{carol, dave},
		},
		"Again": {
			reason: "the last time that it entered counts", replaces: "one",
			requests: []v1alpha1.PromotionRequest{
				but(synced(4, "one", bob), enter), synced(2, "two", carol), but(synced(0, "one", bob), enter),
			},
		},
		"AgainInOrder": {
			reason: "in whatever order they come", replaces: "one",
			requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), enter), synced(2, "two", carol), but(synced(4, "one", bob), enter),
			},
		},
		"NotEntered": {
			reason: "that it was asked for is no entry", replaces: "one",
			requests: []v1alpha1.PromotionRequest{synced(1, "one", bob), synced(0, "two", carol)}, want: []string{carol},
		},
		"Unrecorded": {
			reason: "no record says since when it is stored", replaces: "zero",
			requests: []v1alpha1.PromotionRequest{but(synced(0, "one", bob), enter), synced(1, "two", carol)},
			want:     []string{carol},
		},
		"OfAnother": {
			reason: "another Application, or another tool", requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), func(r *v1alpha1.PromotionRequest) { r.Spec.Release.Name = "argocd/web" }),
				but(synced(0, "two", bob), func(r *v1alpha1.PromotionRequest) { r.Spec.Release.Source = "Helm" }),
				but(synced(0, "three", bob), func(r *v1alpha1.PromotionRequest) { r.Spec.Release = nil }),
			},
		},
		"Oneself": {
			reason: "whoever asks can name any release", requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), func(r *v1alpha1.PromotionRequest) {
					r.Spec.Authorship, r.Spec.Authors[0].Evidence = "", v1alpha1.AuthorDeclared
				}),
			},
		},
		"MaybeEdited": {
			reason: "it names whose commits it may be of, and leaves nothing open about others", want: []string{bob},
			requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), func(r *v1alpha1.PromotionRequest) { r.Spec.Authorship = "" }),
			},
		},
		"Declared": {
			reason: "it was said of something else, and would keep people from this", requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob, carol), func(r *v1alpha1.PromotionRequest) {
					r.Spec.Authors[0].Evidence = v1alpha1.AuthorDeclared
				}),
			},
			want: []string{carol},
		},
		"Doubted": {
			reason: "of one it was not known", doubt: true, want: []string{bob, carol},
			requests: []v1alpha1.PromotionRequest{
				but(synced(0, "one", bob), func(r *v1alpha1.PromotionRequest) {
					r.Spec.Authorship = v1alpha1.AuthorshipDeclared
				}), synced(1, "two", carol),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := promotion.Pending(tc.requests, shop, tc.replaces)
			var names []string
			for _, author := range got.Authors {
				names = append(names, author.Name)
			}
			if diff := cmp.Diff(tc.want, names); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if got.Complete == tc.doubt {
				t.Errorf("%s: complete: %t", tc.reason, got.Complete)
			}
		})
	}
}
