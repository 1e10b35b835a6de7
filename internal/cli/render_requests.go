// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderRequests prints a table of requests.
func renderRequests(w io.Writer, requests []v1alpha1.PromotionRequest, withNamespace bool, now time.Time) error {
	table := tabwriter.NewWriter(w, 0, 8, 3, ' ', 0)
	row := func(namespace string, columns ...any) {
		if withNamespace {
			fmt.Fprintf(table, "%s\t", namespace)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", columns...)
	}
	row("NAMESPACE", "NAME", "CHANGE", "REQUESTER", "STATE", "AGE", "WAITING FOR")
	for _, r := range requests {
		row(r.Namespace, r.Name, change(r.Spec.Change), safe(r.Spec.Requester.Username), state(r),
			age(r.CreationTimestamp, now), orDash(safe(r.Status.WaitingFor)))
	}
	return table.Flush()
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
