// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	// digestPrefix is what every v1 digest starts with.
	digestPrefix = "v1:sha256:"
	// digestInName is how many hex digits of the digest a request's name carries: 128 bits.
	digestInName = 32
	// objectInName is how much of the object's name a request's name carries.
	objectInName = 40
)

// RequestName is the name of the n-th request for a change, counted from 1. It carries 128 bits of the digest, so one
// digest has one series of names, and the series has no gaps.
func RequestName(change v1alpha1.Change, attempt int) string {
	object := strings.Trim(strings.Map(nameable, change.Name+change.GenerateName), "-.")
	if len(object) > objectInName {
		object = strings.TrimRight(object[:objectInName], "-.")
	}
	digest := strings.TrimPrefix(string(change.Digest), digestPrefix)
	name := strings.TrimLeft(object+"-"+digest[:min(len(digest), digestInName)], "-")
	if attempt > 1 {
		name = fmt.Sprintf("%s-%d", name, attempt)
	}
	return name
}

// nameable is the character in a name of Kubernetes, or a dash. A session through a proxy is opened by a name that no
// object has: with a scheme and a port, as in https:web:8443.
func nameable(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
		return r
	}
	return '-'
}

// ApprovalName is the name of the n-th decision about a request, counted from 1. The series has no gaps, so that all
// decisions can be read by name, one after the other, without a list.
func ApprovalName(request string, n int) string {
	return fmt.Sprintf("%s-d%d", request, n)
}

// NextRequestName is the name for a further request after the attempts, oldest first.
func NextRequestName(change v1alpha1.Change, attempts []Attempt) string {
	if len(attempts) == 0 {
		return RequestName(change, 1)
	}
	last := attempts[len(attempts)-1].Request.Name
	number := strings.TrimPrefix(strings.TrimPrefix(last, RequestName(change, 1)), "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		n = 1
	}
	return RequestName(change, n+1)
}
