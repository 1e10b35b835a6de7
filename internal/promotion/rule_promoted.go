// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// notPromoted : the policy wants the same images, by digest, to have entered other environments as the same workload,
// and to have run there for some time. That is judged from the records of those entries, and from the status of the
// workloads as Countersign saw it; never from anything that the change says of itself. Sessions and containers for
// debugging in a Pod, what routes traffic, and objects of custom kinds that run nothing bring no release, and are not
// asked where they come from.
func notPromoted(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	order := policy.Spec.PromotedFrom
	if order == nil || h.Change.Operation != v1alpha1.OperationApply || PodSubresource(h.Change) != "" ||
		runsNothing(h.Change, policy) {
		return nil
	}
	images, unpinned := promotedImagesOf(h.Change)
	switch {
	case unpinned != "":
		return []Reason{noDigest(policy, named(clip(unpinned, maxImage))+" does not say by digest which it is")}
	case len(images.all) == 0:
		return []Reason{noDigest(policy, "the change names none")}
	}
	var reasons []Reason
	for _, source := range order.Sources {
		if reason, missing := h.missingIn(policy, source, images); missing {
			reasons = append(reasons, reason)
		}
	}
	if order.Match == v1alpha1.SourceMatchAny && len(reasons) < len(order.Sources) {
		return nil
	}
	return reasons
}

// missingIn says what the source lacks: an entry of the images, or the time that they must have been available.
func (h hearing) missingIn(
	policy v1alpha1.PromotionPolicy, source v1alpha1.PromotionSource, images promotedImages,
) (reason Reason, missing bool) {
	if len(h.soakedIn(source, images)) > 0 {
		return Reason{}, false
	}
	entries := h.entriesIn(source, images)
	soak := time.Duration(source.SoakSeconds) * time.Second
	what := nameIn(source, h.Change.Object) + " in " + string(source.Environment)
	reason = Reason{Code: ReasonNotPromoted, Command: "kubectl countersign requests -A"}
	if len(entries) == 0 {
		reason.Detail = fmt.Sprintf("policy %s wants these images, by digest, to have entered environment %s first",
			policy.Name, source.Environment)
		reason.Needs = "the same images to run as " + what + forSoak(soak)
		return reason, true
	}
	reason.Detail = fmt.Sprintf("policy %s wants these images to have been available for %s in environment %s",
		policy.Name, duration.HumanDuration(soak), source.Environment)
	reason.Needs = what + " to be available without interruption" + until(entries, soak)
	return reason, true
}

func forSoak(soak time.Duration) string {
	if soak == 0 {
		return ""
	}
	return " and to be available for " + duration.HumanDuration(soak)
}

// until is when the first of the entries will have been available for long enough; empty where none is now.
func until(entries []v1alpha1.PromotionRequest, soak time.Duration) string {
	var first time.Time
	for _, entry := range entries {
		if at := soakedAt(entry, soak); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if first.IsZero() {
		return " for " + duration.HumanDuration(soak)
	}
	return " until " + first.UTC().Format(time.RFC3339)
}

func noDigest(policy v1alpha1.PromotionPolicy, why string) Reason {
	return Reason{
		Code:   ReasonNotPromoted,
		Detail: "policy " + policy.Name + " wants to know where images have run before, and " + why,
		Needs:  "images named by digest (name@sha256:…)",
	}
}
