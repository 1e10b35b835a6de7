// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	post, merge, remove = http.MethodPost, http.MethodPatch, http.MethodDelete

	labelled      = `{"metadata":{"labels":{"team":"a"}}}`
	restart       = `"kubectl.kubernetes.io/restartedAt":"2026-01-01T00:00:00Z"`
	restarted     = `{"spec":{"template":{"metadata":{"annotations":{` + restart + `}}}}}`
	ownedByNobody = `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"x"}]}}`
	orphaning     = `{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Orphan"}`
	evil          = `{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"evil"}]}}}}`
)

func (g guarded) testWorkloadEntry(t *testing.T) {
	const entry = "workloads.gate.countersign.dev"
	web := marshal(t, deploymentIn("new", 1))
	job := marshal(t, jobIn("new"))
	g.sendAll(t, g.administrator(t), map[string]send{
		"Label":           {"labels of the workload run nothing", merge, "apps/deployments/web", labelled, ""},
		"Replicas":        {"scaling is free", merge, "apps/deployments/scaled", `{"spec":{"replicas":3}}`, ""},
		"Shrink":          {"to zero as well", merge, "apps/deployments/shrunk", `{"spec":{"replicas":0}}`, ""},
		"LabelZero":       {"zero that stays zero starts nothing", merge, "apps/deployments/zero", labelled, ""},
		"Restart":         {"a restart runs what ran", merge, "apps/deployments/restarted", restarted, ""},
		"RestartStateful": {"a restart runs what ran", merge, "apps/statefulsets/db", restarted, ""},
		"RestartDaemon":   {"a restart runs what ran", merge, "apps/daemonsets/ds", restarted, ""},
		"LabelCronJob":    {"a kind without spec.template", merge, "batch/cronjobs/nightly", labelled, ""},
		"LabelJob":        {"labels of the workload run nothing", merge, "batch/jobs/running", labelled, ""},

		"Create":        {"it is new", post, "apps/deployments", web, entry},
		"CreateJob":     {"only the CronJob controller makes Jobs", post, "batch/jobs", job, entry},
		"Image":         {"it is content", merge, "apps/deployments/web", evil, entry},
		"ImageStateful": {"it is content", merge, "apps/statefulsets/db", evil, entry},
		"ImageDaemon":   {"it is content", merge, "apps/daemonsets/ds", evil, entry},
		"ImageReplicas": {"ReplicaSets are not for people to write", merge, "apps/replicasets/rs", evil, entry},
		"ImageOld":      {"it is content", merge, "core/replicationcontrollers/rc", evil, entry},
		"Pause":         {"every key of the spec counts", merge, "apps/deployments/web", `{"spec":{"paused":true}}`, entry},
		"TemplateLabel": {
			"only one annotation is free", merge, "apps/deployments/web",
			`{"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}}`, entry,
		},
		"TemplateAnnotation": {
			"injectors read the others", merge, "apps/deployments/web",
			`{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}`, entry,
		},
		"RestartWithText": {
			"containers can read annotations", merge, "apps/deployments/web",
			`{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"--evil"}}}}}`, entry,
		},
		"Owner": {"the garbage collector would delete it", merge, "apps/deployments/web", ownedByNobody, entry},
		"RestartAndAnnotation": {
			"a restart hides nothing", merge, "apps/deployments/web",
			`{"spec":{"template":{"metadata":{"annotations":{"a":"b",` + restart + `}}}}}`, entry,
		},
		"RestartAndImage": {
			"a restart hides nothing", merge, "apps/deployments/web",
			`{"spec":{"template":{"metadata":{"annotations":{` + restart + `}},` +
				`"spec":{"containers":[{"name":"web","image":"evil"}]}}}}`, entry,
		},
		"RemoveKey": {
			"what is missing counts too", merge, "apps/deployments/web",
			`{"spec":{"minReadySeconds":null}}`, entry,
		},
		"FromZero": {
			"it starts what may never have run", merge, "apps/deployments/zero", `{"spec":{"replicas":1}}`,
			entry,
		},
		"CronRestart": {
			"nothing restarts a CronJob", merge, "batch/cronjobs/nightly",
			`{"spec":{"jobTemplate":{"spec":{"template":{"metadata":{"annotations":{` + restart + `}}}}}}}`, entry,
		},
		"Suspend": {"whether it runs is content", merge, "batch/cronjobs/nightly", `{"spec":{"suspend":true}}`, entry},
		"Parallelism": {
			"it is not called replicas", merge, "batch/jobs/running", `{"spec":{"parallelism":2}}`, entry,
		},
	})
}

func (g guarded) testTemplateEntry(t *testing.T) {
	const entry = "templates.gate.countersign.dev"
	template := marshal(t, &corev1.PodTemplate{ObjectMeta: outageMeta("new"), Template: templateOf("new")})
	g.sendAll(t, g.administrator(t), map[string]send{
		"LabelTemplate": {"metadata runs nothing", merge, "core/podtemplates/pt", labelled, ""},
		"LabelRevision": {"metadata runs nothing", merge, "apps/controllerrevisions/cr", labelled, ""},
		"Template": {
			"Jobs are made from templates", merge, "core/podtemplates/pt", `{"template":{"metadata":{"labels":{"a":"b"}}}}`,
			entry,
		},
		"OwnerOfTemplate": {
			"the garbage collector would delete it", merge, "core/podtemplates/pt", ownedByNobody, entry,
		},
		"NewTemplate": {"it is new", post, "core/podtemplates", template, entry},
		"NewRevision": {
			"a StatefulSet may go back to it", post, "apps/controllerrevisions",
			`{"metadata":{"name":"new"},"data":{},"revision":2}`, entry,
		},
		"Revision": {"the order is the history", merge, "apps/controllerrevisions/cr", `{"revision":9}`, entry},
	})
	// Policy countersign-status lets the group through.
	glass, err := g.User("admin", administrators, breakGlassGroup)
	if err != nil {
		t.Fatal(err)
	}
	const db = "apps/statefulsets/db/status"
	g.sendAll(t, glass, map[string]send{
		"OtherStatus":     {"only the revisions choose", merge, db, `{"status":{"observedGeneration":1}}`, ""},
		"CurrentRevision": {"it chooses the content", merge, db, `{"status":{"currentRevision":"x"}}`, entry},
		"UpdateRevision":  {"it chooses the content", merge, db, `{"status":{"updateRevision":"x"}}`, entry},
	})
}

func (g guarded) testPodEntry(t *testing.T) {
	const entry = "pods.gate.countersign.dev"
	pod := marshal(t, podIn("new"))
	g.sendAll(t, g.administrator(t), map[string]send{
		"Label":  {"controllers adopt by metadata", merge, "core/pods/bare", labelled, ""},
		"Status": {"it is what was seen", merge, "core/pods/bare/status", `{"status":{"message":"hello"}}`, ""},

		"Create": {"it is new", post, "core/pods", pod, entry},
		"Image": {
			"images of running Pods can be changed", merge, "core/pods/bare",
			`{"spec":{"containers":[{"name":"web","image":"evil"}]}}`, entry,
		},
		"Ephemeral": {
			"it runs something new", merge, "core/pods/bare/ephemeralcontainers",
			`{"spec":{"ephemeralContainers":[{"name":"debug","image":"evil"}]}}`, entry,
		},
		"Resize": {
			"resources are content", merge, "core/pods/bare/resize",
			`{"spec":{"containers":[{"name":"web","image":"` + image + `","resources":{"requests":{"cpu":"2m"}}}]}}`, entry,
		},
	})
}

func (g guarded) testScaleEntry(t *testing.T) {
	const entry = "scale.gate.countersign.dev"
	g.sendAll(t, g.administrator(t), map[string]send{
		"More":     {"scaling is free", merge, "apps/deployments/scaled/scale", `{"spec":{"replicas":4}}`, ""},
		"Stateful": {"scaling is free", merge, "apps/statefulsets/db/scale", `{"spec":{"replicas":2}}`, ""},
		"StayZero": {"nothing starts", merge, "apps/deployments/zero/scale", `{"spec":{"replicas":0}}`, ""},
		"FromZero": {
			"it starts what may never have run", merge, "apps/deployments/zero/scale",
			`{"spec":{"replicas":1}}`, entry,
		},
	})
}

func (g guarded) testConnectEntry(t *testing.T) {
	const entry = "connect.gate.countersign.dev"
	g.sendAll(t, g.administrator(t), map[string]send{
		"Exec":         {"a shell", post, "core/pods/bare/exec", "", entry},
		"Attach":       {"a terminal", post, "core/pods/bare/attach", "", entry},
		"PortForward":  {"a port", post, "core/pods/bare/portforward", "", entry},
		"PodProxy":     {"a way in", post, "core/pods/bare/proxy", "", entry},
		"ServiceProxy": {"a way in", post, "core/services/svc/proxy", "", entry},
	})
}

func (g guarded) testDeleteEntry(t *testing.T) {
	const entry = "delete.gate.countersign.dev"
	g.sendAll(t, g.administrator(t), map[string]send{
		"Pod":         {"its controller makes another", remove, "core/pods/bare", "", ""},
		"FinishedJob": {"it ran", remove, "batch/jobs/done", "", ""},

		"Deployment":  {"it stops what runs", remove, "apps/deployments/web", "", entry},
		"All":         {"deletion in bulk is deletion", remove, "apps/deployments", "", entry},
		"StatefulSet": {"it stops what runs", remove, "apps/statefulsets/db", "", entry},
		"DaemonSet":   {"it stops what runs", remove, "apps/daemonsets/ds", "", entry},
		"ReplicaSet":  {"it stops what runs", remove, "apps/replicasets/rs", "", entry},
		"Old":         {"it stops what runs", remove, "core/replicationcontrollers/rc", "", entry},
		"RunningJob":  {"it stops what runs", remove, "batch/jobs/running", "", entry},
		"CronJob":     {"it stops what would run", remove, "batch/cronjobs/nightly", "", entry},
		"Revision":    {"it is the history", remove, "apps/controllerrevisions/cr", "", entry},
		"Template":    {"it is what Jobs are made from", remove, "core/podtemplates/pt", "", entry},
	})
}

// testControllersGoOn: what was let in before is rescheduled, scaled and restarted.
func (g guarded) testControllersGoOn(t *testing.T) {
	c := g.admin(t)
	for _, pod := range g.awaitPods(t, "app=web", 2) {
		if err := c.Delete(t.Context(), &pod, client.GracePeriodSeconds(0)); err != nil {
			t.Fatal(err)
		}
	}
	g.awaitPods(t, "app=web", 2)
	g.awaitPods(t, "app=scaled", 4)
	g.awaitPods(t, "app=shrunk", 0)
	g.awaitPods(t, "app=db", 1) // one at a time, and without nodes none gets ready
	eventually(t, func(ctx context.Context) string {
		var sets appsv1.ReplicaSetList
		err := c.List(ctx, &sets, client.InNamespace(outageNamespace), client.MatchingLabels{"app": "restarted"})
		if err != nil || len(sets.Items) != 2 {
			return "the restarted Deployment to have two ReplicaSets"
		}
		return ""
	})
}

// testControllersOwnWork: each built-in controller is let through with what follows from a gated parent, under exactly
// its name, and with nothing else.
func (g guarded) testControllersOwnWork(t *testing.T) {
	const system = "system:serviceaccount:kube-system:"
	const (
		workloads = "workloads.gate.countersign.dev"
		pods      = "pods.gate.countersign.dev"
		deletions = "delete.gate.countersign.dev"
		revision  = `{"metadata":{"name":"made"},"data":{},"revision":2}`
	)
	newJob, newSet := marshal(t, jobIn("made")), marshal(t, replicaSetIn("made"))
	for user, sends := range map[string]map[string]send{
		system + "deployment-controller": {
			"MakesReplicaSets":  {"from its Deployment", post, "apps/replicasets", newSet, ""},
			"ScalesReplicaSets": {"also from zero", merge, "apps/replicasets/empty", `{"spec":{"replicas":1}}`, ""},
			"ChangesDeployments": {
				"it rolls back when told to by annotation", merge, "apps/deployments/web", evil, workloads,
			},
			"MakesPods": {"that is another's work", post, "core/pods", marshal(t, podIn("a")), pods},
		},
		system + "replicaset-controller": {
			"MakesPods": {"from its ReplicaSet", post, "core/pods", marshal(t, podIn("b")), ""},
			"MakesDeployments": {
				"it has no business to", post, "apps/deployments", marshal(t, deploymentIn("c", 1)), workloads,
			},
		},
		system + "replication-controller": {"MakesPods": {"from its parent", post, "core/pods", marshal(t, podIn("d")), ""}},
		system + "statefulset-controller": {
			"MakesPods":      {"from its StatefulSet", post, "core/pods", marshal(t, podIn("e")), ""},
			"MakesRevisions": {"from its StatefulSet", post, "apps/controllerrevisions", revision, ""},
			"ChoosesRevision": {
				"from its StatefulSet", merge, "apps/statefulsets/db/status", `{"status":{"currentRevision":"x"}}`, "",
			},
		},
		system + "daemon-set-controller": {
			"MakesPods":        {"from its DaemonSet", post, "core/pods", marshal(t, podIn("f")), ""},
			"DeletesRevisions": {"the oldest", remove, "apps/controllerrevisions/cr", "", ""},
		},
		system + "job-controller": {"MakesPods": {"from its Job", post, "core/pods", marshal(t, podIn("g")), ""}},
		system + "cronjob-controller": {
			"MakesJobs":    {"from its CronJob", post, "batch/jobs", newJob, ""},
			"ReplacesJobs": {"a new one takes its place", remove, "batch/jobs/nightly-1", "", ""},
			"OthersJobs": {
				"none of a CronJob's", remove, "batch/jobs/running", "", "delete.gate.countersign.dev",
			},
			"ChangesCronJobs": {
				"it makes Jobs, no more", merge, "batch/cronjobs/nightly", `{"spec":{"suspend":true}}`,
				workloads,
			},
		},
		system + "generic-garbage-collector": {
			"DeletesParent": {"its own parent is gone", remove, "apps/deployments/restarted", orphaning, ""},
			"Deletes":       {"its owner is gone", remove, "apps/replicasets/rs", "", ""},
			"Makes":         {"it collects, no more", post, "core/pods", marshal(t, podIn("h")), pods},
		},
		"system:serviceaccount:" + outageNamespace + ":replicaset-controller": {
			"Poses": {"the namespace is part of the name", post, "core/pods", marshal(t, podIn("i")), pods},
		},
		system + "replicaset-controller CREATE pods": {
			"Poses": {"a name with spaces is a name", post, "core/pods", marshal(t, podIn("j")), pods},
		},
		"system:node:somewhere": {
			"MirrorsPods": {"nobody approved what its disk says", post, "core/pods", marshal(t, podIn("k")), pods},
			"Deletes":     {"a node keeps no workloads", remove, "apps/deployments/web", "", deletions},
		},
	} {
		config, err := g.User(user, administrators)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimPrefix(user, system), func(t *testing.T) { g.sendAll(t, config, sends) })
	}
	g.awaitGone(t, deploymentIn("restarted", 1)) // the garbage collector has released its ReplicaSets
}

func (g guarded) administrator(t *testing.T) *rest.Config {
	t.Helper()
	config, err := g.Admin()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func marshal(t *testing.T, object client.Object) string {
	t.Helper()
	object.SetNamespace("")
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
