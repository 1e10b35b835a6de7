// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// Enterable are the names of the requests that a delivery waits for, sorted: those that it was turned away for, and
// those of the same revision that were asked for ahead. None where one of them may not enter. A release is approved
// request by request, and a delivery that went on after the first of them would be turned away again.
func Enterable(
	requests []v1alpha1.PromotionRequest, turnedAway func(v1alpha1.PromotionRequest) bool,
) (names []string) {
	var away []v1alpha1.PromotionRequest
	for _, request := range requests {
		if request.Status.Admission == nil && turnedAway(request) {
			away = append(away, request)
		}
	}
	for _, request := range requests {
		switch {
		case request.Status.Admission != nil || !turnedAway(request) && !ahead(request, away):
		case !mayEnter(request):
			return nil
		default:
			names = append(names, request.Name)
		}
	}
	slices.Sort(names)
	return names
}

// ahead : the request is open, and of the same revision as what was turned away.
func ahead(request v1alpha1.PromotionRequest, away []v1alpha1.PromotionRequest) bool {
	return !promotion.Ended(promotion.Attempt{Request: request}) &&
		slices.ContainsFunc(away, func(other v1alpha1.PromotionRequest) bool { return sameRevision(request, other) })
}

// sameRevision of one release. Where nobody knows the revision it may be any.
func sameRevision(a, b v1alpha1.PromotionRequest) bool {
	one, other := a.Spec.Release, b.Spec.Release
	return one != nil && other != nil && one.Revision != "" && *one == *other
}

func mayEnter(request v1alpha1.PromotionRequest) bool {
	return meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady)
}

// Names tells whether a text, such as the message of a denial, has the name of a request in it.
func Names(text, request string) bool {
	return slices.Contains(strings.FieldsFunc(text, notInName), request)
}

// notInName : a name of an object does not have it.
func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.')
}
