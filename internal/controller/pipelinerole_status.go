// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/grants"
)

// Reasons of conditions that PipelineRoles alone have.
const (
	// reasonSelectorInvalid : the namespaceSelector cannot be read, so it selects nothing.
	reasonSelectorInvalid = "SelectorInvalid"
	// reasonRefused : the API server refuses a grant.
	reasonRefused = "Refused"
	// reasonWithheld : a part of the role is not given; status.withheld says which, and why.
	reasonWithheld = "Withheld"
	// reasonNamespaceNotFound : the namespace of a bot does not exist.
	reasonNamespaceNotFound = "NamespaceNotFound"
)

// writeStatus writes what came of the attempt, where it differs from what is written. What another attempt may get past
// leaves the status as it is.
func (g *granting) writeStatus(ctx context.Context, now time.Time) error {
	if g.role.UID == "" || g.stale || len(g.errs) > 0 && g.refusal() == "" {
		return nil
	}
	before := g.role.Status.DeepCopy()
	g.fillStatus(now)
	if equality.Semantic.DeepEqual(before, &g.role.Status) {
		return nil
	}
	return writeStatus(ctx, g.Client, g.role)
}

func (g *granting) fillStatus(now time.Time) {
	status := &g.role.Status
	status.ObservedGeneration = g.role.Generation
	status.Namespaces = new(int32(len(g.namespaces))) //nolint:gosec // a cluster has fewer namespaces
	status.NamespaceNames = g.namespaces[:min(mostNamespaces, len(g.namespaces))]
	status.Subjects = subjectNames(slices.Concat(g.holders.Members, g.holders.Bots))
	status.Withheld = g.withheld[:min(mostWithheld, len(g.withheld))]
	status.Bots = botStatuses(g.role.Spec.Bots, status.Bots)
	status.NextChangeTime = nil
	if next := grants.NextChange(g.role, now); next != nil {
		status.NextChangeTime = &metav1.Time{Time: next.Truncate(time.Second)}
	}
	g.setConditions(conditions.On(&status.Conditions, g.role.Generation, now))
}

// botStatuses keeps what is known of each bot.
func botStatuses(bots []v1alpha1.Bot, known []v1alpha1.BotStatus) []v1alpha1.BotStatus {
	if len(bots) == 0 {
		return nil
	}
	statuses := make([]v1alpha1.BotStatus, 0, len(bots))
	for _, bot := range bots {
		status := v1alpha1.BotStatus{Namespace: bot.Namespace, Name: bot.Name}
		for _, before := range known {
			if before.Namespace == bot.Namespace && before.Name == bot.Name {
				status = before
			}
		}
		statuses = append(statuses, status)
	}
	return statuses
}

// setConditions says the worst first.
func (g *granting) setConditions(set conditions.Setter) {
	switch {
	case g.unreadable != nil:
		set.Stalled(reasonSelectorInvalid, "The role holds nowhere, because its selector cannot be read: "+
			g.unreadable.Error())
	case len(g.taken) > 0:
		set.Stalled(v1alpha1.ReasonNameTaken, takenMessage(g.taken))
	case g.refusal() != "":
		set.NotReady(reasonRefused, "The API server refuses a grant: "+g.refusal())
	case len(g.withheld) > 0:
		set.Stalled(reasonWithheld, withheldMessage(g.withheld))
	case len(g.homeless) > 0:
		set.NotReady(reasonNamespaceNotFound, some(g.homeless)+" waits for its namespace, which does not exist. "+
			"It is made when the namespace is.")
	case len(g.tokenless()) > 0:
		set.Stalled(reasonAudiencesUnknown, tokenlessMessage(g.role.Name, g.tokenless()))
	default:
		set.Ready(v1alpha1.ReasonGranted, holdsIn(len(g.namespaces)))
	}
}

func withheldMessage(withheld []v1alpha1.Withheld) string {
	first := withheld[0]
	text := first.Grant
	if first.Namespace != "" {
		text += " in " + first.Namespace
	}
	text += ": " + first.Message
	if more := len(withheld) - 1; more > 0 {
		text += fmt.Sprintf(". And %d more; see status.withheld", more)
	}
	return text + "."
}

// refusal is what the API server says of a write that it turned away, and will again; empty where there is none. Of
// several it is always the same one.
func (g *granting) refusal() string {
	var refusals []string
	for _, err := range g.errs {
		if apierrors.IsForbidden(err) || apierrors.IsInvalid(err) {
			refusals = append(refusals, err.Error())
		}
	}
	if len(refusals) == 0 {
		return ""
	}
	return slices.Min(refusals)
}

func holdsIn(namespaces int) string {
	switch namespaces {
	case 0:
		return "No namespace belongs to its environments."
	case 1:
		return "Holds in 1 namespace."
	}
	return fmt.Sprintf("Holds in %d namespaces.", namespaces)
}

const (
	// mostNamespaces, mostWithheld are what the status has room for.
	mostNamespaces = 100
	mostWithheld   = 32
)

// mostNamed is how many objects a message names.
const mostNamed = 3

// some names the first few.
func some(names []string) string {
	slices.Sort(names)
	if more := len(names) - mostNamed; more > 0 {
		names = append(names[:mostNamed:mostNamed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}
