// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/release"
)

// Next is what to do about a Kustomization.
type Next struct {
	// RequestedAt is the value of the annotation to write, so that it is reconciled at once; empty where nothing is to be
	// written.
	RequestedAt string
	// Requests that it waited for and may enter now, where RequestedAt is set; sorted.
	Requests []string
	// Later : it is being reconciled. What becomes of that has to be seen first.
	Later bool
}

// Resume tells whether a Kustomization is to be reconciled at once, since what the gate turned away of it may enter.
// The requests are those of its release. What cannot be read is an error.
func Resume(kustomization map[string]any, requests []v1alpha1.PromotionRequest, now time.Time) (Next, error) {
	read, err := stateOf(kustomization)
	if err != nil || read.Spec.Suspend {
		return Next{}, err
	}
	if read.running() {
		return Next{Later: true}, nil
	}
	ready := read.ready()
	if ready == nil || ready.Status != metav1.ConditionFalse {
		return Next{}, nil
	}
	names := release.Enterable(requests, func(request v1alpha1.PromotionRequest) bool {
		return release.Names(ready.Message, request.Name)
	})
	if len(names) == 0 || read.askedSince(lastApproval(requests, names), now) {
		return Next{}, nil
	}
	return Next{RequestedAt: now.UTC().Format(time.RFC3339Nano), Requests: names}, nil
}

// lastApproval is when the last of some requests came to be one that may enter, to the second.
func lastApproval(requests []v1alpha1.PromotionRequest, names []string) (last time.Time) {
	for _, request := range requests {
		ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady)
		if ready != nil && slices.Contains(names, request.Name) && ready.LastTransitionTime.After(last) {
			last = ready.LastTransitionTime.Time
		}
	}
	return last
}

// askedSince : somebody has had it reconciled in a later second than that of the approval, so that it fails for another
// reason. What is no time, or is yet to come, says nothing.
func (s state) askedSince(approval, now time.Time) bool {
	asked, err := time.Parse(time.RFC3339Nano, s.Metadata.Annotations[RequestedAt])
	return err == nil && !asked.After(now) && !asked.Before(approval.Add(time.Second))
}
