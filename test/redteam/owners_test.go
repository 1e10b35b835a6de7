// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Whoever writes an object writes its owners and its labels: they are no authority. What the built-in controllers make
// is let through because it is they who make it, and what they make it from was gated.
var owners = []attack{
	{
		name: "Pod with a forged owner", does: "says that a ReplicaSet that was approved owns the Pod, with its real UID",
		as: owner, before: running,
		call: create(pod(ownedBy("apps/v1", "ReplicaSet", "$RS", "$RSUID"))),
		by:   entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Pod to be adopted", does: "has the labels that a ReplicaSet looks for, so that it becomes its owner by itself",
		as: owner, before: running,
		call: create(pod(`{metadata: {labels: {app: $ME, pod-template-hash: $HASH}}}`)),
		by:   entry("pods.gate"), says: "kubectl countersign approve",
	},
	{
		name: "ReplicaSet under a Deployment", does: "makes the next revision by hand",
		as: owner, before: running,
		call: create(like("ReplicaSet", "apps/v1", `{metadata: {name: $ME-6666}}`,
			ownedBy("apps/v1", "Deployment", "$ME", "$DUID"), podSpec(`{hostPID: true}`))),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Template of a live ReplicaSet", does: "changes it, and deletes a Pod before the controller repairs it",
		as: owner, before: running,
		call: amend("ReplicaSet shop/$RS", "", web(`{image: "$EVIL"}`)),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Job with a forged owner", does: "kubectl create job --from, with another image",
		as: alice, before: []step{
			brought(alice, create(cronJob())), naming("CUID", "CronJob shop/$ME", "metadata", "uid"),
		},
		call: create(job(ownedBy("batch/v1", "CronJob", "$ME", "$CUID"))),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Owner that is not there", does: "has the garbage collector delete what alice may not",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call: change("Deployment shop/$ME", ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000")),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Revision of one's own", does: "writes the revision that a StatefulSet is told to go back to",
		as: owner, call: create(`{apiVersion: apps/v1, kind: ControllerRevision, metadata: {namespace: shop, name: $ME},
			revision: 7, data: {spec: {template: {spec: {containers: [{name: web, image: "$EVIL"}]}}}}}`),
		by: entry("templates.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Content of a revision", does: "changes the revision that is there; a StatefulSet rolls back to it",
		as: owner, before: []step{brought(owner, create(like("StatefulSet", "apps/v1"))), soon(revision)},
		call: change("ControllerRevision shop/$REVISION", `{data: {spec: {template: {spec: {containers:
			[{name: web, image: "$EVIL"}]}}}}}`),
		by:      kubernetes("revisions cannot be changed", "data: Invalid value"),
		right:   []step{by(owner, change("ControllerRevision shop/$REVISION", `{metadata: {annotations: {seen: "yes"}}}`))},
		rightly: "a note on it may be",
	},
	{
		name: "Revision by status", does: "has a StatefulSet's status choose the revision that Pods are made from",
		as: owner, before: []step{brought(owner, create(like("StatefulSet", "apps/v1")))},
		call: changeAt("StatefulSet shop/$ME", "status", `{status: {replicas: 1, currentRevision: evil,
			updateRevision: evil}}`),
		first: policy("status"), by: entry("templates.gate"),
	},
	{
		name: "Partition undone", does: "scales to zero what was let in for some Pods, and up again for all",
		as: alice, before: []step{brought(owner, create(like("StatefulSet", "apps/v1")))},
		call:    changeAt("StatefulSet shop/$ME", "scale", `{spec: {replicas: 0}}`),
		verdict: limit, limit: "A partition of a StatefulSet holds back what was approved until somebody scales it to zero",
		seen: onServerRecord, trace: auditedByServer("statefulsets/$ME/scale", "alice@example.com"),
	},
	{
		name: "Owner that was approved", does: "deletes that, and has the garbage collector delete what it owns",
		as: owner, before: []step{
			given(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: shop, name: $ME}}`),
			naming("CUID", "ConfigMap shop/$ME", "metadata", "uid"),
			brought(alice, create(deployment(ownedBy("v1", "ConfigMap", "$ME", "$CUID")))),
		},
		call:    remove("ConfigMap shop/$ME"),
		verdict: limit, limit: "What approvers let in with an owner goes with that owner", seen: onServerRecord,
		trace: auditedByServer("configmaps/$ME", `"delete"`, "alice@example.com"),
	},
	{
		name: "ReplicaSet that goes on", does: "takes its label from an old one, so that the Deployment leaves it running",
		as: owner, before: running, call: change("ReplicaSet shop/$RS", `{metadata: {labels: {app: other}}}`),
		verdict: limit, limit: "has an old ReplicaSet go on beside its Deployment", seen: onServerRecord,
		trace: auditedByServer("replicasets/$RS", `"patch"`, "alice@example.com"),
	},
	{
		name: "ReplicaSet that leaves its Pods",
		does: "has the garbage collector leave them behind, when their Deployment is deleted as was approved",
		as:   owner, before: append(slices.Clip(running),
			soon(podOfIt), by(owner, change("ReplicaSet shop/$RS", `{metadata: {finalizers: [orphan]}}`)),
			asked(alice, remove("Deployment shop/$ME")), approved(bob),
		),
		call:    remove("Deployment shop/$ME").with("propagationPolicy=Background"),
		verdict: limit, limit: "or leave its Pods behind when that is deleted", seen: onServerRecord,
		trace: all(podAlone, auditedByServer("replicasets/$RS", `"patch"`, "alice@example.com")),
	},
	{
		name: "Rollback by annotation", does: "has the Deployment controller go back, in its own name",
		as: alice, before: []step{brought(alice, create(deployment()))},
		call:    change("Deployment shop/$ME", `{metadata: {annotations: {deprecated.deployment.rollback.to: "1"}}}`),
		verdict: limit, limit: "A Deployment can be asked by annotation `deprecated.deployment.rollback.to` to go back",
		seen: onServerRecord, trace: auditedByServer("deployments/$ME", `"patch"`, "alice@example.com"),
	},
	{
		name: "Annotation of a Pod", does: "changes what it is told of itself while it runs",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call:    change("Pod shop/$ME", `{metadata: {annotations: {told: evil}}}`),
		verdict: limit, limit: "may write labels, annotations or the `status` of running Pods",
		seen: onServerRecord, trace: auditedByServer("pods/$ME", `"patch"`, "alice@example.com"),
	},
	{
		name: "OnDelete", does: "lands today and takes effect when a Pod is deleted, long after anybody looks",
		as: owner, before: []step{brought(owner, create(like("StatefulSet", "apps/v1")))},
		call: amend("StatefulSet shop/$ME", "", `{spec: {updateStrategy: {type: OnDelete, rollingUpdate: null},
			template: {spec: {containers: [{name: web, image: "$EVIL"}]}}}}`),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Partition", does: "the same by a rollout that begins at Pod 100",
		as: owner, before: []step{brought(owner, create(like("StatefulSet", "apps/v1")))},
		call: amend("StatefulSet shop/$ME", "",
			merged(web(`{image: "$EVIL"}`), `{spec: {updateStrategy: {rollingUpdate: {partition: 100}}}}`)),
		by: entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Change while paused", does: "a paused Deployment rolls nothing out, so nobody minds; then it is resumed",
		as: alice, before: []step{brought(alice, create(deployment(`{spec: {paused: true}}`)))},
		call: amend("Deployment shop/$ME", "", web(`{image: "$EVIL"}`)),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "Change while it is deleted", does: "an object with a finalizer is as good as gone, and runs on",
		as: alice, before: []step{
			brought(alice, create(deployment(`{metadata: {finalizers: [example.com/stay]}}`))),
			allowed(alice, remove("Deployment shop/$ME").with("propagationPolicy=Orphan")),
		},
		call: amend("Deployment shop/$ME", "", web(`{image: "$EVIL"}`)),
		by:   entry("workloads.gate"), says: "kubectl countersign approve",
	},
	{
		name: "As the ReplicaSet controller", does: "impersonates it: its Pods are let through",
		as: owner, call: create(pod()).pretending("system:serviceaccount:kube-system:replicaset-controller"),
		by: rights("no role gives `impersonate`, and none can", owner, impersonating),
	},
	{
		name: "As the ReplicaSet controller, by a cluster administrator", does: "the same by whoever may impersonate anybody",
		as: mallory, call: create(pod()).pretending("system:serviceaccount:kube-system:replicaset-controller"),
		verdict: limit, limit: "Impersonation is invisible to admission",
		seen: impersonated, trace: auditedByServer(`"impersonatedUser"`, "mallory@example.com", "$ME"),
	},
	{
		name: "Token of the ReplicaSet controller", does: "mints one",
		as: mallory, call: createAt("ServiceAccount kube-system/replicaset-controller", "token",
			`{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}`),
		verdict: limit, limit: "mint tokens of the built-in controllers", seen: onServerRecord,
		trace: auditedByServer("serviceaccounts/replicaset-controller/token", "mallory@example.com"),
	},
}

// running is a Deployment of the shop that was approved, with its ReplicaSet.
var running = []step{
	brought(alice, create(deployment())), naming("DUID", "Deployment shop/$ME", "metadata", "uid"), soon(replicaSet),
}

// podOfIt finds a Pod of the ReplicaSet: $OWNER is who owns it.
func podOfIt(ctx context.Context, s *scene) error {
	found, err := s.first(ctx, "/api/v1/namespaces/shop/pods?labelSelector=app%3D$ME")
	s.words["OWNER"] = at(found, "metadata", "ownerReferences")
	return err
}

// podAlone : nobody owns the Pod any more, and it is there.
func podAlone(s *scene) string {
	if err := podOfIt(s.t.Context(), s); err != nil {
		return err.Error()
	}
	if s.words["OWNER"] != "" {
		return "the Pod to be nobody's: " + s.words["OWNER"]
	}
	return ""
}

// replicaSet finds that of the Deployment: $RS, with $RSUID and $HASH.
func replicaSet(ctx context.Context, s *scene) error {
	found, err := s.first(ctx, "/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3D$ME")
	if err != nil {
		return err
	}
	s.words["RS"], s.words["RSUID"] = at(found, "metadata", "name"), at(found, "metadata", "uid")
	s.words["HASH"] = at(found, "metadata", "labels", "pod-template-hash")
	return nil
}

// revision finds that of the StatefulSet: $REVISION.
func revision(ctx context.Context, s *scene) error {
	found, err := s.first(ctx, "/apis/apps/v1/namespaces/shop/controllerrevisions?labelSelector=app%3D$ME")
	s.words["REVISION"] = at(found, "metadata", "name")
	return err
}

// first of a list.
func (s *scene) first(ctx context.Context, path string) (map[string]any, error) {
	list, err := s.say(ctx, installer, raw("GET", path, ""))
	if err != nil {
		return nil, err
	}
	items, _, err := unstructured.NestedSlice(list, "items")
	if err != nil || len(items) == 0 {
		return nil, fmt.Errorf("nothing at %s: %w", path, err)
	}
	return items[0].(map[string]any), nil
}

// impersonating is the right to be whom one likes.
const impersonating = `{apiGroups: [""], resources: [users, groups, serviceaccounts], verbs: [impersonate]}`

func ownedBy(apiVersion, kind, name, uid string) string {
	return `{metadata: {ownerReferences: [{apiVersion: ` + apiVersion + `, kind: ` + kind + `,
		name: "` + name + `", uid: "` + uid +
		`", controller: true}]}}`
}
