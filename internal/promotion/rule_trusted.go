// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/workload"
)

// trusted: the deployer is a controller that the policy lists for the resource, and every image is from a repository
// that it is listed with. What routes traffic runs no image. Who owns the object, or says it does, lets nothing in:
// anybody can write that. A policy may ask for it all the same. With the rules themselves no controller is trusted.
func trusted(change Change, policy v1alpha1.PromotionPolicy) bool {
	return trusts(change, policy, func(t v1alpha1.TrustedController) bool { return isDeployer(t, change) })
}

// TrustsSomebody tells whether the policy trusts some controller with the change, whoever makes it.
func TrustsSomebody(change Change, policy v1alpha1.PromotionPolicy) bool {
	return trusts(change, policy, func(v1alpha1.TrustedController) bool { return true })
}

func trusts(change Change, policy v1alpha1.PromotionPolicy, who func(v1alpha1.TrustedController) bool) bool {
	if ofRules(change) {
		return false
	}
	return slices.ContainsFunc(policy.Spec.TrustedControllers, func(t v1alpha1.TrustedController) bool {
		return who(t) && slices.Contains(t.Resources, resourceOf(change)) &&
			(len(t.OwnerKinds) == 0 || slices.Contains(t.OwnerKinds, change.Owner)) &&
			(runsNothing(change, policy) || runsOnly(change.Images, t.Repositories))
	})
}

// runsNothing: it routes traffic, gives an order, or is of a custom kind that names no image and has nowhere to.
func runsNothing(change Change, policy v1alpha1.PromotionPolicy) bool {
	if !custom(change) {
		return open(change)
	}
	resource, _ := gatedAs(policy, change)
	return change.Operation == v1alpha1.OperationOrder || len(change.Images) == 0 && len(resource.TemplatePaths) == 0
}

func isDeployer(t v1alpha1.TrustedController, change Change) bool {
	return identity.ServiceAccount(t.ServiceAccount.Namespace, t.ServiceAccount.Name) == change.Deployer.Username
}

// resourceOf a change, as policies name it: of a custom kind with its group.
func resourceOf(change Change) string {
	resource := change.Object.Resource
	if custom(change) {
		resource += "." + change.Object.Group
	}
	if change.Subresource != "" {
		resource += "/" + change.Subresource
	}
	return resource
}

// runsOnly tells whether there are images, and every one's repository is equal to one of the list.
func runsOnly(images, repositories []string) bool {
	for _, image := range images {
		repository, err := workload.Repository(image)
		if err != nil || !slices.Contains(repositories, repository) {
			return false
		}
	}
	return len(images) > 0
}

// whyNotTrusted says why the policy does not trust the deployer with the change.
func whyNotTrusted(change Change, policy v1alpha1.PromotionPolicy) string {
	if !slices.ContainsFunc(policy.Spec.TrustedControllers, func(t v1alpha1.TrustedController) bool {
		return isDeployer(t, change)
	}) {
		return "policy " + policy.Name + " does not trust it as a controller"
	}
	if runsNothing(change, policy) {
		return fmt.Sprintf("policy %s does not trust it with %s", policy.Name, ofOwner(change, policy))
	}
	return fmt.Sprintf("policy %s does not trust it with %s that run %s", policy.Name, ofOwner(change, policy),
		named(strings.Join(change.Images, ", ")))
}

// ofOwner names the resource of a change, and where owners matter the kind that its object says controls it.
func ofOwner(change Change, policy v1alpha1.PromotionPolicy) string {
	matters := slices.ContainsFunc(policy.Spec.TrustedControllers, func(t v1alpha1.TrustedController) bool {
		return isDeployer(t, change) && len(t.OwnerKinds) > 0
	})
	switch {
	case !matters:
		return resourceOf(change)
	case change.Owner.Kind == "":
		return resourceOf(change) + " that have no controller"
	}
	return resourceOf(change) + " that have a " + named(change.Owner.Kind) + " as their controller"
}
