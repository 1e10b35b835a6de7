// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"fmt"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// What a request has room for, as its schema says.
const (
	maxImages      = 256
	maxImageLength = 1024
	// maxConfiguration is how many ConfigMaps and Secrets a change may refer to.
	maxConfiguration = 256
)

// reasonUnrecordable : no request can hold the change.
const reasonUnrecordable promotion.ReasonCode = "Unrecordable"

// recordable turns down what may enter but cannot be put on record, however lenient the policy.
func recordable(review review, decision promotion.Decision) promotion.Decision {
	why := whyNoRecord(review)
	if why == "" || !decision.Recorded() {
		return decision
	}
	return promotion.Decision{Policies: decision.Policies, Reasons: []promotion.Reason{{
		Code: reasonUnrecordable, Detail: "no request can hold the change: " + why,
	}}}
}

// whyNoRecord says why no request can hold the change; empty where one can.
func whyNoRecord(review review) string {
	switch {
	case review.unreadable != "":
		return review.unreadable
	case review.garbled != "":
		return "bytes that are no text came as " + review.garbled + ", which are shown as U+FFFD; write it in UTF-8, or " +
			"encoded as in binaryData"
	case len(review.content) > v1alpha1.MaxContentBytes:
		return fmt.Sprintf("it is larger than %d KiB", v1alpha1.MaxContentBytes>>10)
	case len(review.change.Images) > maxImages:
		return fmt.Sprintf("it runs more than %d images", maxImages)
	case slices.ContainsFunc(review.change.Images, func(image string) bool { return len(image) > maxImageLength }):
		return fmt.Sprintf("it names an image in more than %d characters", maxImageLength)
	}
	return ""
}
