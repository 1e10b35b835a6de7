// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderRequests is the table of requests; of all namespaces where there is no one namespace.
func renderRequests(requests []v1alpha1.PromotionRequest, namespace string, now time.Time) string {
	var t table
	row := func(in string, cells ...string) {
		if namespace == "" {
			cells = append([]string{in}, cells...)
		}
		t.add(cells...)
	}
	row("NAMESPACE", "NAME", "CHANGE", "REQUESTER", "STATE", "AGE", "WAITING FOR")
	for _, r := range requests {
		row(r.Namespace, r.Name, change(r.Spec.Change), safe(r.Spec.Requester.Username), state(r),
			age(r.CreationTimestamp, now), orDash(safe(r.Status.WaitingFor)))
	}
	return t.String()
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// noRequests says that there are none.
func noRequests(namespace string, all bool) string {
	switch {
	case all && namespace == "":
		return "Nothing was ever asked for, in any namespace."
	case all:
		return fmt.Sprintf("Nothing was ever asked for in namespace %s.", namespace)
	case namespace == "":
		return "No open requests in any namespace. Those that have ended: kubectl countersign requests -A --all"
	}
	return fmt.Sprintf("No open requests in namespace %[1]s. Those that have ended: "+
		"kubectl countersign requests -n %[1]s --all", namespace)
}
