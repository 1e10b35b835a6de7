// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build node

package node

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/node"
	"github.com/countersign-dev/countersign/test/cluster"
)

// TestCallToKubelet : who may get nodes/proxy runs commands in what was approved, by the kubelet itself. The API
// server's audit log has no more of it than the kubelet's question whether they may, and that where it keeps bodies of
// those.
func TestCallToKubelet(t *testing.T) {
	t.Parallel()
	e := newEnvironment(t, "called")
	e.deploy(t, e.deployment(t, "shop", here.reviewed, "called"))
	hears(t, reviewed, "called")
	grant(t, trudy, "", "get", "nodes/proxy")
	listed(t, trudy, "nodes")
	pod := e.onlyPod(t)
	throughKubelet(t, trudy, pod, "/herald", "say", "by-kubelet")
	hears(t, reviewed, "by-kubelet")
	cluster.Eventually(t, func(context.Context) string {
		if !askedAbout(t, trudy) {
			return "the kubelet's question about " + trudy
		}
		return ""
	})
	sessions := []string{"exec", "attach", "proxy"}
	for _, event := range here.Audited(t) {
		if event.ObjectRef.Name == pod.Name && slices.Contains(sessions, event.ObjectRef.Subresource) {
			t.Errorf("the API server saw %s %s", event.Verb, event.RequestURI)
		}
	}
}

// askedAbout tells whether the kubelet has asked the API server what somebody may.
func askedAbout(t *testing.T, who string) bool {
	t.Helper()
	for _, event := range here.Audited(t) {
		if event.User.Username != node.User || event.ObjectRef.Resource != "subjectaccessreviews" ||
			event.RequestObject == nil {
			continue
		}
		var asked authorizationv1.SubjectAccessReview
		if err := json.Unmarshal(event.RequestObject.Raw, &asked); err != nil {
			t.Fatal(err)
		}
		if what := asked.Spec.ResourceAttributes; asked.Spec.User == who && what != nil && what.Subresource == "proxy" {
			return true
		}
	}
	return false
}

// throughKubelet has somebody run a command in a Pod's container, by its kubelet: over a WebSocket, which begins with a
// GET.
func throughKubelet(t *testing.T, who string, pod corev1.Pod, command ...string) {
	t.Helper()
	caller, address := callerOfKubelet(t, who)
	address += fmt.Sprintf("/exec/%s/%s/%s?%s", pod.Namespace, pod.Name, pod.Spec.Containers[0].Name,
		url.Values{"command": command, "output": {"1"}}.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"Y291bnRlcnNpZ24gdGVzdA=="}, "Sec-Websocket-Protocol": {"v5.channel.k8s.io"},
	}
	response, err := caller.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() }) // the command has been heard
	if response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("the kubelet answers %s", response.Status)
	}
}

// callerOfKubelet logs somebody in to the kubelet, as to the API server.
func callerOfKubelet(t *testing.T, who string) (caller *http.Client, address string) {
	t.Helper()
	config, err := here.ControlPlane.User(who)
	if err != nil {
		t.Fatal(err)
	}
	config.Host, config.CAFile = here.node.Kubelet()
	config.CAData, config.ServerName = nil, node.Name
	config.NextProtos = []string{"http/1.1"} // the one that WebSockets begin in
	caller, err = rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return caller, config.Host
}
