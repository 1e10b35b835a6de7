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
// that it is listed with. What routes traffic runs no image. Who owns the object, or says it does, is not looked at:
// anybody can write that.
func trusted(change Change, policy v1alpha1.PromotionPolicy) bool {
	return slices.ContainsFunc(policy.Spec.TrustedControllers, func(t v1alpha1.TrustedController) bool {
		return isDeployer(t, change) && slices.Contains(t.Resources, resourceOf(change)) &&
			(routes(change) || runsOnly(change.Images, t.Repositories))
	})
}

func isDeployer(t v1alpha1.TrustedController, change Change) bool {
	return identity.ServiceAccount(t.ServiceAccount.Namespace, t.ServiceAccount.Name) == change.Deployer.Username
}

func resourceOf(change Change) string {
	if change.Subresource == "" {
		return change.Object.Resource
	}
	return change.Object.Resource + "/" + change.Subresource
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
	if routes(change) {
		return fmt.Sprintf("policy %s does not trust it with %s", policy.Name, resourceOf(change))
	}
	return fmt.Sprintf("policy %s does not trust it with %s that run %s", policy.Name, resourceOf(change),
		named(strings.Join(change.Images, ", ")))
}
