// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Authorship is who wrote a change, and whether others may have.
type Authorship struct {
	Authors []v1alpha1.Author
	// Complete: the authors of all commits that the change comes from are among them.
	Complete bool
}

// Known is the authorship of which somebody found out so much; an error says why there may be others.
func Known(authors []v1alpha1.Author, err error) Authorship {
	return Authorship{Complete: err == nil}.And(Authorship{Authors: authors, Complete: true})
}

// And adds further authors, each of whom is named once, by the evidence that was there first. More than a request has
// room for are left out, and it is not complete then.
func (a Authorship) And(others Authorship) Authorship {
	a.Authors = slices.Clip(a.Authors)
	a.Complete = a.Complete && others.Complete
	for _, author := range others.Authors {
		if slices.ContainsFunc(a.Authors, func(b v1alpha1.Author) bool { return b.Name == author.Name }) {
			continue
		}
		if len(a.Authors) == maxAuthors {
			a.Complete = false
			break
		}
		a.Authors = append(a.Authors, author)
	}
	return a
}

// Pending is who wrote what syncs of a release wanted to do to an object and what is stored now does not have: it has
// not entered, or was taken back. The next commit has it in it, and names its own authors alone. The requests are those
// about the object; replaces is the digest of what is stored, empty where nothing is. Of authors only those count who
// were found out: whom else somebody declared is about what they tried, and would keep people from approving all that
// comes after it. It is complete where it is of each of the syncs.
func Pending(requests []v1alpha1.PromotionRequest, of v1alpha1.Release, replaces v1alpha1.Digest) Authorship {
	all := Authorship{Complete: true}
	stored := lastEntered(requests, replaces)
	for _, request := range requests {
		if synced(request, of) && request.Spec.Change.Digest != replaces && comesAfter(request, stored) {
			all = all.And(Authorship{
				Authors: foundOut(request.Spec.Authors), Complete: request.Spec.Authorship != v1alpha1.AuthorshipDeclared,
			})
		}
	}
	return all
}

// synced tells whether a request says that it is for a sync of the release, of whatever revision. Whoever asks for a
// change themselves can say so of any, but not whom somebody found out, nor that others may have written it.
func synced(request v1alpha1.PromotionRequest, of v1alpha1.Release) bool {
	release := request.Spec.Release
	return release != nil && release.Source == of.Source && release.Name == of.Name
}

// foundOut are the authors whom nobody declared.
func foundOut(authors []v1alpha1.Author) (all []v1alpha1.Author) {
	for _, author := range authors {
		if author.Evidence != v1alpha1.AuthorDeclared {
			all = append(all, author)
		}
	}
	return all
}

// lastEntered is the last request by which the content entered; nil where none is left.
func lastEntered(requests []v1alpha1.PromotionRequest, content v1alpha1.Digest) *v1alpha1.PromotionRequest {
	var last *v1alpha1.PromotionRequest
	for i := range requests {
		request := &requests[i]
		if request.Spec.Change.Digest == content && request.Status.Entry != nil &&
			(last == nil || last.CreationTimestamp.Before(&request.CreationTimestamp)) {
			last = request
		}
	}
	return last
}

// comesAfter what is stored: it was asked for later, or, where no record says when that was, it has not entered.
func comesAfter(request v1alpha1.PromotionRequest, stored *v1alpha1.PromotionRequest) bool {
	if stored == nil {
		return request.Status.Entry == nil
	}
	return !request.CreationTimestamp.Before(&stored.CreationTimestamp)
}
