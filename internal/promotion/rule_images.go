// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

const (
	// namedImages is how many images a message names, and namedSources how many places they may come from.
	namedImages  = 5
	namedSources = 8
	// maxImage is how much of an image a message shows, in characters.
	maxImage = 256
)

// foreignImages : the policy says which images may enter, and the change would run others. No approval can let them in.
func foreignImages(h hearing, policy v1alpha1.PromotionPolicy) []Reason {
	if h.Change.Operation != v1alpha1.OperationApply {
		return nil
	}
	var reasons []Reason
	for _, image := range h.Change.Images {
		if why := whyForbidden(image, policy.Spec.Images); why != "" && len(reasons) < namedImages {
			reasons = append(reasons, forbiddenImage(policy, named(clip(image, maxImage))+" "+why))
		}
	}
	return reasons
}

func forbiddenImage(policy v1alpha1.PromotionPolicy, detail string) Reason {
	return Reason{
		Code:    ReasonForbiddenImage,
		Detail:  fmt.Sprintf("image %s, with approval or without (policy %s)", detail, policy.Name),
		Needs:   fmt.Sprintf("%s (policy %s)", imagesWanted(policy), policy.Name),
		Command: "kubectl get promotionpolicy " + policy.Name + " -o yaml",
	}
}

// whyForbidden says what is wrong with an image; empty where nothing is. What cannot be taken apart is from nowhere.
func whyForbidden(image string, rules v1alpha1.ImageRules) string {
	pinned := rules.Digests == v1alpha1.DigestRequired
	if len(rules.Allowed) == 0 && !pinned {
		return ""
	}
	parsed, err := workload.ParseImage(image)
	switch {
	case err != nil:
		return "is not a name that all runtimes read alike, and cannot enter"
	case len(rules.Allowed) > 0 && !allows(rules.Allowed, parsed):
		return fmt.Sprintf("is %s in registry %s, and cannot enter from there", parsed.Repository, parsed.Registry)
	case pinned && !parsed.Pinned:
		return "is not named by digest, and cannot enter"
	}
	return ""
}

func allows(sources []v1alpha1.ImageSource, image workload.Image) bool {
	return slices.ContainsFunc(sources, func(source v1alpha1.ImageSource) bool {
		return source.Registry == image.Registry && (len(source.Repositories) == 0 ||
			slices.ContainsFunc(source.Repositories, func(pattern string) bool {
				return matches(strings.Split(pattern, "/"), strings.Split(image.Repository, "/"))
			}))
	})
}

// matches compares segment by segment. A * is one segment, whatever it is, and ** at the end one or more.
func matches(pattern, repository []string) bool {
	for i, segment := range pattern {
		switch {
		case i == len(repository):
			return false
		case segment == "**":
			return i == len(pattern)-1
		case segment != "*" && segment != repository[i]:
			return false
		}
	}
	return len(pattern) == len(repository)
}

// imagesWanted says which images may enter; empty where all may.
func imagesWanted(policy v1alpha1.PromotionPolicy) string {
	rules := policy.Spec.Images
	switch {
	case len(rules.Allowed) == 0 && rules.Digests != v1alpha1.DigestRequired:
		return ""
	case len(rules.Allowed) == 0:
		return "images named by digest"
	case rules.Digests != v1alpha1.DigestRequired:
		return "images from " + placesOf(rules.Allowed)
	}
	return "images named by digest, from " + placesOf(rules.Allowed)
}

func placesOf(sources []v1alpha1.ImageSource) string {
	var places []string
	for _, source := range sources {
		if len(source.Repositories) == 0 {
			places = append(places, source.Registry)
		}
		for _, repository := range source.Repositories {
			places = append(places, source.Registry+"/"+repository)
		}
	}
	if more := len(places) - namedSources; more > 0 {
		places = append(places[:namedSources], fmt.Sprintf("%d more", more))
	}
	return strings.Join(places, " or ")
}
