// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gates

import (
	"cmp"
	_ "embed" // the entries
	"fmt"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

//go:embed resource.yaml
var resource string

const (
	// statusEntry begins the name of the entry about orders by status.
	statusEntry = "status."
	// said is the condition of the entry about all that is written with the object.
	said = "changes-what-is-said"
)

// Resources are the custom kinds that the policies gate, sorted.
func Resources(policies []v1alpha1.PromotionPolicy) []schema.GroupResource {
	var all []schema.GroupResource
	for _, policy := range policies {
		for _, gated := range promotion.GatedResources(policy) {
			all = append(all, schema.GroupResource{Group: gated.Group, Resource: gated.Resource})
		}
	}
	slices.SortFunc(all, func(a, b schema.GroupResource) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Resource, b.Resource))
	})
	return slices.Compact(all)
}

// resourceEntries are those of one custom kind, each with the environments that it is about.
func resourceEntries(
	policies []v1alpha1.PromotionPolicy, of schema.GroupResource,
) ([]admissionregistrationv1.ValidatingWebhook, error) {
	everywhere, ordered, paths := wherever(policies, of)
	text := strings.NewReplacer("RESOURCE", of.Resource, "GROUP", of.Group).Replace(resource)
	entries, err := parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("read the entries of %s: %w", of, err)
	}
	for i := range entries {
		environments := everywhere
		if strings.HasPrefix(entries[i].Name, statusEntry) {
			environments = ordered
			entries[i].MatchConditions[0].Expression = differsAt(paths)
		}
		lookAt(entries[i].MatchConditions, paths)
		about(&entries[i], environments)
	}
	return slices.DeleteFunc(entries, func(entry admissionregistrationv1.ValidatingWebhook) bool {
		return strings.HasPrefix(entry.Name, statusEntry) && len(paths) == 0
	}), nil
}

// lookAt has what is written with the object also be asked about where it differs at one of the paths. Where the status
// is a subresource it never does: the API server keeps the stored one.
func lookAt(conditions []admissionregistrationv1.MatchCondition, paths []string) {
	for i := range conditions {
		if conditions[i].Name == said && len(paths) > 0 {
			conditions[i].Expression += " ||\n" + differsAt(paths)
		}
	}
}

// wherever the kind is gated, where orders to it are, and at which paths.
func wherever(
	policies []v1alpha1.PromotionPolicy, of schema.GroupResource,
) (everywhere, ordered, paths []string) {
	for _, policy := range policies {
		for _, gated := range promotion.GatedResources(policy) {
			if gated.Group != of.Group || gated.Resource != of.Resource {
				continue
			}
			everywhere = append(everywhere, string(policy.Spec.Environment))
			if len(gated.StatusPaths) > 0 {
				ordered = append(ordered, string(policy.Spec.Environment))
			}
			paths = append(paths, gated.StatusPaths...)
		}
	}
	return distinct(everywhere), distinct(ordered), distinct(paths)
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// differsAt is an expression that tells whether the two states of an object differ at one of the paths.
func differsAt(paths []string) string {
	differ := make([]string, 0, len(paths))
	for _, at := range paths {
		steps := "[?'" + strings.ReplaceAll(strings.TrimPrefix(at, "."), ".", "'][?'") + "']"
		differ = append(differ, "object"+steps+" != oldObject"+steps)
	}
	return strings.Join(differ, " ||\n")
}
