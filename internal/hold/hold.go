// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package hold tells whether a release may go on of which a ReleaseGate holds the sync. It is never authority: each
// change is judged when it is made. The package calls nothing.
package hold

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Verdict about a release.
type Verdict int

const (
	// Waits for people.
	Waits Verdict = iota
	// Goes on.
	Goes
	// Fails : waiting does not help.
	Fails
)

// Release that is held.
type Release struct {
	v1alpha1.Release

	// Requests that must be approved before it goes on, as they are now. One that nobody has looked at yet has no status.
	Requests []v1alpha1.PromotionRequest
	// NotAskedFor says of what cannot be asked for ahead why.
	NotAskedFor []string
}

// String names the release, with its revision.
func (r Release) String() string {
	if r.Revision == "" {
		return r.Name
	}
	return r.Name + " at " + r.Revision
}

// Judge the release: the verdict, its reason, as conditions have it, and what people read.
func Judge(release Release) (verdict Verdict, reason, message string) {
	var waiting []v1alpha1.PromotionRequest
	for _, request := range release.Requests {
		if ended := stalled(request); ended != nil {
			return Fails, ended.Reason, release.failed(request, ended.Message)
		}
		if !mayEnter(request) {
			waiting = append(waiting, request)
		}
	}
	if len(waiting) > 0 {
		return Waits, v1alpha1.ReasonAwaitingApproval, release.waits(waiting)
	}
	return Goes, v1alpha1.ReasonApproved, release.goes()
}

// mayEnter : nothing keeps the change of the request out, or it is in.
func mayEnter(request v1alpha1.PromotionRequest) bool {
	return request.Status.Admission != nil ||
		meta.IsStatusConditionTrue(request.Status.Conditions, v1alpha1.ConditionReady)
}

// stalled is why nothing will come of a request; nil where something may, or has.
func stalled(request v1alpha1.PromotionRequest) *stall {
	condition := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionStalled)
	if condition == nil || condition.Status != "True" {
		return nil
	}
	return &stall{Reason: condition.Reason, Message: condition.Message}
}

// stall is why nothing will come of a request.
type stall struct{ Reason, Message string }

// failed is said where nothing will come of a request.
func (r Release) failed(request v1alpha1.PromotionRequest, why string) string {
	return fmt.Sprintf("Request %s in %s: %s Nothing of %s was applied. Once that has changed, sync again.",
		request.Name, request.Namespace, why, r)
}

// waits is said of a release that waits for some of its requests. The command comes first: a long message is cut.
func (r Release) waits(waiting []v1alpha1.PromotionRequest) string {
	commands := make([]string, 0, len(waiting))
	needs := make([]string, 0, len(waiting))
	for _, request := range waiting {
		commands = append(commands, fmt.Sprintf("kubectl countersign approve --release %s -n %s", r.Name, request.Namespace))
		need := request.Name
		if request.Status.WaitingFor != "" {
			need += " needs " + request.Status.WaitingFor
		}
		needs = append(needs, need)
	}
	slices.Sort(commands)
	return fmt.Sprintf("Nothing of %s is applied before all of it may enter. To approve it: %s. Waiting for %d of %d: %s.",
		r, strings.Join(slices.Compact(commands), "; "), len(waiting), len(r.Requests), strings.Join(needs, "; "))
}

// goes is said of a release that goes on.
func (r Release) goes() string {
	said := fmt.Sprintf("Nothing of %s needs approval.", r)
	if len(r.Requests) > 0 {
		said = fmt.Sprintf("All that was asked for of %s may enter: requests %s.", r, strings.Join(names(r.Requests), ", "))
	}
	if len(r.NotAskedFor) > 0 {
		said += " Not waited for: " + strings.Join(r.NotAskedFor, "; ") + "."
	}
	return said
}

func names(requests []v1alpha1.PromotionRequest) []string {
	all := make([]string, len(requests))
	for i, request := range requests {
		all[i] = request.Name
	}
	return all
}
