// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Records of another cluster, of another moment, and of a time when the rules were others.
var elsewhereAndAgain = []attack{
	{
		name: "Approval of another cluster", does: "exports what bob approved in a test cluster, and brings it here",
		as: mallory, before: []step{exported("Approval")}, call: create("$EXPORTED"),
		first: entry("stamp"), by: policy("approver-stamp"),
	},
	{
		name: "Approval of another cluster, by who gave it", does: "has bob bring it himself, who thinks nothing of it",
		as: bob, before: []step{asked(alice, create(deployment())), exported("Approval")}, call: create("$EXPORTED"),
		by:    rule("records", "a decision is about a request of this cluster"),
		right: []step{approved(bob)}, rightly: "about the request that is here",
	},
	{
		name: "Request of another cluster", does: "brings alice's request, approved there, so that it need not be asked for",
		as: mallory, before: []step{exported("PromotionRequest")}, call: create("$EXPORTED"),
		first: entry("stamp"), by: policy("requester-stamp"),
	},
	{
		name: "Approval in another namespace", does: "approves in one namespace what is asked for in another",
		as: bob, before: []step{asked(alice, create(deployment()))},
		call: decides(bob, "Approve", `{metadata: {namespace: shop-eu}}`),
		by:   rule("records", "a decision lies beside its request"), says: "there is no request",
		right: []step{approved(bob)}, rightly: "beside it",
	},
	{
		name: "Approval dated by who gives it", does: "writes a time into it at which it will still count",
		as: bob, before: []step{asked(alice, create(deployment()))}, deed: dated("2099-01-31T12:00:00Z"), by: serverTime,
		right: []step{operated(by(alice, create(deployment())))}, rightly: "it counts from when it was sent",
	},
	{
		name: "One approval, ten at once", does: "makes ten Jobs in the same moment, whose names the API server finds",
		as:     dan,
		before: []step{operated(asked(dan, create(job(`{metadata: {name: null, generateName: $ME-}}`))), approved(bob))},
		deed:   severally(10, dan, create(job(`{metadata: {name: null, generateName: $ME-}}`))),
		by:     rule("workloads.gate", "an approval is for one entry"),
		right: []step{soon(asked(dan, create(job(`{metadata: {name: null, generateName: $ME-}}`)))), approved(bob),
			by(dan, create(job(`{metadata: {name: null, generateName: $ME-}}`)))},
		rightly: "the next one, approved anew",
	},
	{
		name: "Entered while the policy warned", does: "deploys under a policy that only warns, and goes back to it",
		as: mallory, before: append(ownEnvironment(), operated(
			enforced("Warn"), by(mallory, apply(inOwn, first)), soon(recorded("$ME")), enforced("Enforce"),
			asked(mallory, apply(inOwn, second)), soon(approved(bob)), by(mallory, apply(inOwn, second)), entered,
		)),
		call:  apply(inOwn, first),
		by:    rule("workloads.gate", "what entered while a policy only warned has no approval to return by"),
		says:  "kubectl countersign approve",
		right: []step{allowed(mallory, apply(inOwn, first))}, rightly: "approved",
	},
	{
		name: "Approved while the policy warned", does: "has a weak policy warn, and uses what was approved for that twice",
		as: mallory, before: append(ownEnvironment(), operated(
			asked(mallory, apply(inOwn, first)), soon(approved(bob)), enforced("Warn"), by(mallory, apply(inOwn, second)),
			soon(recorded("$ME")), by(mallory, apply(inOwn, first)), enforced("Enforce"),
		)),
		call:    apply(inOwn, second),
		by:      rule("workloads.gate", "an approval is for one content"),
		says:    "kubectl countersign approve",
		right:   []step{asked(mallory, apply(inOwn, second)), approved(bob), by(mallory, apply(inOwn, second))},
		rightly: "approved",
	},
	{
		name: "Approval that has lapsed", does: "waits until nobody remembers what was approved",
		as: mallory, before: append(ownEnvironment(`{spec: {approvalTTLSeconds: 60}}`), operated(
			asked(mallory, apply(inOwn)), soon(approved(bob)), lapsed)),
		call: apply(inOwn), by: rule("workloads.gate", "an approval counts as long as the policy says"),
		says:  "older than",
		right: []step{approved(carol), by(mallory, apply(inOwn))}, rightly: "approved anew",
	},
}

// of says by which field a record is of a request.
var of = map[string]string{"Approval": "spec.request.name", "PromotionRequest": "metadata.name"}

// exported is a record that alice's change got in the other cluster: $EXPORTED.
func exported(kind string) step {
	return func(ctx context.Context, s *scene) error {
		other := newScene(s.t, whole, s.attack)
		if s.operated {
			other.site = unattended
		}
		other.words["ME"] += "-there"
		for _, step := range []step{asked(alice, create(deployment())), approved(bob)} {
			if err := soon(step)(ctx, other); err != nil { // attacks there take guards away, and put them back
				return fmt.Errorf("in the other cluster: %w", err)
			}
		}
		found, err := other.first(ctx, placed(kinds[kind], "shop/")+"?fieldSelector="+of[kind]+"%3D$REQUEST")
		if err != nil {
			return err
		}
		unstructured.RemoveNestedField(found, "metadata", "resourceVersion")
		text, err := json.Marshal(found)
		s.words["EXPORTED"] = string(text)
		return err
	}
}

// lapsed : the operator has seen that bob's approval does not count any more.
func lapsed(ctx context.Context, s *scene) error {
	var err error
	for range 3 { // a minute is the least that a policy can say
		err = eventually(ctx, func(ctx context.Context) string {
			request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
			if err != nil || !strings.Contains(at(request, "status", "approvals"), "older than") {
				return fmt.Sprintf("the approval to lapse: %v", err)
			}
			return ""
		})
		if err == nil {
			return nil
		}
	}
	return err
}

// serverTime is by whose clock things are dated.
var serverTime = guard{name: "Kubernetes: the API server dates what it stores", answers: "is dated by the API server",
	rule: "clock"}

// dated approves the request of the scene, with a time of its own.
func dated(when string) step {
	return func(ctx context.Context, s *scene) error {
		made, err := s.say(ctx, s.attack.as, decides(s.attack.as, "Approve", `{metadata: {creationTimestamp: "`+when+`"}}`))
		if err == nil && at(made, "metadata", "creationTimestamp") != when {
			return fmt.Errorf("the approval is dated by the API server: %s", at(made, "metadata", "creationTimestamp"))
		}
		return err
	}
}

// severally makes a call so many times in the same moment: it works where more than one gets through.
func severally(times int, as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		answers := make([]error, times)
		var group sync.WaitGroup
		for i := range times {
			group.Go(func() { _, answers[i] = s.say(ctx, as, c) })
		}
		group.Wait()
		through := 0
		for _, err := range answers {
			if err == nil {
				through++
			}
		}
		if through > 1 {
			return nil
		}
		return errors.Join(answers...)
	}
}

// ownEnvironment is one of the attack's own, with a policy and approvers, and a namespace named after it.
func ownEnvironment(policy ...string) []step {
	return []step{
		given(namespaceIn("$ME")),
		given(`{apiVersion: countersign.dev/v1alpha1, kind: PipelineRole, metadata: {name: $ME}, spec: {environments: [$ME],
			capabilities: [View, Request, Approve], members: [{kind: Group, name: release-managers}]}}`),
		given(policyOf("$ME", append([]string{
			`{spec: {entry: TwoPerson, approvals: [{name: release, count: 1, from: {anyOf: [$ME]}}]}}`}, policy...)...)),
		gated("$ME"),
	}
}

// enforced changes how the policy of the attack is enforced, and waits until it is.
func enforced(how string) step {
	return func(ctx context.Context, s *scene) error {
		if err := by(installer, change("PromotionPolicy $ME", `{spec: {enforcement: `+how+`}}`))(ctx, s); err != nil {
			return err
		}
		return soon(policySeen("$ME"))(ctx, s)
	}
}
