// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// problem is an error for people: what happened and why, and what to do next.
type problem struct {
	what string
	next string
}

// Error implements error.
func (p problem) Error() string {
	if p.next == "" {
		return p.what
	}
	return p.what + "\nNext: " + p.next
}

// explain says an error in the words of whoever refused, without the path it took through this program.
func explain(err error) string {
	var (
		known  problem
		status apierrors.APIStatus
	)
	switch {
	case errors.As(err, &known):
		return "error: " + known.Error()
	case errors.Is(err, context.Canceled):
		return "interrupted: " + safeLines(err.Error())
	case meta.IsNoMatchError(err):
		return "error: " + problem{safeLines(err.Error()), "ask who runs this cluster whether Countersign is installed: " +
			"kubectl api-resources --api-group=countersign.dev"}.Error()
	case errors.As(err, &status):
		return explainStatus(status.Status())
	}
	return "error: " + safeLines(err.Error())
}

// ourDenial is what the API server puts before the words of Countersign's own webhooks and guards, which need no
// introduction.
var ourDenial = regexp.MustCompile(`^(admission webhook "[a-z0-9.-]+\.countersign\.dev" denied the request` +
	`|[a-z.]+ "[^"]*" is forbidden: ValidatingAdmissionPolicy 'countersign-[a-z-]+' with binding '[a-z-]+' ` +
	`denied request): `)

func explainStatus(status metav1.Status) string {
	message := safeLines(status.Message)
	if ours := ourDenial.ReplaceAllString(message, ""); ours != message {
		return ours
	}
	return problem{"error from the API server: " + message, hint(status)}.Error()
}

// hint is the next step after a refusal that does not name one itself.
func hint(status metav1.Status) string {
	switch {
	case strings.Contains(status.Message, "failed calling webhook"):
		return "look whether Countersign runs: kubectl get pods -n countersign-system"
	case strings.Contains(status.Message, "spec.approver: Required value"):
		return "Countersign did not stamp who you are; look whether it is installed whole and runs: " +
			"kubectl get mutatingwebhookconfiguration countersign-stamp"
	case status.Reason == metav1.StatusReasonUnauthorized:
		return "log in again, or choose another kubeconfig or context"
	case status.Reason == metav1.StatusReasonForbidden && strings.Contains(status.Message, " cannot "):
		return "see which roles you hold (kubectl countersign whoami), and ask for the missing one"
	}
	return ""
}

func safeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = safe(lines[i])
	}
	return strings.Join(lines, "\n")
}

// reason is an error in few words, for use within a sentence.
func reason(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return safe(status.Status().Message)
	}
	return safe(err.Error())
}
