// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/release"
)

// Project is the kind of an AppProject.
var Project = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "AppProject"}

// Covers tells whether an object is among those that an Application deploys, as Argo CD last saw it, or a hook where it
// deploys to.
func Covers(application map[string]any, object release.Object) bool {
	resources, _, err := unstructured.NestedSlice(application, "status", "resources")
	if err != nil {
		return false
	}
	listed := slices.ContainsFunc(resources, func(resource any) bool { return isOf(object, resource) })
	return listed || saysHook(object) && destination(application) == object.Namespace
}

func isOf(object release.Object, resource any) bool {
	fields, ok := resource.(map[string]any)
	group, _ := fields["group"].(string) // absent for the core group
	return ok && group == object.Kind.Group && fields["kind"] == object.Kind.Kind &&
		fields["namespace"] == object.Namespace && fields["name"] == object.Name
}

// saysHook : the object says that it is a hook, of which an Application lists nothing.
func saysHook(object release.Object) bool {
	return object.Annotations[hookAnnotation] != "" || object.Annotations[helmHookAnnotation] != ""
}

// destination is the namespace that an Application deploys to, where its objects name none.
func destination(application map[string]any) string {
	namespace, _, err := unstructured.NestedString(application, "spec", "destination", "namespace")
	if err != nil {
		return ""
	}
	return namespace
}

// ProjectOf an Application; empty where it says none.
func ProjectOf(application map[string]any) string {
	project, _, err := unstructured.NestedString(application, "spec", "project")
	if err != nil {
		return ""
	}
	return project
}

// Accounts are the user names that Argo CD syncs as into a namespace, by what the project of an Application says:
// spec.destinationServiceAccounts, with names alone for accounts of that namespace.
func Accounts(project map[string]any, namespace string) []string {
	destinations, _, err := unstructured.NestedSlice(project, "spec", "destinationServiceAccounts")
	if err != nil {
		return nil
	}
	accounts := make([]string, 0, len(destinations))
	for _, each := range destinations {
		fields, ok := each.(map[string]any)
		account, _ := fields["defaultServiceAccount"].(string)
		if !ok || account == "" {
			continue
		}
		if in, name, found := strings.Cut(account, ":"); found {
			accounts = append(accounts, identity.ServiceAccount(in, name))
		} else {
			accounts = append(accounts, identity.ServiceAccount(namespace, account))
		}
	}
	return accounts
}
