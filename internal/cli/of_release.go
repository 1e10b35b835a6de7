// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// group is a release that is approved by one command. A release is what a request says of itself, so a name is not
// enough to be taken along.
type group struct {
	release string
	// askers : only what one of them asked for. Without any, only what the operator opened, for a change that it turned
	// away: whoever may ask for changes can write a request by hand, of any release.
	askers []string
}

// ofRelease returns the requests of a release that still need approval, by name, and those of them that are left out.
func (s session) ofRelease(ctx context.Context, g group) (taken, left []v1alpha1.PromotionRequest, err error) {
	err = s.each(ctx, func(request v1alpha1.PromotionRequest) {
		switch {
		case !of(request, g.release) || ended(request) || approved(request):
		case g.whyNot(request) == "":
			taken = append(taken, request)
		default:
			left = append(left, request)
		}
	})
	for _, requests := range [][]v1alpha1.PromotionRequest{taken, left} {
		slices.SortFunc(requests, func(a, b v1alpha1.PromotionRequest) int { return strings.Compare(a.Name, b.Name) })
	}
	if err == nil && len(taken) == 0 {
		err = s.nothingOf(g, left)
	}
	return taken, left, err
}

// whyNot says why a request of the release is left out; empty where it is not.
func (g group) whyNot(request v1alpha1.PromotionRequest) string {
	asker := safe(request.Spec.Requester.Username)
	switch {
	case len(g.askers) == 0 && byHand(request):
		return "only " + asker + " says that it is part of the release"
	case len(g.askers) == 0:
		return ""
	case request.Spec.RequesterEvidence == v1alpha1.RequesterClaimed:
		return "that " + asker + " asked for it is not known for sure"
	case !slices.Contains(g.askers, request.Spec.Requester.Username):
		return asker + " asked for it"
	}
	return ""
}

// wayIn is how to approve what is left out.
const wayIn = "to approve one of these too, name it, or say with --asked-by whose requests to take"

// leftOut lists what is left out, and why.
func (g group) leftOut(left []v1alpha1.PromotionRequest) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Left out of release %s:", safe(g.release))
	for _, request := range left {
		fmt.Fprintf(&b, "\n  %s  %s: %s", request.Name, change(request.Spec.Change), g.whyNot(request))
	}
	return b.String()
}

func (s session) nothingOf(g group, left []v1alpha1.PromotionRequest) error {
	if len(left) > 0 {
		return problem{g.leftOut(left) + "\nNothing else of it waits for approval", wayIn}
	}
	return problem{
		fmt.Sprintf("no request of release %q in namespace %s waits for approval", g.release, s.namespace),
		"list the open ones: kubectl countersign requests -n " + s.namespace,
	}
}

// of tells whether the request says that it is part of the release.
func of(request v1alpha1.PromotionRequest, release string) bool {
	return request.Spec.Release != nil && request.Spec.Release.Name == release
}

// byHand tells whether somebody wrote the request. Admission stamps who did, and lets nobody but the operator ask in
// another's name.
func byHand(request v1alpha1.PromotionRequest) bool {
	return request.Spec.OpenedBy.Username == request.Spec.Requester.Username
}
