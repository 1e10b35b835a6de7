// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Rest is a sync of which something was turned away, so that the rest of it is to be asked for as well.
type Rest struct {
	// Sync tells it from every other sync of the Application; empty where nothing was turned away.
	Sync string
	// First of the requests that it was turned away for: in its name, and of its release, the rest is asked for.
	First v1alpha1.PromotionRequest
	// Revisions to render to know what it applies, one for each source.
	Revisions []string
	// WhyNot says why nobody can tell what it applies; empty where somebody can.
	WhyNot string
	// Later : a sync runs. Whether something of it is turned away has to be seen first.
	Later bool
}

// RestOf the last sync of an Application, or of the one that runs. The requests are those of the Application's release.
// What is no sync, or cannot be read, is an error.
func RestOf(application map[string]any, requests []v1alpha1.PromotionRequest) (Rest, error) {
	_, running := application["operation"]
	last, found, err := unstructured.NestedMap(application, "status", "operationState")
	if err != nil || !found {
		return Rest{Later: running}, err
	}
	read, err := stateOf(last)
	if err != nil {
		return Rest{}, err
	}
	away := read.turnedAway(requests)
	if len(away) == 0 {
		return Rest{Later: running}, nil
	}
	first := slices.MinFunc(away, func(a, b v1alpha1.PromotionRequest) int {
		return a.CreationTimestamp.Compare(b.CreationTimestamp.Time)
	})
	rest := Rest{Sync: read.StartedAt + " " + strings.Join(read.revisions(), ","), First: first}
	rest.Revisions, rest.WhyNot = read.rendered(application)
	return rest, nil
}

// Whole of the sync that an Application is in, before anything of it is applied; with nothing in it where it is in
// none. First is left to whoever asks. What cannot be read is an error.
func Whole(application map[string]any) (Rest, error) {
	if _, running := application["operation"]; !running {
		return Rest{}, nil
	}
	current, found, err := unstructured.NestedMap(application, "status", "operationState")
	if err != nil || !found {
		return Rest{Later: true}, err
	}
	read, err := stateOf(current)
	if err != nil {
		return Rest{}, err
	}
	if read.Phase != phaseRunning || len(read.revisions()) == 0 {
		return Rest{Later: true}, nil // it has begun, and Argo CD has not written down yet what it is of
	}
	whole := Rest{Sync: read.StartedAt + " " + strings.Join(read.revisions(), ",")}
	whole.Revisions, whole.WhyNot = read.rendered(application)
	return whole, nil
}

// rendered are the revisions to render for what a sync applies, and why nobody can tell: the server renders what the
// spec of the Application names, and no other.
func (s state) rendered(application map[string]any) (revisions []string, why string) {
	revisions = s.revisions()
	switch {
	case len(s.Operation.Sync.Manifests) > 0:
		return nil, "it applies manifests that somebody sent with it"
	case len(revisions) == 0:
		return nil, "it does not say which revision it applies"
	}
	if _, hydrates := field(application, "spec", "sourceHydrator"); hydrates {
		return dry(application, revisions)
	}
	if !s.Operation.Sync.ofSpec(application) {
		return nil, "it applies another source than the Application names"
	}
	return revisions, ""
}

// dry is the revision that a hydrated one was made of: that is what the server renders.
func dry(application map[string]any, hydrated []string) (revisions []string, why string) {
	for _, operation := range []string{"currentOperation", "lastSuccessfulOperation"} {
		made, _ := field(application, "status", "sourceHydrator", operation)
		of, _ := made.(map[string]any)
		if revision, ok := of["drySHA"].(string); ok && of["hydratedSHA"] == hydrated[0] && revision != "" {
			return []string{revision}, ""
		}
	}
	return nil, "nobody says which revision " + hydrated[0] + " was hydrated from"
}

// field of an object; what is not there, or is in something that is no object, is none.
func field(object map[string]any, path ...string) (any, bool) {
	value, found, err := unstructured.NestedFieldNoCopy(object, path...)
	return value, found && err == nil && value != nil
}
