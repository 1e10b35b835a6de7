// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// What a change needs says the policy. Who writes policies is seen to.
var policies = []attack{
	{
		name: "Policy deleted", does: "deletes what is in the way",
		as: rae, before: []step{soon(inForce("production"))}, call: remove("PromotionPolicy production"),
		by: policy("policies-keep"), says: "stays with them",
	},
	{
		name: "Policy moved", does: "has it govern another environment, which nobody uses",
		as: rae, before: []step{soon(inForce("production"))},
		call: change("PromotionPolicy production", `{spec: {environment: nowhere}}`).rehearsed(),
		by:   policy("policies-keep"),
	},
	letGo("Policy let go", "deletes it while it governs nothing, keeps it by a finalizer, and takes that off in time",
		rae),
	letGo("Policy let go by the garbage collector", "has that finish, once it governs something, what it deleted before",
		collector),
	{
		name: "Lenient policy beside a strict one", does: "adds a policy that lets everything in",
		as: dan, call: create(deployment(`{metadata: {namespace: overlapped}}`)),
		by: rule("workloads.gate", "a change must meet every policy"), says: "kubectl countersign approve",
		right: []step{allowed(dan, create(deployment(`{metadata: {namespace: overlapped}}`)))}, rightly: "approved",
	},
	{
		name: "No policy", does: "deploys into an environment that nobody has written a policy for",
		as: mallory, before: []step{given(namespaceIn("$ME")), gated("$ME")},
		call: create(deployment(`{metadata: {namespace: $ME}}`)),
		by:   rule("workloads.gate", "without a policy nothing enters"), says: "no PromotionPolicy gates",
		right: []step{
			given(policyOf("$ME", `{spec: {entry: Open}}`)), soon(by(mallory,
				create(deployment(`{metadata: {namespace: $ME}}`)))),
		}, rightly: "once there is one",
	},
	{
		name: "Policy weakened", does: "changes it so that everything may enter",
		as: rae, before: []step{by(installer, create(policyOf("$ME", strictly)))},
		call: change("PromotionPolicy $ME", `{spec: {entry: Open, approvals: null}}`), verdict: visible,
		seen:  "the policy says who changed it last, in an annotation that only the stamp writes",
		trace: annotated("PromotionPolicy $ME", "countersign.dev/changed-by", "rae@example.com"),
	},
	{
		name: "Policy weakened by nobody", does: "the same, and writes another's name into the annotation",
		as: rae, before: []step{by(installer, create(policyOf("$ME", strictly)))},
		call: change("PromotionPolicy $ME", `{metadata: {annotations: {countersign.dev/changed-by: bob}},
			spec: {entry: Open, approvals: null}}`),
		verdict: visible, seen: "it names her all the same",
		trace: annotated("PromotionPolicy $ME", "countersign.dev/changed-by", "rae@example.com"),
	},
	{
		name: "Author may approve", does: "leaves the author out of whom the policy keeps from approving",
		as: rae, call: create(policyOf("$ME", strictly, `{spec: {separation: {approverMustNotBe: [Requester, Deployer]}}}`)),
		by:   schema("requester and author never approve", "promotionpolicies", "spec.separation", "must contain"),
		says: "approverMustNotBe",
		right: []step{by(rae, create(policyOf("$ME", strictly, `{spec: {separation: {approverMustNotBe: [Requester,
			Author]}}}`)))},
		rightly: "both named",
	},
	{
		name: "Kind that is called namespaces",
		does: "has a policy gate it: API servers go by the labels of its objects, and ask nobody about one without",
		as:   rae, call: create(policyOf("$ME", strictly, gating("namespaces"))),
		by: schema("a kind of that name cannot be gated", "promotionpolicies", "spec.gates[].resource",
			"must not be 'namespaces'"),
		says:  "take the labels of such an object",
		right: []step{by(rae, create(policyOf("$ME", strictly, gating("hubs"))))}, rightly: "a kind of another name",
	},
	{
		name: "Nobody needed", does: "asks for two people, and for no approval",
		as: rae, call: create(policyOf("$ME", `{spec: {entry: TwoPerson}}`)),
		by:    schema("TwoPerson needs an approval", "promotionpolicies", "spec", "'TwoPerson' needs"),
		says:  "'TwoPerson' needs at least one",
		right: []step{by(rae, create(policyOf("$ME", strictly)))}, rightly: "with one",
	},
	{
		name: "Status of a policy", does: "says that it governs nothing, so that it can be deleted",
		as: mallory, call: changeAt("PromotionPolicy production", "status", `{status: {namespaces: 0}}`).rehearsed(),
		by: policy("request-status"),
	},
	{
		name: "Mapping of names", does: "makes two people of one, in the ConfigMap that says who is one",
		as: mallory, call: change("ConfigMap countersign-system/countersign-identities", `{data: null}`).rehearsed(),
		by: policy("identities"),
	},
	{
		name: "Version of the guards",
		does: "says that another one is installed, so that the operator leaves all guards alone",
		as:   mallory, call: change("ConfigMap countersign-system/countersign-guards", `{data: {version: mine}}`).rehearsed(),
		by: policy("identities"), says: "says which guards are installed",
	},
	{
		name: "Mapping of names deleted", does: "deletes it; nobody would be approved, but no two logins would be one",
		as: mallory, call: remove("ConfigMap countersign-system/countersign-identities"),
		by: policy("identities"),
	},
}

// letGo is a policy that is being deleted, by somebody who takes its last finalizer away once it governs namespaces.
func letGo(name, does string, as identity) attack {
	return attack{
		name: name, does: does, as: as, before: []step{
			by(rae, create(policyOf("$ME", strictly, `{metadata: {finalizers: [example.com/stay]}}`))),
			by(rae, remove("PromotionPolicy $ME")), given(namespaceIn("$ME")), soon(inForce("$ME")),
		},
		call: change("PromotionPolicy $ME", `{metadata: {finalizers: null}}`).rehearsed(),
		by:   policy("policies-keep"), says: "stays with them",
	}
}

// policyOf an environment, named after the attack.
func policyOf(environment string, more ...string) string {
	return merged(`{apiVersion: countersign.dev/v1alpha1, kind: PromotionPolicy, metadata: {name: $ME},
		spec: {environment: `+environment+`}}`, more...)
}

// gating is a policy with a gate for a custom kind.
func gating(resource string) string {
	return `{spec: {gates: [
		{type: Resource, name: hubs, resource: {group: hub.example.com, resource: ` + resource + `}}]}}`
}
