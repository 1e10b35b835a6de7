// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// What the operator runs from: who answers in its place lets in what they like.
var operatorsNamespace = []attack{
	operators("Operator scaled to nothing", "stops it", changeAt("Deployment "+manager, "scale", `{spec: {replicas: 5}}`)),
	operators("Operator with another image", "runs something else in its place", amend("Deployment "+manager, "",
		`{spec: {template: {spec: {containers: [{name: manager, image: "$EVIL"}]}}}}`)),
	operators("Operator with other flags", "has it use certificates of hers", amend("Deployment "+manager, "",
		`{spec: {template: {spec: {containers: [{name: manager, args: [--cert-dir=/tmp]}]}}}}`)),
	operators("Operator deleted", "deletes it", remove("Deployment "+manager)),
	operators("Pod as the operator", "runs one that holds its rights",
		create(operatorPod(`{spec: {serviceAccountName: countersign-controller-manager}}`))),
	operators("Job as the operator", "by a Job, which makes it",
		create(job(`{metadata: {namespace: countersign-system}}`,
			`{spec: {template: {spec: {serviceAccountName: countersign-controller-manager}}}}`))),
	operators("Pod that answers", "has the labels that the webhook's Service looks for", create(operatorPod(`{metadata:
		{labels: {control-plane: controller-manager, app.kubernetes.io/name: countersign}}}`))),
	operators("Token of the operator", "mints one",
		createAt("ServiceAccount countersign-system/countersign-controller-manager",
			"token", `{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}`)),
	operators("Token of the operator in a Secret", "has Kubernetes write one that never ends", create(`{apiVersion: v1,
		kind: Secret, type: kubernetes.io/service-account-token, metadata: {namespace: countersign-system, name: $ME,
		annotations: {kubernetes.io/service-account.name: countersign-controller-manager}}}`)),
	operators("Service account of the operator", "deletes it",
		remove("ServiceAccount countersign-system/countersign-controller-manager")),
	operators("Service to somewhere else", "has the webhook's Service select another Pod",
		change("Service countersign-system/countersign-webhook-service", `{spec: {selector: {app: evil}}}`)),
	operators("Endpoint of one's own", "adds one to the Service", create(`{apiVersion: discovery.k8s.io/v1,
		kind: EndpointSlice,
		metadata: {namespace: countersign-system, name: $ME,
			labels: {kubernetes.io/service-name: countersign-webhook-service}},
		addressType: IPv4, endpoints: [{addresses: [10.6.6.6]}], ports: [{name: webhook, port: 9443}]}`)),
	seated("Lease", "puts her name into it, and renews it for good", `{apiVersion: coordination.k8s.io/v1,
		kind: Lease, metadata: {namespace: countersign-system, name: countersign.dev}, spec: {}}`,
		change("Lease countersign-system/countersign.dev", `{spec: {holderIdentity: mallory}}`)),
	seated("Lease deleted", "has the replicas quarrel about it", `{apiVersion: coordination.k8s.io/v1,
		kind: Lease, metadata: {namespace: countersign-system, name: countersign.dev}, spec: {}}`,
		remove("Lease countersign-system/countersign.dev")),
	seated("Certificate of one's own", "writes the Secret that the webhook serves with", webhookSecret,
		change("Secret countersign-system/countersign-webhook-cert", `{data: {tls.key: ZXZpbA==, tls.crt: ZXZpbA==}}`)),
	seated("Certificate deleted", "has the webhooks serve nothing, once it runs out", webhookSecret,
		remove("Secret countersign-system/countersign-webhook-cert")),
	seated("Key for Secrets deleted", "has Countersign seal them under another, and compare nothing with what was",
		sealingKey, remove("Secret countersign-system/countersign-configuration-key")),
	seated("Key for Secrets replaced", "puts one there that she knows", sealingKey,
		change("Secret countersign-system/countersign-configuration-key", `{metadata: {labels: {mine: "yes"}}}`)),
	operators("Network policy", "lets nobody reach it", create(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,
		metadata: {namespace: countersign-system, name: $ME}, spec: {podSelector: {}, policyTypes: [Ingress]}}`)),
	operators("Quota of nothing", "lets no Pod of it start again", create(`{apiVersion: v1, kind: ResourceQuota,
		metadata: {namespace: countersign-system, name: $ME}, spec: {hard: {pods: "0"}}}`)),
	operators("Right to its Secrets", "gives herself a Role in its namespace",
		create(`{apiVersion: rbac.authorization.k8s.io/v1,
		kind: RoleBinding, metadata: {namespace: countersign-system, name: $ME},
			subjects: [{apiGroup: rbac.authorization.k8s.io,
		kind: User, name: alice@example.com}], roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole,
			name: admin}}`)),
	operators("View of the operator's logs", "binds capability View there, with all that is aggregated to it",
		create(keeperBinding(`{metadata: {name: $ME}, roleRef: {name: countersign-view}}`))),
	operators("Capability widened", "has Secrets aggregated to Approve, and binds that there",
		create(keeperBinding(`{metadata: {name: $ME}, roleRef: {name: countersign-approve}}`))),
	operators("Binding of the installation", "takes a name of it first, with another role",
		create(keeperBinding(`{metadata: {name: countersign-$ME}}`))),
	keeper("Keeper of the rules forgotten", "makes a binding go, and who would object with it",
		remove("RoleBinding countersign-system/$ME")),
	keeper("Keeper of the rules replaced", "takes who would object out of it",
		change("RoleBinding countersign-system/$ME", `{subjects: [{apiGroup: rbac.authorization.k8s.io,
			kind: User, name: mallory@example.com}]}`)),
	keeper("Keeper of the rules owned", "has the garbage collector delete it, by an owner that is not there",
		change("RoleBinding countersign-system/$ME",
			`{metadata: {ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: none, uid: none}]}}`)),
	operators("Namespace of the operator", "deletes all of it", remove("Namespace countersign-system")),
	operators("Labels of its namespace", "lets privileged Pods in there",
		change("Namespace countersign-system", `{metadata: {labels: {pod-security.kubernetes.io/enforce: privileged}}}`)),
	session("Shell in the operator", "reads its token and key", connect("Pod countersign-system/$ME", "exec",
		"command=sh&stdout=true")),
	session("Attached to the operator", "the same by attach", connect("Pod countersign-system/$ME", "attach",
		"stdout=true")),
	session("Port of the operator", "the same by port-forward", connect("Pod countersign-system/$ME", "portforward",
		"ports=8443")),
	session("Debugger in the operator", "adds an ephemeral container", amend("Pod countersign-system/$ME",
		"ephemeralcontainers",
		`{spec: {ephemeralContainers: [{name: shell, image: "$EVIL", targetContainerName: web,
		securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}`)),
	{
		name: "Key of the webhook", does: "reads the Secret; no admission sees that",
		as: mallory, call: raw("GET", "/api/v1/namespaces/countersign-system/secrets", ""),
		verdict: limit, limit: "Who may read the Secrets of the operator's namespace", seen: onServerRecord,
		trace: auditedByServer("namespaces/countersign-system/secrets", `"list"`, "mallory@example.com"),
	},
}

const manager = "countersign-system/countersign-controller-manager"

// operators is an attack on the operator's namespace by a cluster administrator.
func operators(name, does string, c call) attack {
	return attack{
		name: name, does: does, as: mallory, call: c.rehearsed(), by: policy("operator-namespace"),
		says: "for Countersign and the group countersign:break-glass alone",
	}
}

const (
	webhookSecret = `{apiVersion: v1, kind: Secret, metadata: {namespace: countersign-system,
		name: countersign-webhook-cert}}`
	sealingKey = `{apiVersion: v1, kind: Secret, metadata: {namespace: countersign-system,
		name: countersign-configuration-key}}`
)

// seated is an attack on something that the operator makes.
func seated(name, does, there string, c call) attack {
	a := operators(name, does, c)
	a.before = []step{present(there)}
	return a
}

// present is an object that is there, by this attack or another.
func present(body string) step {
	return func(ctx context.Context, s *scene) error { return client.IgnoreAlreadyExists(given(body)(ctx, s)) }
}

// session is one in a Pod of the operator's.
func session(name, does string, c call) attack {
	a := operators(name, does, c)
	a.before = []step{given(operatorPod(`{}`))}
	return a
}

// operatorPod is one that may run in the operator's namespace, as far as Pod security goes.
func operatorPod(more string) string {
	return pod(`{metadata: {namespace: countersign-system}, spec: {securityContext: {runAsNonRoot: true,
		seccompProfile: {type: RuntimeDefault}}, containers: [{name: web, image: "$EVIL", securityContext:
		{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}`, more)
}

// keeper is an attack on the binding of those who decide about the rules.
func keeper(name, does string, c call) attack {
	a := operators(name, does, c)
	a.before = []step{given(keeperBinding(`{metadata: {name: $ME}}`))}
	return a
}

// keeperBinding is one as docs/rules.md has it, changed.
func keeperBinding(more string) string {
	return merged(`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
		metadata: {namespace: countersign-system, name: rule-keepers},
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: countersign-approve-base},
		subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: platform-leads}]}`, more)
}
