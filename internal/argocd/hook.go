// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Annotations that make an object a hook. Argo CD goes by those of Helm as well.
// https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks
const (
	hookAnnotation     = "argocd.argoproj.io/hook"
	deletePolicy       = "argocd.argoproj.io/hook-delete-policy"
	helmHookAnnotation = "helm.sh/hook"
	helmDeletePolicy   = "helm.sh/hook-delete-policy"
)

const (
	hookPreSync  = "PreSync"
	hookSync     = "Sync"
	hookPostSync = "PostSync"
	hookSyncFail = "SyncFail"
	hookSkip     = "Skip"
)

var (
	hookTypes = []string{hookPreSync, hookSync, hookPostSync, hookSyncFail, hookSkip}
	// helmHookTypes are the types of Helm, and what they are to Argo CD.
	helmHookTypes = map[string]string{
		"pre-install": hookPreSync, "pre-upgrade": hookPreSync, "post-install": hookPostSync, "post-upgrade": hookPostSync,
	}
	deletePolicies     = []string{"BeforeHookCreation", "HookSucceeded", "HookFailed"}
	helmDeletePolicies = []string{"before-hook-creation", "hook-succeeded", "hook-failed"}
)

// runsAsHook tells whether the object is one. To Helm a CRD is as well.
func runsAsHook(object *unstructured.Unstructured) bool {
	annotations := object.GetAnnotations()
	if _, ok := annotations[hookAnnotation]; ok {
		return !skips(object)
	}
	helm, ok := annotations[helmHookAnnotation]
	return ok && helm != "crd-install"
}

// skips : the object is to be left alone.
func skips(object *unstructured.Unstructured) bool {
	return slices.Equal(typesOf(object), []string{hookSkip})
}

// runsInSync tells whether a hook does in the course of a sync, and not only where it fails, or the Application goes.
func runsInSync(object *unstructured.Unstructured) bool {
	return slices.ContainsFunc(typesOf(object), func(phase string) bool {
		return phase == hookPreSync || phase == hookSync || phase == hookPostSync
	})
}

// typesOf a hook. Those of Helm count where there are none of Argo CD's own.
func typesOf(object *unstructured.Unstructured) []string {
	if types := known(object, hookAnnotation, hookTypes); len(types) > 0 {
		return types
	}
	var types []string
	for _, name := range listed(object, helmHookAnnotation) {
		if phase, ok := helmHookTypes[name]; ok {
			types = append(types, phase)
		}
	}
	return types
}

// MadeAnew tells whether the object is a hook of phase PreSync that each sync makes anew. One that stays from sync to
// sync would be as well as it was in the last.
func MadeAnew(object *unstructured.Unstructured) bool {
	return runsAsHook(object) && slices.Contains(typesOf(object), hookPreSync) && deletedBefore(object)
}

// deletedBefore tells whether a hook that ran is deleted before it runs again. It is, where nothing else is said.
func deletedBefore(object *unstructured.Unstructured) bool {
	own, helm := known(object, deletePolicy, deletePolicies), known(object, helmDeletePolicy, helmDeletePolicies)
	return len(own)+len(helm) == 0 || slices.Contains(own, deletePolicies[0]) ||
		slices.Contains(helm, helmDeletePolicies[0])
}

// known values of an annotation.
func known(object *unstructured.Unstructured, annotation string, values []string) []string {
	return slices.DeleteFunc(listed(object, annotation), func(value string) bool {
		return !slices.Contains(values, value)
	})
}

// listed are the values of an annotation, which has commas between them.
func listed(object *unstructured.Unstructured, annotation string) []string {
	values := strings.Split(object.GetAnnotations()[annotation], ",")
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	return values
}
