// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// What rights beside those that are gated do to an environment, and to what keeps it.
var around = []attack{
	{
		name: "Pod that nothing puts back", does: "deletes a Pod that was approved, and that no controller made",
		as: owner, before: []step{brought(owner, create(calmPod))}, call: remove("Pod shop/$ME"),
		verdict: limit, limit: "Who may delete Pods ends those that nobody puts back",
		seen: onServerRecord, trace: auditedByServer("pods/$ME", `"delete"`, "alice@example.com"),
	},
	{
		name: "Pod that takes its time", does: "deletes it, and gives it a day to end, in which it runs on",
		as: alice, before: []step{given(node), brought(owner, create(merged(calmPod, boundToIt)))},
		call:    remove("Pod shop/$ME").with("gracePeriodSeconds=86400"),
		verdict: limit, limit: "Who may delete Pods says how long they may take",
		seen: "the Pod has `deletionGracePeriodSeconds`, and the API server's audit log who deleted it",
		trace: all(saysOf("Pod shop/$ME", "86400", "metadata", "deletionGracePeriodSeconds"),
			auditedByServer("pods/$ME", `"delete"`, "alice@example.com")),
	},
	{
		name: "Label by a binding", does: "binds a Pod that waits, and adds a label with it that a Service selects by",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call: createAt("Pod shop/$ME", "binding", `{apiVersion: v1, kind: Binding, metadata: {name: $ME,
			labels: {tier: other}, annotations: {order: other}}, target: {kind: Node, name: mine}}`),
		verdict: limit, limit: "and what labels and annotations are added to them",
		seen: onServerRecord, trace: all(saysOf("Pod shop/$ME", "tier:other", "metadata", "labels"),
			saysOf("Pod shop/$ME", "order:other", "metadata", "annotations"),
			auditedByServer("pods/$ME/binding", "alice@example.com")),
	},
	{
		name: "Node that is asked for", does: "labels a node of hers as one that what was approved asks for",
		as: mallory, before: []step{given(`{apiVersion: v1, kind: Node, metadata: {name: $ME}}`)},
		call:    change("Node $ME", `{metadata: {labels: {node.example.com/pool: payments}}}`),
		verdict: limit, limit: whichNodes, seen: onServerRecord,
		trace: auditedByServer("nodes/$ME", `"patch"`, "mallory@example.com"),
	},
	{
		name: "Node that Pods have to leave", does: "taints it, so that what runs there ends, or runs elsewhere",
		as: mallory, before: []step{given(`{apiVersion: v1, kind: Node, metadata: {name: $ME}}`)},
		call:    change("Node $ME", `{spec: {taints: [{key: example.com/away, effect: NoExecute}]}}`),
		verdict: limit, limit: whichNodes, seen: onServerRecord,
		trace: auditedByServer("nodes/$ME", `"patch"`, "mallory@example.com"),
	},
	{
		name: "Room that a node has not", does: "says by its status that it has room for everything",
		as: mallory, before: []step{given(`{apiVersion: v1, kind: Node, metadata: {name: $ME}}`)},
		call:    amend("Node $ME", "status", `{status: {capacity: {cpu: "1000"}, allocatable: {cpu: "1000"}}}`),
		verdict: limit, limit: whichNodes, seen: onServerRecord,
		trace: auditedByServer("nodes/$ME/status", `"patch"`, "mallory@example.com"),
	},
	{
		name: "Address of another Service", does: "frees it by deleting its IPAddress, and asks for it outside",
		as: mallory, before: []step{
			brought(alice, create(service())), naming("CIP", "Service guarded/$ME", "spec", "clusterIP"),
			by(mallory, remove("IPAddress $CIP")),
		},
		call: create(`{apiVersion: v1, kind: Service, metadata: {namespace: sandbox, name: $ME},
			spec: {clusterIP: $CIP, ports: [{port: 80}]}}`),
		verdict: limit, limit: "whose IPAddress somebody deleted",
		seen: onServerRecord, trace: auditedByServer("ipaddresses/", `"delete"`, "mallory@example.com"),
	},
	{
		name: "No time for objections", does: "has API servers keep bob waiting, on a level that she keeps busy",
		as: mallory, call: create(`{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: $ME},
			spec: {matchingPrecedence: 3, priorityLevelConfiguration: {name: narrow}, rules: [{
				subjects: [{kind: User, user: {name: bob@example.com}}], resourceRules: [{verbs: [create],
				apiGroups: [countersign.dev], resources: [approvals], namespaces: ["*"]}]}]}}`).rehearsed(),
		verdict: limit, limit: "Who may write FlowSchemas or PriorityLevelConfigurations",
		seen: onServerRecord, trace: auditedByServer("flowschemas", `"create"`, "mallory@example.com", "$ME"),
	},
	{
		name: "Room of the operator", does: "has the scheduler give its nodes to a Pod of the highest priority",
		as: owner, call: create(pod(`{metadata: {namespace: sandbox}, spec: {priorityClassName: system-node-critical}}`)),
		verdict: limit, limit: "Who may make Pods of priority `system-node-critical`",
		seen: onServerRecord, trace: auditedByServer("namespaces/sandbox/pods", `"create"`, "alice@example.com", "$ME"),
	},
	{
		name: "Door through a Pod outside", does: "says that her Pod has the address of another, and calls it by its proxy",
		as: owner, before: []step{given(merged(calmPod, `{metadata: {namespace: sandbox}}`))},
		call:    changeAt("Pod sandbox/$ME", "status", `{status: {podIP: 192.0.2.66, podIPs: [{ip: 192.0.2.66}]}}`),
		verdict: limit, limit: "has API servers call any address that is not their own",
		seen: onServerRecord, trace: auditedByServer("pods/$ME/status", `"patch"`, "alice@example.com"),
	},
	{
		name: "Colleague held up", does: "asks by hand for what he will deploy, and names all approvers as its authors",
		as: alice, before: []step{asked(fred, create(deployment())), by(bob, decides(bob, "Revoke"))},
		deed: heldUp, verdict: limit, limit: "can name every approver as an author of what a colleague is about to deploy",
		seen:  "the request says who opened it; once it is revoked another is opened",
		trace: all(audited(`"RequestOpened"`, "alice@example.com", "$ME"), askedAnew),
	},
	{
		name: "Configuration held up", does: "asks for something that uses the ConfigMap that a colleague is about to change",
		as: alice, before: []step{given(settings())}, deed: then(asked(alice, create(inGuarded(inEnvironment))), alsoAsked),
		verdict: limit, limit: "has writes to the ConfigMaps and Secrets that it refers to asked about",
		seen:  "the refusal names the request, which says who opened it; once that is revoked the write gets through",
		trace: all(audited(`"RequestOpened"`, "alice@example.com", "$ME"), writtenOnceRevoked),
	},
	{
		name: "Name that looks made", does: "chooses the name of what was approved with a generated one",
		as: alice, before: []step{
			asked(alice, create(job(`{metadata: {name: null, generateName: $ME-}}`))), approved(bob),
		},
		call:    create(job(`{metadata: {name: $ME-zzzzz, generateName: $ME-}}`)),
		verdict: limit, limit: "may choose one that the API server could have made",
		seen: onServerRecord, trace: auditedByServer("namespaces/shop/jobs", `"create"`, "alice@example.com", "$ME-zzzzz"),
	},
}

// colleagues changes the ConfigMap of the attack.
var colleagues = change("ConfigMap guarded/$ME", `{data: {RUN: two}}`)

// alsoAsked : the write of a colleague is turned away for what alice asked for.
func alsoAsked(ctx context.Context, s *scene) error {
	_, err := s.say(ctx, installer, colleagues)
	switch {
	case err == nil:
		return errors.New("it gets through")
	case !strings.Contains(err.Error(), s.words["REQUEST"]):
		return fmt.Errorf("want request %s to hold it up: %w", s.words["REQUEST"], err)
	}
	return nil
}

// writtenOnceRevoked : it gets through as soon as an approver has revoked that.
func writtenOnceRevoked(s *scene) string {
	for _, step := range []step{by(bob, decides(bob, "Revoke")), soon(by(installer, colleagues))} {
		if err := step(s.t.Context(), s); err != nil {
			return "the write of a colleague: " + err.Error()
		}
	}
	return ""
}

// heldUp asks by hand for the change of the scene, and says that bob and carol wrote it.
func heldUp(ctx context.Context, s *scene) error {
	change, err := s.change(ctx)
	if err != nil {
		return err
	}
	text, err := json.Marshal(change)
	if err != nil {
		return err
	}
	made, err := s.say(ctx, alice, create(`{apiVersion: countersign.dev/v1alpha1, kind: PromotionRequest,
		metadata: {namespace: $NAMESPACE, generateName: $ME-}, spec: {environment: production, change: `+string(text)+`,
		authors: [{name: bob@example.com, evidence: Declared}, {name: carol@example.com, evidence: Declared}],
		openedBy: `+alice.reference()+`, requester: `+alice.reference()+`}}`))
	s.words["REQUEST"], s.words["UID"] = at(made, "metadata", "name"), at(made, "metadata", "uid")
	return err
}

// askedAnew : once an approver revokes the request of the scene, the next try opens another.
func askedAnew(s *scene) string {
	held := s.words["REQUEST"]
	for _, step := range []step{by(bob, decides(bob, "Revoke")), asked(fred, create(deployment()))} {
		if err := step(s.t.Context(), s); err != nil {
			return "another request: " + err.Error()
		}
	}
	if s.words["REQUEST"] == held {
		return "another request than " + held
	}
	return ""
}

const whichNodes = "Who may write nodes, their labels, taints or status, or the taints of devices"
