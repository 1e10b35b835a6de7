// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import "github.com/countersign-dev/countersign/api/v1alpha1"

// needed is what the usual programs ask for, so that no capability is worthless without another.
var needed = []expectation{
	{
		reason: "kubectl get, describe, logs, top and rollout status",
		of:     these(v1alpha1.CapabilityView), want: true,
		rights: []string{
			"list pods", "watch pods", "get pods/log", "list events", "list replicasets.apps", "watch deployments.apps",
			"list pods.metrics.k8s.io",
		},
	},
	{
		reason: "kubectl countersign request looks up the environment, opens, and waits",
		of:     these(v1alpha1.CapabilityRequest), want: true,
		rights: []string{
			"get namespaces", "create promotionrequests.countersign.dev", "list promotionrequests.countersign.dev",
			"watch promotionrequests.countersign.dev", "list approvals.countersign.dev",
		},
	},
	{
		reason: "tkn pipeline start and cancel, argo submit and stop, kubectl create job --from=cronjob, kubectl logs",
		of:     these(v1alpha1.CapabilityBuild), want: true,
		rights: []string{
			"get pipelines.tekton.dev", "create pipelineruns.tekton.dev", "patch pipelineruns.tekton.dev",
			"list taskruns.tekton.dev", "get workflowtemplates.argoproj.io", "create workflows.argoproj.io",
			"patch workflows.argoproj.io", "get cronjobs.batch", "create jobs.batch", "delete jobs.batch", "get pods/log",
		},
	},
	{
		reason: "kubectl apply, diff and delete, helm upgrade --wait, kubectl rollout status, history and undo",
		of:     these(v1alpha1.CapabilityDeploy), want: true,
		rights: []string{
			"get deployments.apps", "create deployments.apps", "patch deployments.apps", "update deployments.apps",
			"delete deployments.apps", "watch deployments.apps", "patch statefulsets.apps", "patch daemonsets.apps",
			"create jobs.batch", "watch jobs.batch", "delete jobs.batch", "patch cronjobs.batch", "list replicasets.apps",
			"list controllerrevisions.apps", "watch pods",
		},
	},
	{
		reason: "kubectl scale, rollout restart, undo and status, evictions",
		of:     these(v1alpha1.CapabilityOperate), want: true,
		rights: []string{
			"get deployments.apps", "patch deployments.apps/scale", "update deployments.apps/scale",
			"get replicasets.apps", "patch replicasets.apps/scale", "get replicationcontrollers",
			"patch replicationcontrollers/scale", "patch deployments.apps", "patch statefulsets.apps",
			"patch daemonsets.apps", "list controllerrevisions.apps", "delete pods", "create pods/eviction",
		},
	},
	{
		reason: "kubectl exec, attach, port-forward, cp and debug, which shows the log of a container that has ended",
		of:     these(v1alpha1.CapabilityDebug), want: true,
		rights: []string{
			"get pods", "watch pods", "create pods/exec", "get pods/exec", "create pods/attach", "create pods/portforward",
			"patch pods/ephemeralcontainers", "get pods/log",
		},
	},
	{
		reason: "kubectl countersign approve finds the request, decides, and looks what became of it",
		of:     these(v1alpha1.CapabilityApprove), want: true,
		rights: []string{
			"list promotionrequests.countersign.dev", "create approvals.countersign.dev", "list approvals.countersign.dev",
			"watch promotionrequests.countersign.dev",
		},
	},
}
