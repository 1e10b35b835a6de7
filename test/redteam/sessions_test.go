// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

// A shell in what runs does what cannot be deployed. The policy of payments lets nobody open one.
var sessions = []attack{
	{
		name: "Shell", does: "kubectl exec, and does by hand what was not approved",
		as: alice, before: []step{brought(owner, create(calmPod)), brought(owner, create(paymentsPod))},
		call: connect("Pod payments/$ME", "exec", "command=sh&stdout=true"),
		by:   rule("connect.gate", "`interactive: Deny`"), says: "lets nobody open sessions",
		right:   []step{by(alice, connect("Pod shop/$ME", "exec", "command=sh&stdout=true"))},
		rightly: "where the policy allows it",
	},
	inPayment("Shell by a GET", "a websocket begins as one, and some rules know only POST",
		reading("exec?command=sh&stdout=true")),
	inPayment("Attach", "the same without a command", connect("Pod payments/$ME", "attach", "stdout=true")),
	inPayment("Port", "talks to a port that no Service opens", connect("Pod payments/$ME", "portforward", "ports=8080")),
	inPayment("Proxy to a Pod", "the same through the API server", reading("proxy/admin")),
	{
		name: "Proxy to a Service", does: "the same by the Service",
		as: owner, before: []step{given(`{apiVersion: v1, kind: Service, metadata: {namespace: payments, name: $ME},
			spec: {ports: [{port: 80}]}}`)},
		call: proxied, by: entry("connect.gate"), says: "lets nobody open sessions",
	},
	{
		name: "Shell where it is allowed", does: "the same in production, whose policy says nothing of it",
		as: alice, before: []step{brought(owner, create(calmPod))},
		call: connect("Pod shop/$ME", "exec", "command=sh&stdout=true"), verdict: visible,
		seen: "the audit trail says who opened it, in what", trace: audited(`"Interactive"`, "$ME", "alice@example.com"),
	},
}

var paymentsPod = merged(calmPod, `{metadata: {namespace: payments}}`)

// inPayment is an attempt to open a session in a Pod there, by whom RBAC stops from none.
func inPayment(name, does string, c call) attack {
	return attack{
		name: name, does: does, as: owner, before: []step{brought(owner, create(paymentsPod))},
		call: c, by: entry("connect.gate"), says: "lets nobody open sessions",
	}
}

// reading opens a session by a GET.
func reading(sub string) call {
	c := raw("GET", "/api/v1/namespaces/payments/pods/$ME/"+sub, "")
	c.connects = true
	return c
}

var proxied = func() call {
	c := raw("GET", "/api/v1/namespaces/payments/services/$ME:80/proxy/admin", "")
	c.connects = true
	return c
}()
