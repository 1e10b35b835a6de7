// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderDossier prints all that is known about a request.
func renderDossier(w io.Writer, d dossier, now time.Time) error {
	if err := renderProposal(w, d.proposal, now); err != nil {
		return err
	}
	if err := verifyDigest(d.request); err != nil {
		if _, err := fmt.Fprintf(w, "WARNING\n%s\n\n", indent(err.Error())); err != nil {
			return err
		}
	}
	if err := renderHistory(w, d); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nState\n%s", indent(standing(d.request)))
	return err
}

func renderHistory(w io.Writer, d dossier) error {
	if _, err := fmt.Fprintln(w, "So far"); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, e := range history(d) {
		fmt.Fprintf(table, "  %s\t%s\n", stamp(e.time), e.what)
	}
	return table.Flush()
}

// standing says in words where the request stands, and the next step.
func standing(request v1alpha1.PromotionRequest) string {
	if !evaluated(request) {
		return "New: the operator has not looked at it yet.\n"
	}
	text := sentence(state(request), message(request))
	if request.Status.WaitingFor != "" && !ended(request) {
		text = sentence(state(request), "missing "+safe(request.Status.WaitingFor))
	}
	if next := nextStep(request); next != "" {
		text += "Next: " + next + "\n"
	}
	return text
}

func sentence(word, rest string) string {
	if rest == "" {
		return word + "\n"
	}
	return word + ": " + rest + "\n"
}

func message(request v1alpha1.PromotionRequest) string {
	ready := meta.FindStatusCondition(request.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return ""
	}
	return safe(ready.Message)
}

func nextStep(request v1alpha1.PromotionRequest) string {
	switch {
	case ended(request) || request.Status.Admission != nil:
		return ""
	case approved(request):
		return safe(request.Spec.Requester.Username) + " can apply it again"
	case state(request) == v1alpha1.ReasonRejected:
		return "whoever rejected it can take that back with kubectl countersign withdraw"
	}
	return command("approve", request)
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
