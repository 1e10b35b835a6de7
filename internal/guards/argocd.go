// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// argoCDNamespaces is the variable by which a policy knows where each Argo CD is.
const argoCDNamespaces = "argoCDNamespaces"

// knowArgoCD has a policy that asks for it know the namespaces of each Argo CD.
func knowArgoCD(guard *unstructured.Unstructured, namespaces []string) {
	if len(namespaces) == 0 {
		return
	}
	variables, _ := childOr(guard.Object, "spec")["variables"].([]any)
	for _, each := range variables {
		if variable := asMap(each); text(variable["name"]) == argoCDNamespaces {
			variable["expression"] = "['" + strings.Join(namespaces, "', '") + "']"
		}
	}
}
