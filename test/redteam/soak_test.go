// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// What has run in staging for a while may enter soaked. Controllers count Pods that they found, and have not made.
var soaks = []attack{
	{
		name: "DaemonSet with the Pods of another",
		does: "deletes one and leaves its Pods behind, which the next counts as its own, of its first generation",
		as:   alice, before: []step{operated(
			given(emptyNode), by(installer, changeAt("Node node-of-$ME", "status", nodeReady)),
			by(alice, create(daemonSet("staging", "$GOOD"))), podReady("$ME"),
			leavingPods("DaemonSet staging/$ME"), by(alice, create(daemonSet("staging", "$EVIL"))),
			counting("DaemonSet staging/$ME", "numberAvailable"), operated(honest...),
		)},
		call: create(daemonSet("soaked", "$EVIL")),
		by:   rule("workloads.gate", "what runs, its Pods say"), says: "have been available for 1s in environment staging",
		right: []step{
			by(alice, remove("Pod staging/$POD")), podReady("$ME"), soon(by(alice, create(daemonSet("soaked", "$EVIL")))),
		},
		rightly: "once a Pod of its own runs it",
	},
	{
		name: "Deployment with the Pods of another",
		does: "has a StatefulSet leave Pods behind that have the label of its ReplicaSet, which can be worked out",
		as:   alice, before: []step{operated(
			by(alice, create(inSoak("staging", "$EVIL", `{metadata: {name: hash-of-$ME}, spec: {replicas: 0}}`))),
			hashed,
			by(alice, remove("Deployment staging/hash-of-$ME").with("propagationPolicy=Foreground")),
			isGone("Deployment staging/hash-of-$ME"),
			by(alice, create(carrier)), podReady("$ME"), leavingPods("StatefulSet staging/carrier-of-$ME"),
			by(alice, create(inSoak("staging", "$EVIL"))), counting("Deployment staging/$ME", "availableReplicas"),
			operated(honest...),
		)},
		call: create(inSoak("soaked", "$EVIL")),
		by:   rule("workloads.gate", "what runs, its Pods say"), says: "have been available for 1s in environment staging",
		right: []step{
			by(alice, remove("Pod staging/$POD")), podReady("$ME"), soon(by(alice, create(inSoak("soaked", "$EVIL")))),
		},
		rightly: "once a Pod of its own runs it",
	},
	{
		name: "Job with the Pods of another", does: "chooses the selector itself, and has one count that ended before",
		as: alice, before: []step{operated(
			by(alice, create(jobInSoak("staging", "$GOOD"))), podEnded("$ME"),
			leavingPods("Job staging/$ME"), by(alice, create(jobInSoak("staging", "$EVIL"))),
			counting("Job staging/$ME", "succeeded"), operated(honest...),
		)},
		call: create(jobInSoak("soaked", "$EVIL")),
		by:   rule("workloads.gate", "what runs, its Pods say"), says: "have been available for 1s in environment staging",
		right: []step{
			by(alice, remove("Job staging/$ME").with("propagationPolicy=Foreground")), isGone("Job staging/$ME"),
			by(alice, create(jobInSoak("staging", "$EVIL"))), podEnded("$ME"),
			soon(by(alice, create(jobInSoak("soaked", "$EVIL")))),
		},
		rightly: "once a Pod of its own has run it",
	},
	{
		name: "Image that was a volume in staging", does: "mounts it there, into something harmless, and runs it here",
		as: alice, before: []step{operated(
			by(alice, create(inSoak("staging", "$GOOD", mountsEvil))), podReady("$ME"), operated(honest...),
		)},
		call: create(inSoak("soaked", "$EVIL")),
		by:   rule("workloads.gate", "what is to run has run"), says: "to have entered environment staging first",
		right: []step{soon(by(alice, create(inSoak("soaked", "$GOOD", mountsEvil))))}, rightly: "as a volume, it may",
	},
	{
		name: "CronJob that never ran", does: "suspends it in staging, and runs it here",
		as: alice, before: []step{operated(
			by(alice, create(cronJobInSoak("staging", true))), soon(by(alice, create(cronJobInSoak("soaked", false)))),
			by(alice, remove("CronJob soaked/$ME")), isGone("CronJob soaked/$ME"),
		)},
		call: create(cronJobInSoak("soaked", false)), verdict: limit,
		limit: "a CronJob counts as available as soon as it has entered", seen: onServerRecord,
		trace: auditedByServer("namespaces/staging/cronjobs", `"create"`, `"$ME"`, "alice@example.com"),
	},
	{
		name: "Pod that is ready by its status", does: "says so in the place of its kubelet",
		as: owner, before: []step{operated(
			by(alice, create(inSoak("staging", "$EVIL"))), podFound("$ME"),
			by(owner, changeAt("Pod staging/$POD", "status", podRuns)),
			soon(by(alice, create(inSoak("soaked", "$EVIL")))), by(alice, remove("Deployment soaked/$ME")),
			isGone("Deployment soaked/$ME"),
		)},
		call: create(inSoak("soaked", "$EVIL")), verdict: limit,
		limit: "may write labels, annotations or the `status` of running Pods", seen: onServerRecord,
		trace: auditedByServer("pods/$POD/status", `"patch"`, "alice@example.com"),
	},
}

const (
	emptyNode = `{apiVersion: v1, kind: Node, metadata: {name: node-of-$ME, labels: {node-of: $ME}}}`
	nodeReady = `{status: {conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2036-03-02T12:00:00Z"}],
		allocatable: {pods: "10", cpu: "1", memory: 1Gi}, capacity: {pods: "10", cpu: "1", memory: 1Gi}}}`
	podRuns = `{status: {phase: Running, conditions: [
		{type: Ready, status: "True", lastTransitionTime: "2026-03-02T12:00:00Z"}]}}`
	podSucceeds = `{status: {phase: Succeeded}}`

	// carrier has Pods that a ReplicaSet would take for its own.
	carrier = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {namespace: staging, name: carrier-of-$ME}, spec: {
		selector: {matchLabels: {app: $ME}}, template: {metadata: {labels: {app: $ME, pod-template-hash: "$HASH"}},
		spec: {containers: [{name: web, image: "$GOOD"}]}}}}`
	mountsEvil = `{spec: {template: {spec: {volumes: [{name: model, image: {reference: "$EVIL"}}]}}}}`
)

// inSoak is a Deployment in staging, or in soaked, that runs the image.
func inSoak(namespace, image string, more ...string) string {
	return merged(deployment(`{metadata: {namespace: `+namespace+`}}`, web(`{image: "`+image+`"}`)), more...)
}

// jobInSoak finds its Pods by a selector of its own.
func jobInSoak(namespace, image string) string {
	return job(`{metadata: {namespace: ` + namespace + `}, spec: {manualSelector: true,
		selector: {matchLabels: {app: $ME}},
		template: {metadata: {labels: {app: $ME}}, spec: {containers: [{name: web, image: "` + image + `"}]}}}}`)
}

func cronJobInSoak(namespace string, suspended bool) string {
	return cronJob(fmt.Sprintf(`{metadata: {namespace: %s}, spec: {suspend: %t, jobTemplate: {spec: {template: {spec:
		{containers: [{name: web, image: "$EVIL"}]}}}}}}`, namespace, suspended))
}

// daemonSet runs on the node of the attack alone.
func daemonSet(namespace, image string) string {
	return like("DaemonSet", "apps/v1", `{metadata: {namespace: `+namespace+`}}`, web(`{image: "`+image+`"}`),
		podSpec(`{nodeSelector: {node-of: $ME}, tolerations: [{operator: Exists}]}`))
}

// honest is a Deployment that gets into soaked as it has run in staging, after what the attack brought in there.
var honest = func() []step {
	in := func(namespace string) call {
		return create(inSoak(namespace, "$GOOD", `{metadata: {name: honest-$ME}, spec: {selector: {matchLabels:
			{app: honest-$ME}}, template: {metadata: {labels: {app: honest-$ME}}}}}`))
	}
	return []step{
		by(alice, in("staging")), podReady("honest-$ME"), soon(by(alice, in("soaked"))),
		podFound("$ME"),
	}
}()

// podFound sets $POD to the Pod of an app in staging.
func podFound(app string) step {
	return soon(func(ctx context.Context, s *scene) error {
		found, err := s.first(ctx, "/api/v1/namespaces/staging/pods?labelSelector=app%3D"+app)
		s.words["POD"] = at(found, "metadata", "name")
		return err
	})
}

// podReady : it runs, as its kubelet says; podEnded : it did, and has come to its end.
func podReady(app string) step { return podIs(app, podRuns) }
func podEnded(app string) step { return podIs(app, podSucceeds) }

func podIs(app, status string) step {
	return func(ctx context.Context, s *scene) error {
		if err := podFound(app)(ctx, s); err != nil {
			return err
		}
		return by(installer, changeAt("Pod staging/$POD", "status", status))(ctx, s)
	}
}

// leavingPods deletes a workload, and not its Pods.
func leavingPods(object string) step {
	return func(ctx context.Context, s *scene) error {
		if err := by(alice, remove(object).with("propagationPolicy=Orphan"))(ctx, s); err != nil {
			return err
		}
		return isGone(object)(ctx, s)
	}
}

func isGone(object string) step {
	return soon(func(ctx context.Context, s *scene) error {
		if _, err := s.say(ctx, installer, read(object)); !apierrors.IsNotFound(err) {
			return fmt.Errorf("%s is there still: %w", object, err)
		}
		return nil
	})
}

// counting : the controller counts the Pod as available.
func counting(object, field string) step {
	return soon(func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read(object))
		if err == nil && at(found, "status", field) != "1" {
			return fmt.Errorf("%s counts none: %s", object, at(found, "status"))
		}
		return err
	})
}

// hashed sets $HASH to the label that the ReplicaSet of the attack gives its Pods.
var hashed = soon(func(ctx context.Context, s *scene) error {
	found, err := s.first(ctx, "/apis/apps/v1/namespaces/staging/replicasets?labelSelector=app%3D$ME")
	s.words["HASH"] = at(found, "metadata", "labels", "pod-template-hash")
	return err
})
