// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/ledger/store"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/served"
)

// decisionTimeout bounds one decision. It is shorter than the webhook's timeoutSeconds, so that an overload is answered
// with a message and not by silence.
const decisionTimeout = 4 * time.Second

// Gate decides about changes to what runs in an environment.
type Gate struct {
	// Evidence reads cases, requests and approvals live.
	Evidence evidence.Reader
	// Live reads the object behind a scale subresource.
	Live client.Reader
	// Records writes requests and their status.
	Records client.Client
	// Configuration reads what ConfigMaps and Secrets hold.
	Configuration configuration.Reader
	// Syncs tells of which sync of Argo CD a change is part.
	Syncs Syncs
	// Authors tells who wrote what Argo CD syncs.
	Authors Authors
	// Kinds tells in which version a custom kind is looked at.
	Kinds *served.Kinds
	// Ledger has what is let in on the ledger of images before it is.
	Ledger store.Store
	Audit  *audit.Log
	Clock  clock.PassiveClock
}

var _ admission.Handler = &Gate{}

// Handle answers one review.
func (g *Gate) Handle(ctx context.Context, req admission.Request) admission.Response {
	ctx, cancel := context.WithTimeout(ctx, decisionTimeout)
	defer cancel()
	if isRule(req) {
		return g.deletedRule(ctx, req)
	}
	if why := whyForbidden(req); why != "" {
		return g.forbidden(req, why)
	}
	review, err := g.read(ctx, req)
	if err != nil {
		return g.failed(ctx, req, err)
	}
	if review.settled != "" {
		return g.settled(review)
	}
	outcome, err := g.decide(ctx, review)
	if response, ok := exists(err); ok {
		g.Audit.Record(eventOf(req, audit.VerdictDenied, err.Error()))
		return response
	}
	if err != nil {
		return g.failed(ctx, req, err)
	}
	return g.answer(review, outcome)
}

// outcome is a decision and what became of it.
type outcome struct {
	c        promotion.Case
	decision promotion.Decision
	standing promotion.Standing
	// request that was used or opened.
	request string
}

// decide reads the case live, evaluates it, and writes down what follows: the admission into the request that it uses
// up, or a new request for what was denied. A dry-run writes nothing. When somebody else wrote to the same request
// meanwhile, all is read and decided again.
func (g *Gate) decide(ctx context.Context, review review) (outcome, error) {
	review.delivery = g.Syncs.of(ctx, review)
	once := review
	review.wrote = sync.OnceValue(func() promotion.Authorship { return g.wrote(ctx, once) })
	for range maxConflicts {
		result, err := g.decideOnce(ctx, review)
		if !errors.Is(err, errChanged) {
			return result, err
		}
	}
	return outcome{}, errChanged
}

// maxConflicts is how often a decision is made again because its request changed meanwhile.
const maxConflicts = 4

func (g *Gate) decideOnce(ctx context.Context, review review) (outcome, error) {
	c, err := g.Evidence.Case(ctx, review.change.Object.Namespace, review.change)
	if err != nil {
		return outcome{}, err
	}
	c.Sync = review.delivery.sync
	if err := g.configure(ctx, review, &c); err != nil {
		return outcome{}, err
	}
	decision := promotion.Evaluate(c, g.Clock.Now())
	if decision.Allowed {
		if err := g.Evidence.Now(ctx, &c); err != nil {
			return outcome{}, err
		}
		decision = promotion.Evaluate(c, g.Clock.Now())
	}
	result := outcome{c: c, decision: recordable(review, decision)}
	result.request = result.decision.Request
	switch {
	case review.fromZero && review.replaces == review.change.Digest && promotion.InPlace(c):
		result.decision = promotion.Decision{Allowed: true, Rule: ruleInPlace}
	case review.dryRun:
	case outdated(result.decision):
		return outcome{}, g.endOutdated(ctx, c)
	case result.decision.Allowed && !result.decision.Recorded():
		err = g.enlist(ctx, review, c)
	case result.decision.Recorded():
		if err = g.enlist(ctx, review, c); err != nil {
			return result, err
		}
		result.request, err = g.admit(ctx, review, c, result.decision)
	case !result.decision.Allowed:
		err = g.stand(ctx, review, &result)
		result.request = result.standing.Request
	}
	return result, err
}
