// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderDossier is all that is known about a request.
func renderDossier(d dossier, now time.Time) (string, error) {
	proposed, err := renderProposal(d.proposal, now)
	if err != nil {
		return "", err
	}
	history, state := "So far\n"+indent(renderHistory(d)), "State\n"+indent(standing(d.request))
	if err := verifyDigest(d.request); err != nil {
		return strings.Join([]string{"WARNING\n" + indent(err.Error()), proposed, history, state}, "\n"), nil
	}
	if next := nextStep(d.request); next != "" {
		state += indent("Next: " + next)
	}
	return strings.Join([]string{proposed, history, state}, "\n"), nil
}

func renderHistory(d dossier) string {
	var t table
	for _, e := range history(d) {
		t.add(stamp(e.time), e.what)
	}
	if d.hidden != nil {
		t.add("The decisions themselves cannot be read: " + reason(d.hidden))
	}
	return t.String()
}

// standing says in words where the request stands.
func standing(request v1alpha1.PromotionRequest) string {
	switch {
	case !evaluated(request):
		return "New: the operator has not looked at it yet"
	case request.Status.WaitingFor != "" && !ended(request):
		return sentence(state(request), "missing "+safe(request.Status.WaitingFor))
	}
	return sentence(state(request), message(request))
}

// sentence puts a word and what there is to say about it together; often that is the word itself.
func sentence(word, rest string) string {
	if strings.TrimSuffix(rest, ".") == word || rest == "" {
		return word
	}
	return word + ": " + rest
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
	case ended(request) || !evaluated(request) || request.Status.Admission != nil:
		return ""
	case approved(request):
		return howOn(request)
	case state(request) == v1alpha1.ReasonAwaitingApproval:
		return command("approve", request)
	}
	return ""
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
