// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// An approval is for one object in one namespace of one cluster, and for one entry.
var replay = []attack{
	{
		name: "In another namespace", does: "uses the approval in the other namespace of the environment",
		as: dan, before: approvedDeployment,
		call: create(deployment(`{metadata: {namespace: shop-eu}}`)),
		by:   rule("workloads.gate", "an approval is for one namespace"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "in the namespace it is for",
	},
	{
		name: "Under another name", does: "uses it for a second object beside the first",
		as: dan, before: approvedDeployment,
		call: create(deployment(`{metadata: {name: $ME-2}}`)),
		by:   rule("workloads.gate", "an approval is for one name"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "under the name it is for",
	},
	{
		name: "Under a name that is as long", does: "uses it for an object whose request is called the same, once shortened",
		as: dan, before: []step{operated(asked(dan, create(long("a"))), approved(bob))},
		call: create(long("b")),
		by:   rule("workloads.gate", "an approval is for one name, whole"), says: "kubectl countersign approve",
		right: []step{by(dan, create(long("a")))}, rightly: "under the name it is for",
	},
	{
		name: "As another kind", does: "uses it for a DaemonSet that runs the same on every node",
		as: dan, before: approvedDeployment,
		call: create(like("DaemonSet", "apps/v1")),
		by:   rule("workloads.gate", "an approval is for one kind"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "as the kind it is for",
	},
	{
		name: "A second time", does: "goes back to what was approved and replaced, where the policy wants that asked",
		as: dan, before: []step{operated(brought(dan, apply(inPayments, first)), brought(dan, apply(inPayments, second)))},
		call: apply(inPayments, first),
		by:   rule("workloads.gate", "an approval is for one entry"), says: "kubectl countersign approve",
		right: []step{allowed(dan, apply(inPayments, first))}, rightly: "approved anew",
	},
	{
		name: "An owner a second time", does: "gives it and takes it away, which raises no generation, and gives it again",
		as: dan, before: []step{
			naming("OWNER", "Namespace sandbox", "metadata", "uid"),
			brought(dan, apply(inPayments, first)), brought(dan, owning), brought(dan, orphaning),
		},
		call: owning, by: rule("workloads.gate", "an approval is for one entry"), says: "kubectl countersign approve",
		right: []step{allowed(dan, owning)}, rightly: "approved anew",
	},
	{
		name: "A generated name a second time", does: "has one made and approved, and makes the next, of another name",
		as: dan, before: []step{operated(brought(dan, create(deployment(unnamed))))},
		call: create(deployment(unnamed)),
		by:   rule("workloads.gate", "an approval is for one object"), says: "kubectl countersign approve",
		right: []step{allowed(dan, create(deployment(unnamed)))}, rightly: "approved anew",
	},
	{
		name: "An owner beside another spelling", does: "the same, with a number that is written otherwise each time",
		as: dan, before: []step{
			naming("OWNER", "Namespace sandbox", "metadata", "uid"),
			brought(dan, apply(inPayments, memory("1073741824"))),
			brought(dan, owningSpelt), brought(dan, orphaningSpelt),
		},
		call: owningSpelt, by: rule("workloads.gate", "an approval is for one entry"), says: "kubectl countersign approve",
		right: []step{allowed(dan, owningSpelt)}, rightly: "approved anew",
	},
	{
		name: "In the next namespace of the name", does: "has the namespace deleted and made again",
		as: mallory, before: []step{
			given(namespaceIn("production")), gated("$ME"),
			operated(asked(mallory, apply(inOwn)), soon(approved(bob)), by(installer, remove("Namespace $ME")),
				soon(given(namespaceIn("production"))), gated("$ME")),
		},
		call: apply(inOwn),
		by:   rule("workloads.gate", "an approval goes with its namespace"), says: "kubectl countersign approve",
		right: []step{asked(mallory, apply(inOwn)), soon(approved(bob)), by(mallory, apply(inOwn))}, rightly: "approved anew",
	},
	{
		name: "Entered while nobody asked", does: "deploys under an open policy, and goes back to it under a strict one",
		as: dan, before: []step{operated(
			by(dan, apply(inLenient, first)), soon(recorded("lenient")),
			by(rae, change("PromotionPolicy lenient", strictly)), soon(policySeen("lenient")),
			brought(dan, apply(inLenient, second)),
		)},
		call:  apply(inLenient, first),
		by:    rule("workloads.gate", "what entered unapproved has no approval to return by"),
		says:  "kubectl countersign approve",
		right: []step{allowed(dan, apply(inLenient, first))}, rightly: "approved",
	},
	{
		name: "Approval out of a backup", does: "restores an approval by bob, of another cluster or of another time",
		as: mallory, before: []step{asked(alice, create(deployment()))},
		call: decides(bob, "Approve", `{metadata: {name: $REQUEST-d1, generateName: null}}`),
		// Where the operator runs, its stamp is asked first.
		first: entry("stamp"), by: policy("approver-stamp"),
	},
	{
		name: "Request out of a backup", does: "restores a request with the status of one that has entered",
		as: owner, before: []step{asked(alice, create(deployment()))},
		call: changeAt("PromotionRequest shop/$REQUEST", "status", `{status: {admission: {rule: Approved,
			time: "2030-01-31T12:00:00Z", deployer: {username: alice@example.com}}}}`),
		by: policy("request-status"), says: "only Countersign writes the status",
	},
	{
		name: "Request under the same name", does: "lets bob look at one request, and puts another there under its name",
		as: bob, before: []step{asked(alice, create(deployment()))},
		call: decides(bob, "Approve", `{spec: {request: {uid: 00000000-0000-0000-0000-000000000000}}}`),
		by:   rule("records", "a decision names UID and digest"), says: "another UID or digest",
		right: []step{approved(bob)}, rightly: "the request that is there",
	},
	{
		name: "Digest of something else", does: "asks for one content under the digest of another",
		as: dan, before: []step{asked(alice, create(deployment()))},
		call: create(requestBy(dan, "$ME-x", `{spec: {change: {digest: "$DIGEST"}}}`)),
		by:   rule("records", "the digest is computed anew"), says: "spec.change.digest: must be",
		right: []step{asked(dan, create(deployment(`{metadata: {name: $ME-2}}`)))}, rightly: "by trying it",
	},
}

// Two versions of the Deployment of an attack.
const (
	first  = `{metadata: {labels: {v: "1"}}}`
	second = `{spec: {template: {spec: {containers: [{name: web, image: "$GOOD", env: [{name: V, value: "2"}]}]}}}}`
)

// Where it is.
const (
	inPayments = "payments"
	inLenient  = "lenient"
	inOwn      = "$ME"
)

// apply is kubectl apply of the Deployment of the attack, in a namespace.
func apply(namespace string, version ...string) call {
	c := change("Deployment "+namespace+"/$ME", merged(deployment(`{metadata: {namespace: `+namespace+`}}`), version...))
	return c.applied()
}

// long is the Deployment of the attack under a long name.
func long(end string) string {
	return deployment(`{metadata: {name: $ME-` + strings.Repeat("x", 150) + end + `}}`)
}

// namespaceIn an environment, named after the attack.
func namespaceIn(environment string, more ...string) string {
	return merged(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME,
		labels: {countersign.dev/environment: `+environment+`}}}`, more...)
}

const strictly = `{spec: {entry: TwoPerson, approvals: [{name: release, count: 1, from: {anyOf: [release-managers]}}]}}`

// policySeen : the operator judges by a policy as it is now.
func policySeen(name string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read("PromotionPolicy "+name))
		if err != nil {
			return err
		}
		if at(found, "status", "observedGeneration") != at(found, "metadata", "generation") {
			return fmt.Errorf("policy %s is not seen as it is now", name)
		}
		return nil
	}
}

// recorded : the attack's object entered a namespace, on record.
func recorded(namespace string) step {
	return func(ctx context.Context, s *scene) error {
		list, err := s.say(ctx, installer, read("PromotionRequest "+namespace+"/"))
		if err != nil {
			return err
		}
		items, _, err := unstructured.NestedSlice(list, "items")
		for _, item := range items {
			request := item.(map[string]any)
			if at(request, "spec", "change", "name") == s.words["ME"] && at(request, "status", "entry") != "" {
				return nil
			}
		}
		return fmt.Errorf("no record in %s: %w", namespace, err)
	}
}

// owning gives a Deployment an owner, and orphaning takes it away.
var (
	owning    = change("Deployment payments/$ME", ownedBy("v1", "Namespace", "sandbox", "$OWNER"))
	orphaning = change("Deployment payments/$ME", `{metadata: {ownerReferences: null}}`)

	owningSpelt = change("Deployment payments/$ME",
		merged(ownedBy("v1", "Namespace", "sandbox", "$OWNER"), memory("1Gi")))
	orphaningSpelt = change("Deployment payments/$ME", merged(`{metadata: {ownerReferences: null}}`, memory("1073741824")))
)

// memory is how much a container may have, as it is written.
func memory(limit string) string {
	return `{spec: {template: {spec: {containers: [{name: web, image: "$GOOD", resources: {limits: {memory: "` + limit +
		`"}}}]}}}}`
}

const unnamed = `{metadata: {name: null, generateName: $ME-}}`
