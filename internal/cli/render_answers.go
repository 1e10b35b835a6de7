// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// renderAnswers says what became of each object, what it waits for, and how to go on.
func renderAnswers(answers []answer, release string) string {
	var b strings.Builder
	for _, one := range answers {
		if one.kind == opened || one.kind == alreadyOpen {
			fmt.Fprintf(&b, "%s: %s\n%s", safe(one.object), whatHappened(one), indent(whatNow(one.request)))
		}
	}
	mention(&b, answers, unchanged, "Would not change")
	mention(&b, answers, notGated, "Not gated, needs no approval")
	mention(&b, answers, byApplying, "Secrets, asked for by applying them where they are in use")
	mention(&b, answers, noEnvironment, "In no environment, needs no approval")
	if release != "" {
		approveRelease(&b, answers, release)
	}
	return b.String()
}

func whatHappened(one answer) string {
	if one.kind == opened {
		return "opened request " + one.request.Name
	}
	return fmt.Sprintf("request %s is open already, asked for by %s", one.request.Name,
		safe(one.request.Spec.Requester.Username))
}

// whatNow says what an open request waits for, and who moves it on.
func whatNow(request v1alpha1.PromotionRequest) string {
	switch {
	case !evaluated(request):
		return notNoticed(request)
	case state(request) == v1alpha1.ReasonAwaitingApproval:
		return remaining(request) + "To approve it: " + command("approve", request)
	}
	return remaining(request)
}

// mention lists the objects that need no request.
func mention(b *strings.Builder, answers []answer, kind answerKind, why string) {
	var objects []string
	for _, one := range answers {
		if one.kind == kind {
			objects = append(objects, safe(one.object))
		}
	}
	if len(objects) > 0 {
		fmt.Fprintf(b, "%s: %s\n", why, strings.Join(objects, ", "))
	}
}

// approveRelease names the command that approves everything at once, for each namespace.
func approveRelease(b *strings.Builder, answers []answer, release string) {
	askers := map[string][]string{}
	for _, one := range answers {
		if one.missing() && of(one.request, release) {
			namespace := one.request.Namespace
			askers[namespace] = append(askers[namespace], " --asked-by "+shellWord(one.request.Spec.Requester.Username))
		}
	}
	for _, namespace := range slices.Sorted(maps.Keys(askers)) {
		slices.Sort(askers[namespace])
		fmt.Fprintf(b, "To approve all of it: kubectl countersign approve --release %s%s -n %s\n",
			shellWord(release), strings.Join(slices.Compact(askers[namespace]), ""), namespace)
	}
}

// shellWord quotes a text so that a shell takes it as one word.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@", r)
	}
	if strings.TrimFunc(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(safe(text), "'", `'\''`) + "'"
}
