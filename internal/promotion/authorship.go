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

// Pending is who wrote what was asked for of an object in a release and has not entered, or has been replaced since by
// what is stored now: the next revision has it in it, and Git names the authors of that alone. The requests are those
// about the object, of any release; replaces is the digest of what is stored, empty where nothing is. It is complete
// where it is of each of those requests.
func Pending(requests []v1alpha1.PromotionRequest, of v1alpha1.Release, replaces v1alpha1.Digest) Authorship {
	all := Authorship{Complete: true}
	stored := lastEntered(requests, replaces)
	for _, request := range requests {
		if release := request.Spec.Release; release == nil || release.Source != of.Source || release.Name != of.Name {
			continue
		}
		if request.Spec.Change.Digest == replaces || !comesAfter(request, stored) {
			continue
		}
		all = all.And(Authorship{
			Authors: request.Spec.Authors, Complete: request.Spec.Authorship == v1alpha1.AuthorshipCommits,
		})
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
