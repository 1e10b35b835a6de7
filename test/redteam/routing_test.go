// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// With gate Routing where traffic goes is as good as what runs: it can be sent to something else.
var routing = []attack{
	rerouted("Selector of a Service", "has it select Pods of another release", change("Service guarded/$ME",
		`{spec: {selector: {app: other}}}`)),
	rerouted("Service somewhere else", "makes an ExternalName of it", change("Service guarded/$ME",
		`{spec: {type: ExternalName, externalName: evil.example.com, clusterIP: null, clusterIPs: null}}`)),
	rerouted("Addresses of others", "has the nodes take what is sent to them", change("Service guarded/$ME",
		`{spec: {externalIPs: [192.0.2.66]}}`)),
	rerouted("Port of a Service", "sends it to another port of the same Pods, where a debugger listens",
		change("Service guarded/$ME", `{spec: {ports: [{port: 80, targetPort: 6060}]}}`)),
	rerouted("Annotation of a Service", "gives an order to the load balancer", change("Service guarded/$ME",
		`{metadata: {annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: "false"}}}`)),
	rerouted("Service for another proxy", "labels it, so that kube-proxy leaves it to hers", change("Service guarded/$ME",
		`{metadata: {labels: {service.kubernetes.io/service-proxy-name: mine}}}`)),
	rerouted("Service for the garbage collector", "gives it an owner that is gone", change("Service guarded/$ME",
		ownedBy("v1", "ConfigMap", "gone", "00000000-0000-0000-0000-000000000000"))),
	rerouted("Service taken over", "takes its selector by server-side apply", change("Service guarded/$ME",
		`{apiVersion: v1, kind: Service, metadata: {namespace: guarded, name: $ME},
			spec: {selector: {app: other}, ports: [{port: 80}]}}`).applied()),
	door("Port of nodes beside a return", "goes back to what was there before, with another port of the nodes", alice,
		"routes.routing",
		change("Service guarded/$ME", `{spec: {selector: {app: $ME}, ports: [{port: 80, nodePort: 30999}]}}`),
		brought(alice, create(service(`{spec: {type: NodePort, selector: {app: $ME}}}`))),
		brought(alice, change("Service guarded/$ME", `{spec: {selector: {app: second}}}`))),
	door("Service beside it", "makes one of a name that others resolve, as yet in vain", alice, "routes.routing",
		create(service())),
	door("Service by a cluster administrator", "rights of RBAC are no approval", mallory, "routes.routing",
		create(service())),
	door("Ingress beside it", "takes a path of the same host", alice, "routes.routing", create(ingress())),
	door("Backend of an Ingress", "sends a path to another Service", alice, "routes.routing",
		change("Ingress guarded/$ME", `{spec: {defaultBackend: {service: {name: other, port: {number: 80}}}}}`),
		brought(alice, create(ingress()))),
	door("Annotation of an Ingress", "gives the ingress controller a snippet to run", alice, "routes.routing",
		change("Ingress guarded/$ME", `{metadata: {annotations:
			{nginx.ingress.kubernetes.io/configuration-snippet: "return 302 https://evil.example.com;"}}}`),
		brought(alice, create(ingress()))),
	door("Ingress deleted", "has a wildcard of hers take its host", alice, "delete.routing",
		remove("Ingress guarded/$ME"), brought(alice, create(ingress()))),
	door("Services deleted in bulk", "deletecollection is another verb", owner, "delete.routing",
		removeAll("Service guarded/", "bulk=$ME"),
		brought(alice, create(service(`{metadata: {labels: {bulk: $ME}}}`)))),
	door("EndpointSlice by hand", "adds an address to a Service, which nothing selects", owner, "endpoints.routing",
		create(slice()), brought(alice, create(service()))),
	door("EndpointSlice that looks kept", "labels it as the controller does", owner, "endpoints.routing",
		create(slice(`{metadata: {labels:
			{endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}}`))),
	door("EndpointSlice of another Service", "moves it by its label", owner, "endpoints.routing",
		change("EndpointSlice guarded/$ME", `{metadata: {labels: {kubernetes.io/service-name: other}}}`),
		brought(owner, create(slice()))),
	door("Endpoints by hand", "the kind that everybody has forgotten, of which a controller makes slices", owner,
		"endpoints.routing", create(`{apiVersion: v1, kind: Endpoints, metadata: {namespace: guarded, name: $ME},
			subsets: [{addresses: [{ip: 192.0.2.66}], ports: [{port: 80}]}]}`)),
	{
		name: "Port of nodes of one's choice", does: "has a Service approved, and asks for a certain port when she makes it",
		as: alice, before: []step{asked(alice, create(service(`{spec: {type: NodePort}}`))), approved(bob)},
		call:    create(service(`{spec: {type: NodePort, ports: [{port: 80, nodePort: 30998}]}}`)),
		verdict: limit, limit: "may ask for a certain address or port of the nodes",
		seen: onServerRecord, trace: auditedByServer("namespaces/guarded/services", `"create"`, "alice@example.com"),
	},
	{
		name: "Address by status", does: "says where a load balancer is, as its controller would",
		as: owner, before: []step{brought(alice, create(service(`{spec: {type: LoadBalancer}}`)))},
		call:    changeAt("Service guarded/$ME", "status", `{status: {loadBalancer: {ingress: [{ip: 192.0.2.66}]}}}`),
		verdict: limit, limit: movesTraffic, seen: onServerRecord,
		trace: auditedByServer("services/$ME/status", `"patch"`, "alice@example.com"),
	},
	{
		name: "Address of a Pod by status", does: "says that a Pod is elsewhere, to which its Service then sends",
		as: owner, before: []step{brought(owner, create(merged(calmPod, `{metadata: {namespace: guarded}}`)))},
		call:    changeAt("Pod guarded/$ME", "status", `{status: {podIP: 192.0.2.66, podIPs: [{ip: 192.0.2.66}]}}`),
		verdict: limit, limit: movesTraffic, seen: onServerRecord,
		trace: auditedByServer("pods/$ME/status", `"patch"`, "alice@example.com"),
	},
	{
		name: "Label of a Service", does: "sends its traffic through a mesh, which goes by labels",
		as: alice, before: []step{brought(alice, create(service()))},
		call:    change("Service guarded/$ME", `{metadata: {labels: {istio.io/use-waypoint: evil}}}`),
		verdict: limit, limit: "Labels of Services, Ingresses and routes are no content", seen: onServerRecord,
		trace: auditedByServer("services/$ME", `"patch"`, "alice@example.com"),
	},
	{
		name: "Host taken outside", does: "makes an Ingress of the same host in a namespace that is in no environment",
		as: mallory, call: create(merged(ingress(), `{metadata: {namespace: sandbox}}`)),
		verdict: limit, limit: "an Ingress of the same host, in a namespace outside may take traffic",
		seen: onServerRecord, trace: auditedByServer("sandbox/ingresses", `"create"`, "mallory@example.com"),
	},
	{
		name: "Host by status", does: "has the DNS follow the status of an Ingress",
		as: owner, before: []step{brought(alice, create(ingress()))},
		call:    changeAt("Ingress guarded/$ME", "status", `{status: {loadBalancer: {ingress: [{ip: 192.0.2.66}]}}}`),
		verdict: limit, limit: movesTraffic, seen: onServerRecord,
		trace: auditedByServer("ingresses/$ME/status", `"patch"`, "alice@example.com"),
	},
	{
		name: "Pod into a Service", does: "labels a Pod that runs, so that a Service selects it",
		as: owner, before: []step{brought(owner, create(merged(calmPod, `{metadata: {namespace: guarded}}`)))},
		call:    change("Pod guarded/$ME", `{metadata: {labels: {app: other}}}`),
		verdict: limit, limit: movesTraffic, seen: onServerRecord,
		trace: auditedByServer("pods/$ME", `"patch"`, "alice@example.com"),
	},
}

const movesTraffic = "may write labels, annotations or the `status` of running Pods"

// rerouted is an attack on a Service that was approved.
func rerouted(name, does string, c call) attack {
	return attack{
		name: name, does: does, as: alice, before: []step{brought(alice, create(service()))}, call: c,
		by: entry("routes.routing"), says: "kubectl countersign approve",
	}
}

func service(more ...string) string {
	return merged(`{apiVersion: v1, kind: Service, metadata: {namespace: guarded, name: $ME},
		spec: {selector: {app: $ME}, ports: [{port: 80}]}}`, more...)
}

func ingress() string {
	return `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {namespace: guarded, name: $ME},
		spec: {defaultBackend: {service: {name: $ME, port: {number: 80}}}}}`
}

func slice(more ...string) string {
	return merged(`{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: guarded, name: $ME,
		labels: {kubernetes.io/service-name: $ME}}, addressType: IPv4, endpoints: [{addresses: [192.0.2.66]}],
		ports: [{port: 80}]}`, more...)
}
