// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// The same doors, by other handles: labels that could mean an exemption, forms of a call, and who scales.
var doors = []attack{
	door("Labels that could exempt it", "labels it as what other gates leave alone, and as Countersign's own", alice,
		"workloads.gate", create(deployment(`{metadata: {labels: {countersign.dev/break-glass: open,
			countersign.dev/environment: staging, app.kubernetes.io/managed-by: countersign,
			app.kubernetes.io/name: countersign, control-plane: controller-manager, exempt: "true",
			admission.gatekeeper.sh/ignore: "true", policies.kyverno.io/ignore: "true"}}}`))),
	door("Labels that could exempt the Pod", "the same on a Pod, with annotations", owner, "pods.gate",
		create(pod(`{metadata: {labels: {countersign.dev/break-glass: open, countersign.dev/ledger: "Off"},
			annotations: {countersign.dev/break-glass-reason: INC-2291, countersign.dev/changed-by: bob,
			kubernetes.io/config.source: file}}}`))),
	door("Label of a live workload", "labels what was approved as exempt, and changes it then", alice, "workloads.gate",
		change("Deployment shop/$ME", merged(web(`{image: "$EVIL"}`), `{metadata: {labels:
			{countersign.dev/break-glass: open}}}`)), brought(alice, create(deployment()))),
	door("Patch by paths", "a JSON patch, which names no container", alice, "workloads.gate",
		jsonPatch("Deployment shop/$ME", `[{"op": "test", "path": "/spec/template/spec/containers/0/name", "value": "web"},
			{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "$EVIL"}]`),
		brought(alice, create(deployment()))),
	door("Patch that replaces", "a directive of strategic merge puts another container in the place of all", alice,
		"workloads.gate", amend("Deployment shop/$ME", "", `{spec: {template: {spec: {containers: [{$patch: replace},
			{name: web, image: "$EVIL"}]}}}}`), brought(alice, create(deployment()))),
	door("Image by server-side apply", "takes the field from whoever has it", alice, "workloads.gate",
		change("Deployment shop/$ME", deployment(web(`{image: "$EVIL"}`))).applied(), brought(alice, create(deployment()))),
	door("Image by another manager", "leaves the field to its manager, and adds a container as another", alice,
		"workloads.gate", change("Deployment shop/$ME", `{apiVersion: apps/v1, kind: Deployment,
			metadata: {namespace: shop, name: $ME}, spec: {template: {spec: {containers: [{name: miner,
			image: "$EVIL"}]}}}}`).appliedBy("mine"), brought(alice, create(deployment()))),
	{
		name: "Body in YAML", does: "writes it with anchors, so that the image stands somewhere else",
		as: dan, before: approvedDeployment,
		call: inForm(raw("POST", "/apis/apps/v1/namespaces/shop/deployments", inYAML), "application/yaml"),
		by:   rule("workloads.gate", "what is judged is what the API server has understood"),
		says: "kubectl countersign approve", right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	},
	{
		name: "Body in protobuf", does: "writes it in a form that no webhook reads",
		as: dan, before: append([]step{inProtobuf("")}, approvedDeployment...),
		call: inForm(raw("POST", "/apis/apps/v1/namespaces/shop/deployments", "$BODY"), runtime.ContentTypeProtobuf),
		by:   rule("workloads.gate", "what is judged is what the API server has understood"),
		says: "kubectl countersign approve", right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	},
	{
		name: "Bytes that read alike", does: "writes bytes that are no text, which an approver sees as others like them",
		as: alice, before: []step{inProtobuf("\xba\xbe")},
		call: inForm(raw("POST", "/apis/apps/v1/namespaces/shop/deployments", "$BODY"), runtime.ContentTypeProtobuf),
		by:   rule("workloads.gate", "text is what an approver can read"),
		says: "bytes that are no text came as spec.template.spec.containers[0].args[0]",
		right: []step{asked(alice, create(deployment(web(`{args: ["ºh"]}`)))), approved(bob),
			by(alice, create(deployment(web(`{args: ["ºh"]}`))))},
		rightly: "text",
	},
	{
		name: "Scale from zero by the autoscaler", does: "has its token, or has it scale what it looks after",
		as: autoscaler, before: leftover,
		call: replaceAt("Deployment $ME/$ME", "scale", `{apiVersion: autoscaling/v1, kind: Scale, metadata: {namespace: $ME,
			name: $ME}, spec: {replicas: 3}}`),
		by: entry("scale.gate"),
	},
	{
		name: "Scale from zero by events", does: "has KEDA or another controller start it when a message comes",
		as: stranger, before: leftover, call: changeAt("Deployment $ME/$ME", "scale", `{spec: {replicas: 1}}`),
		by: entry("scale.gate"),
	},
	{
		name: "Stored again, as something else",
		does: "has the controller that stores objects in another version store a workload with another image",
		as:   migrator, before: []step{brought(alice, create(deployment()))},
		call: change("Deployment shop/$ME", `{spec: {template: {spec: {containers: [{name: web, image: "$EVIL"}]}}}}`),
		by:   entry("workloads.gate"),
	},
	{
		name: "Node of one's own choice, by the old way", does: "binds it through bindings, which nobody remembers",
		as: owner, before: []step{brought(owner, create(calmPod))},
		call: create(`{apiVersion: v1, kind: Binding, metadata: {namespace: shop, name: $ME},
			target: {kind: Node, name: mine}}`),
		verdict: limit, limit: "Who may bind Pods, which no capability gives, chooses where they run",
		seen: onServerRecord, trace: auditedByServer("namespaces/shop/bindings", "alice@example.com"),
	},
}

// migrator writes all objects of a resource again, with whatever policies of others mutate of them.
var migrator = account("kube-system/storage-version-migrator-controller", "the controller of storage versions")

// inYAML is the Deployment of the attack, whose image stands in an annotation.
const inYAML = `apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: shop
  name: $ME
  annotations: {of: &image "$EVIL"}
spec:
  selector: {matchLabels: &labels {app: $ME}}
  template:
    metadata: {labels: *labels}
    spec: {containers: [{name: web, image: *image}]}
`

// inProtobuf writes the Deployment of the attack, with another image and the argument, into $BODY.
func inProtobuf(argument string) step {
	return func(_ context.Context, s *scene) error {
		object := &appsv1.Deployment{}
		text := wordsOf(s.words).Replace(deployment(web(`{image: "$EVIL"}`)))
		if err := yaml.Unmarshal([]byte(text), object); err != nil {
			return fmt.Errorf("read the Deployment: %w", err)
		}
		object.Spec.Template.Spec.Containers[0].Args = []string{argument}
		body, err := runtime.Encode(protobuf.NewSerializer(scheme.Scheme, scheme.Scheme), object)
		s.words["BODY"] = string(body)
		return err
	}
}

// inForm sends the body in another form than JSON.
func inForm(c call, contentType string) call {
	c.header = map[string][]string{"Content-Type": {contentType}}
	return c
}

// jsonPatch changes an object by paths.
func jsonPatch(object, body string) call {
	c := change(object, body)
	c.patch = types.JSONPatchType
	return c
}
