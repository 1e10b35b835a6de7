// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"time"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// Bearers are those whom a Secret gives the rights of a service account, whose token Kubernetes writes into it: whoever
// reads it. They use it, also where no workload refers to it. None of any other object, or where it is deleted. The
// content is that of the object, in JSON.
func Bearers(operation v1alpha1.ChangeOperation, object workload.Identity, content []byte) []string {
	resource := resourceOfObject(object)
	if _, ok := workload.ReferenceTo(resource, object.Name); !ok || operation != v1alpha1.OperationApply {
		return nil
	}
	var fields map[string]any
	if err := utiljson.Unmarshal(content, &fields); err != nil {
		return nil // the API server stores no such Secret
	}
	account, ok := workload.TokenAccount(resource, fields)
	if !ok {
		return nil
	}
	return []string{"whoever reads it, with the rights of service account " + account}
}

// AskedWith are those of the requests that stand against a ConfigMap or Secret becoming what the change makes of it, by
// name: they refer to it, recorded that it holds something else, and what they asked for may yet enter without anybody
// being asked again. Without them whoever has an approval, or may go back, could swap what it was given for in the very
// moment of the entry.
//
// A deletion swaps nothing: what refers to it is turned away, or does not start. But what runs may do without it: a
// workload stands against that by itself, and an object of a custom kind by the request that it entered by.
func AskedWith(c Case, requests []v1alpha1.PromotionRequest, now time.Time) []string {
	reference, ok := workload.ReferenceTo(resourceOfObject(c.Change.Object), c.Change.Object.Name)
	if !ok {
		return nil
	}
	stands := func(request v1alpha1.PromotionRequest) bool {
		return recordsOther(request, reference, c.Change.Digest) && mayYetEnter(c, request, now)
	}
	if c.Change.Operation == v1alpha1.OperationDelete {
		stands = func(request v1alpha1.PromotionRequest) bool {
			return recordsOther(request, reference, "") && request.Status.Entry != nil && custom(ChangeOf(request)) &&
				inPlace(Attempt{Request: request})
		}
	}
	var names []string
	for _, request := range requests {
		if stands(request) {
			names = append(names, "request "+request.Name)
		}
	}
	slices.Sort(names)
	return names
}

// recordsOther tells whether the request refers to the object as one that holds something else.
func recordsOther(request v1alpha1.PromotionRequest, reference workload.Reference, digest v1alpha1.Digest) bool {
	return slices.ContainsFunc(request.Spec.Change.Configuration, func(recorded v1alpha1.Configuration) bool {
		return recorded.Kind == reference.Kind && recorded.Name == reference.Name && recorded.Digest != digest
	})
}

// mayYetEnter tells whether the request is open, or what entered by it runs or may return. Of a custom kind nothing
// else tells that it runs: it may have no Pods, and make some later.
func mayYetEnter(c Case, request v1alpha1.PromotionRequest, now time.Time) bool {
	attempt, change := Attempt{Request: request}, ChangeOf(request)
	switch {
	case request.Status.Entry == nil:
		return !ended(attempt)
	case inPlace(attempt) && custom(change):
		return true
	case neverReturns(change):
		return false
	}
	return inPlace(attempt) || slices.ContainsFunc(c.Policies, func(policy v1alpha1.PromotionPolicy) bool {
		return policy.Spec.Environment == c.Environment.Name &&
			policy.Spec.Rollback.Mode == v1alpha1.RollbackAllowEntered && now.Before(returnsUntil(attempt, policy))
	})
}
