// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// takenMessage says how to get back names that somebody else holds. A service account can be deleted while Pods run as
// it; the API server goes by its name and would give them tokens of the bot.
func takenMessage(taken []client.Object) string {
	taken = slices.SortedFunc(slices.Values(taken), func(a, b client.Object) int {
		return strings.Compare(describe(a), describe(b))
	})
	names := make([]string, 0, len(taken))
	for _, object := range taken {
		names = append(names, describe(object))
	}
	message := some(names) + " is not made by Countersign for this role. It is left alone, and what the role asks for " +
		"there is missing; delete it to let Countersign make its own."
	if i := slices.IndexFunc(taken, isAccount); i >= 0 {
		message += " Pods that run as it would act as the bot from then on, so end those first that must not: " +
			"kubectl get pods -n " + taken[i].GetNamespace() + " --field-selector spec.serviceAccountName=" +
			taken[i].GetName()
	}
	return message
}

func isAccount(object client.Object) bool {
	_, ok := object.(*corev1.ServiceAccount)
	return ok
}
