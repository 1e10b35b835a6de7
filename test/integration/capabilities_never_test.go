// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import "github.com/countersign-dev/countersign/api/v1alpha1"

// never is what must not be allowed, whatever the table says.
var never = []expectation{
	{
		reason: "what a Secret holds is a right of its own, and most of them are keys to something else",
		rights: []string{"* secrets"},
	},
	{
		reason: "a Pod belongs to a workload that rolls back and is recorded as one, and no one places Pods by hand",
		rights: []string{
			"create pods", "update pods", "patch pods", "create pods/binding", "patch pods/resize", "patch pods/status",
			"create replicasets.apps", "create replicationcontrollers", "create podtemplates",
			"patch replicasets.apps", "create controllerrevisions.apps", "patch statefulsets.apps/status",
		},
	},
	{
		reason: "a shell changes what runs, past rollout and record",
		of:     allBut(v1alpha1.CapabilityDebug),
		rights: []string{
			"* pods/exec", "* pods/attach", "* pods/portforward", "* pods/ephemeralcontainers",
		},
	},
	{
		reason: "a proxy through the API server reaches past admission",
		rights: []string{"* pods/proxy", "* services/proxy", "* nodes/proxy", "* nodes"},
	},
	{
		reason: "only two people decide, and only this capability makes one of them",
		of:     allBut(v1alpha1.CapabilityApprove),
		rights: []string{"create approvals.countersign.dev"},
	},
	{
		reason: "who approves neither asks nor carries out, by this capability alone",
		of:     these(v1alpha1.CapabilityApprove),
		rights: []string{
			"create promotionrequests.countersign.dev", "* deployments.apps", "* jobs.batch", "* pods", "* pods/eviction",
		},
	},
	{
		reason: "a decision and a request stay as they were sent, and what became of them only the operator writes",
		rights: []string{
			"update approvals.countersign.dev", "patch approvals.countersign.dev", "delete approvals.countersign.dev",
			"deletecollection approvals.countersign.dev", "update promotionrequests.countersign.dev",
			"patch promotionrequests.countersign.dev", "delete promotionrequests.countersign.dev",
			"deletecollection promotionrequests.countersign.dev", "* promotionrequests.countersign.dev/status",
			"* approvals.countersign.dev/status", "* emergencies.countersign.dev/status", "* freezes.countersign.dev",
			"* releasegates.countersign.dev/status",
			"* promotionpolicies.countersign.dev/status",
			"* pipelineroles.countersign.dev/status",
		},
	},
	{
		reason: "who may do what, and what a change needs, are nobody's to change from inside an environment",
		rights: []string{
			"* promotionpolicies.countersign.dev", "* pipelineroles.countersign.dev", "* environments.countersign.dev",
		},
	},
	{
		reason: "a right that makes rights is all rights",
		rights: []string{
			"* roles.rbac.authorization.k8s.io", "* rolebindings.rbac.authorization.k8s.io",
			"* clusterroles.rbac.authorization.k8s.io", "* clusterrolebindings.rbac.authorization.k8s.io",
		},
	},
	{
		reason: "nobody becomes somebody else",
		rights: []string{
			"* serviceaccounts/token", "impersonate serviceaccounts", "impersonate users", "impersonate groups",
			"create serviceaccounts", "update serviceaccounts", "patch serviceaccounts", "delete serviceaccounts",
			"create certificatesigningrequests.certificates.k8s.io",
			"* certificatesigningrequests.certificates.k8s.io/approval", "create tokenreviews.authentication.k8s.io",
		},
	},
	{
		reason: "the guards are not in anybody's reach",
		rights: []string{
			"* mutatingwebhookconfigurations.admissionregistration.k8s.io",
			"* validatingwebhookconfigurations.admissionregistration.k8s.io",
			"* validatingadmissionpolicies.admissionregistration.k8s.io",
			"* customresourcedefinitions.apiextensions.k8s.io",
		},
	},
	{
		reason: "the label on a namespace is a grant, and what is deleted with a namespace no gate has judged",
		rights: []string{
			"update namespaces", "patch namespaces", "delete namespaces", "create namespaces",
			"* namespaces/status", "* namespaces/finalize",
		},
	},
	{
		reason: "no gate judges these yet",
		rights: []string{
			"create configmaps", "patch configmaps", "create services", "patch services",
			"create ingresses.networking.k8s.io", "patch ingresses.networking.k8s.io",
			"create networkpolicies.networking.k8s.io", "delete networkpolicies.networking.k8s.io",
			"patch applications.argoproj.io",
		},
	},
	{
		reason: "one call that removes everything is for no routine",
		rights: []string{
			"deletecollection deployments.apps", "deletecollection pods", "deletecollection jobs.batch",
		},
	},
	{
		reason: "who looks writes nothing",
		of:     these(v1alpha1.CapabilityView),
		rights: []string{
			"create deployments.apps", "patch deployments.apps", "delete pods", "create pods/eviction",
			"create promotionrequests.countersign.dev", "create jobs.batch",
		},
	},
	{
		reason: "who asks does not carry out",
		of:     these(v1alpha1.CapabilityRequest),
		rights: []string{"* deployments.apps", "* jobs.batch", "* pods"},
	},
	{
		reason: "it runs pipelines that others wrote, and deploys nothing",
		of:     these(v1alpha1.CapabilityBuild),
		rights: []string{
			"create pipelines.tekton.dev", "patch tasks.tekton.dev", "create taskruns.tekton.dev",
			"patch workflowtemplates.argoproj.io", "* deployments.apps", "create cronjobs.batch", "patch cronjobs.batch",
		},
	},
	{
		reason: "it keeps running what is there, and adds or removes no workload",
		of:     these(v1alpha1.CapabilityOperate),
		rights: []string{
			"create deployments.apps", "delete deployments.apps", "create statefulsets.apps", "delete statefulsets.apps",
			"create daemonsets.apps", "delete daemonsets.apps", "create jobs.batch", "create cronjobs.batch",
		},
	},
	{
		reason: "it looks into Pods and leaves workloads as they are",
		of:     these(v1alpha1.CapabilityDebug),
		rights: []string{"patch deployments.apps", "delete pods", "create pods/eviction", "create jobs.batch"},
	},
}
