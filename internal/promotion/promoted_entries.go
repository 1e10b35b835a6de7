// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"slices"
	"strings"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// entriesIn are the entries in the source that brought in the images, as this workload, and were not revoked.
func (h hearing) entriesIn(source v1alpha1.PromotionSource, images promotedImages) []v1alpha1.PromotionRequest {
	var entries []v1alpha1.PromotionRequest
	for _, request := range h.Sources {
		change := request.Spec.Change
		if request.Spec.Environment == source.Environment && request.Status.Entry != nil &&
			!revoked(Attempt{Request: request}) && change.Operation == v1alpha1.OperationApply &&
			change.Subresource != v1alpha1.SubresourceEphemeralContainers &&
			change.Group == h.Change.Object.Group && change.Resource == h.Change.Object.Resource &&
			nameOf(change.Name, change.GenerateName) == nameIn(source, h.Change.Object) &&
			images.entered(change) {
			entries = append(entries, request)
		}
	}
	return entries
}

// SourceEntries are the entries in other environments that would do for the case, for each source that its policies
// name: one of them has to stand.
func SourceEntries(c Case, now time.Time) [][]v1alpha1.PromotionRequest {
	h := hear(c, now)
	images, _ := promotedImagesOf(c.Change)
	var all [][]v1alpha1.PromotionRequest
	for _, policy := range h.policies {
		if policy.Spec.PromotedFrom == nil {
			continue
		}
		for _, source := range policy.Spec.PromotedFrom.Sources {
			all = append(all, h.soakedIn(source, images))
		}
	}
	return all
}

// soakedIn are those of the entries in the source that have been available there for long enough.
func (h hearing) soakedIn(source v1alpha1.PromotionSource, images promotedImages) []v1alpha1.PromotionRequest {
	soak := time.Duration(source.SoakSeconds) * time.Second
	return slices.DeleteFunc(h.entriesIn(source, images), func(r v1alpha1.PromotionRequest) bool {
		return !soaked(r, soak, h.now)
	})
}

// nameIn is what the object is called in the source.
func nameIn(source v1alpha1.PromotionSource, object workload.Identity) string {
	for _, mapping := range source.Workloads {
		if mapping.Name == object.Name {
			return mapping.SourceName
		}
	}
	return nameOf(object.Name, object.GenerateName)
}

// nameOf an object, or what its name is made from.
func nameOf(name, generateName string) string {
	if name == "" {
		return generateName + "*"
	}
	return name
}

// SourceKeys are the workloads in other environments whose entries the case depends on.
func SourceKeys(c Case) []SourceKey {
	var keys []SourceKey
	for _, policy := range governing(c) {
		if policy.Spec.PromotedFrom == nil {
			continue
		}
		for _, source := range policy.Spec.PromotedFrom.Sources {
			key := SourceKey{
				Environment: source.Environment, Group: c.Change.Object.Group, Resource: c.Change.Object.Resource,
				Name: nameIn(source, c.Change.Object),
			}
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// SourceKey is a workload of an environment, in whatever namespace.
type SourceKey struct {
	Environment     v1alpha1.EnvironmentName
	Group, Resource string
	// Name of the workload; a prefix with * where the API server makes the name.
	Name string
}

// SourceKeyOf the workload that a request is about.
func SourceKeyOf(request v1alpha1.PromotionRequest) SourceKey {
	change := request.Spec.Change
	return SourceKey{
		Environment: request.Spec.Environment, Group: change.Group, Resource: change.Resource,
		Name: nameOf(change.Name, change.GenerateName),
	}
}

// String is the key as one word, for an index.
func (k SourceKey) String() string {
	return strings.Join([]string{string(k.Environment), k.Group, k.Resource, k.Name}, "/")
}
