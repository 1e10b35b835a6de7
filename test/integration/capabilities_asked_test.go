// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"slices"
	"strings"
)

// question is a resource and what one may want to do with it.
type question struct{ resource, verbs string }

const (
	reads  = "get list watch"
	writes = "create update patch delete deletecollection"
)

var namespaced = []question{
	{"deployments.apps", reads + " " + writes},
	{"deployments.apps/scale", "get update patch"},
	{"deployments.apps/status", "patch"},
	{"statefulsets.apps", reads + " " + writes},
	{"statefulsets.apps/scale", "get update patch"},
	{"statefulsets.apps/status", "patch"},
	{"daemonsets.apps", reads + " " + writes},
	{"replicasets.apps", reads + " " + writes},
	{"replicasets.apps/scale", "get update patch"},
	{"controllerrevisions.apps", reads + " " + writes},
	{"replicationcontrollers", reads + " " + writes},
	{"replicationcontrollers/scale", "get update patch"},
	{"podtemplates", reads + " " + writes},
	{"jobs.batch", reads + " " + writes},
	{"cronjobs.batch", reads + " " + writes},
	{"pipelineruns.tekton.dev", reads + " " + writes},
	{"pipelines.tekton.dev", reads + " " + writes},
	{"tasks.tekton.dev", reads + " " + writes},
	{"taskruns.tekton.dev", reads + " " + writes},
	{"workflows.argoproj.io", reads + " " + writes},
	{"workflowtemplates.argoproj.io", reads + " " + writes},
	{"applications.argoproj.io", reads + " " + writes},

	{"pods", reads + " " + writes},
	{"pods/log", "get"},
	{"pods/status", "get patch"},
	{"pods/exec", "get create"},
	{"pods/attach", "get create"},
	{"pods/portforward", "get create"},
	{"pods/proxy", "get create"},
	{"pods/ephemeralcontainers", "update patch"},
	{"pods/resize", "update patch"},
	{"pods/eviction", "create"},
	{"pods/binding", "create"},
	{"pods.metrics.k8s.io", "get list"},

	{"secrets", reads + " " + writes},
	{"configmaps", reads + " " + writes},
	{"services", reads + " " + writes},
	{"services/proxy", "get create"},
	{"ingresses.networking.k8s.io", reads + " " + writes},
	{"networkpolicies.networking.k8s.io", reads + " " + writes},
	{"endpointslices.discovery.k8s.io", reads + " " + writes},
	{"endpoints", reads + " " + writes},
	{"persistentvolumeclaims", reads + " " + writes},
	{"horizontalpodautoscalers.autoscaling", reads + " " + writes},
	{"poddisruptionbudgets.policy", reads + " " + writes},
	{"resourcequotas", reads + " " + writes},
	{"events", reads + " " + writes},
	{"events.events.k8s.io", reads + " " + writes},
	{"leases.coordination.k8s.io", reads + " " + writes},

	{"serviceaccounts", reads + " " + writes + " impersonate"},
	{"serviceaccounts/token", "create"},
	{"roles.rbac.authorization.k8s.io", reads + " " + writes + " bind escalate"},
	{"rolebindings.rbac.authorization.k8s.io", reads + " " + writes},
	{"localsubjectaccessreviews.authorization.k8s.io", "create"},

	{"promotionrequests.countersign.dev", reads + " " + writes},
	{"promotionrequests.countersign.dev/status", "update patch"},
	{"approvals.countersign.dev", reads + " " + writes},
	{"approvals.countersign.dev/status", "update patch"},
	{"emergencies.countersign.dev", reads + " " + writes},
	{"emergencies.countersign.dev/status", "update patch"},
	{"freezes.countersign.dev", reads + " " + writes},
	{"releasegates.countersign.dev", reads + " " + writes},
	{"releasegates.countersign.dev/status", "update patch"},
	// Requests that name a namespace are judged in it, though namespaces are in none.
	{"namespaces", "get update patch delete"},
	{"namespaces/status", "update patch"},
	{"namespaces/finalize", "update"},
}

var clusterScoped = []question{
	{"namespaces", "list create"},
	{"promotionpolicies.countersign.dev", reads + " " + writes + " approve"},
	{"promotionpolicies.countersign.dev/status", "update patch"},
	{"pipelineroles.countersign.dev", reads + " " + writes + " bind escalate"},
	{"pipelineroles.countersign.dev/status", "update patch"},
	{"environments.countersign.dev", "assign"},
	{"clusterroles.rbac.authorization.k8s.io", writes + " bind escalate"},
	{"clusterrolebindings.rbac.authorization.k8s.io", writes},
	{"mutatingwebhookconfigurations.admissionregistration.k8s.io", writes},
	{"validatingwebhookconfigurations.admissionregistration.k8s.io", writes},
	{"validatingadmissionpolicies.admissionregistration.k8s.io", writes},
	{"customresourcedefinitions.apiextensions.k8s.io", writes},
	{"certificatesigningrequests.certificates.k8s.io", "create"},
	{"certificatesigningrequests.certificates.k8s.io/approval", "update patch"},
	{"users", "impersonate"},
	{"groups", "impersonate"},
	{"nodes", reads + " " + writes},
	{"nodes/proxy", "get create"},
	{"persistentvolumes", reads + " " + writes},
	{"tokenreviews.authentication.k8s.io", "create"},
}

// ofCluster are the rights that no namespace holds.
var ofCluster = rightsOf(clusterScoped)

// asked are all rights that the table is about.
func asked() []string { return slices.Concat(rightsOf(namespaced), ofCluster) }

func rightsOf(questions []question) []string {
	var all []string
	for _, q := range questions {
		for verb := range strings.FieldsSeq(q.verbs) {
			all = append(all, verb+" "+q.resource)
		}
	}
	return all
}
