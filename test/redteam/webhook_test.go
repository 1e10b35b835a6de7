// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Whoever reaches the webhook's port can send what an API server would. Here API servers show a certificate.
var direct = []attack{
	{
		name: "Review in another's name",
		does: "tells the webhook that bob tries her change, and approves what is opened in his name",
		as:   both, deed: pretended(false), by: certificate, says: "certificate required",
		right:   []step{pretended(true), approved(both), by(dan, create(deployment()))},
		rightly: "with the API server's certificate, and another to carry it out",
	},
	{
		name: "Change that another is said to have asked for",
		does: "the same where no certificate is asked for, and carries out what she approved",
		as:   both, before: []step{operated(pretended(true), approved(both))},
		call:  create(deployment()),
		by:    rule("workloads.gate", "who makes a change for which only the gate names another has asked for it"),
		says:  "only the gate says",
		right: []step{by(dan, create(deployment()))}, rightly: "by another, who has not approved it",
	},
	{
		name: "Field newer than Countersign",
		does: "has an API server of a later version ask about what was approved, with it",
		as:   dan, before: approvedDeployment, deed: newer, by: everyField,
		right: []step{by(dan, create(deployment()))}, rightly: "what was approved",
	},
	{
		name: "Garbage to the webhook", does: "sends it what is no review",
		as: both, deed: garbage, verdict: visible, seen: "it allows nothing, and answers others",
		trace: answersOthers,
	},
	{
		name: "Callers that say nothing", does: "opens two hundred connections, and sends a byte on each",
		as: both, deed: silent, verdict: visible, seen: "it answers others in time", trace: answersOthers,
	},
}

// certificate is asked of whoever calls the webhooks.
var certificate = guard{
	name: "flag `--client-ca-file`: who calls shows the API server's certificate", answers: "tls:", rule: "certificate",
}

// pretended sends a review of a change that bob is said to make, with the API server's certificate or without. The
// request that it opens is that of the scene.
func pretended(certified bool) step {
	return func(ctx context.Context, s *scene) error {
		object, err := s.say(ctx, both, create(deployment()).rehearsed()) // with all its defaults
		if err != nil {
			return err
		}
		answer, err := s.post(ctx, "/gate", s.reviewBy("bob@example.com", object), certified)
		if err != nil {
			return err
		}
		found := approveCommand.FindStringSubmatch(at(answer, "response", "status", "message"))
		if found == nil {
			return fmt.Errorf("it opened nothing: %v", answer)
		}
		s.words["REQUEST"], s.words["NAMESPACE"] = found[1], "shop"
		return s.look(ctx)
	}
}

// reviewBy is a review of the object of the scene, as if somebody made it.
func (s *scene) reviewBy(name string, object map[string]any) string {
	review := map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
		"uid": "x", "operation": "CREATE", "namespace": "shop", "name": s.words["ME"], "object": object,
		"kind":     map[string]any{"group": "apps", "version": "v1", "kind": "Deployment"},
		"resource": map[string]any{"group": "apps", "version": "v1", "resource": "deployments"},
		"userInfo": map[string]any{"username": name, "groups": []any{"developers", "system:authenticated"}},
	}}
	body, err := json.Marshal(review)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// everyField is what the operator goes by when it is asked.
var everyField = guard{
	name:    "webhook `workloads.gate.countersign.dev`: all that is not known to be free is content",
	answers: "kubectl countersign approve", rule: "content",
}

// newer asks about the approved Deployment with a field that no version of Kubernetes has yet.
func newer(ctx context.Context, s *scene) error {
	object, err := s.say(ctx, dan, create(deployment()).rehearsed())
	if err != nil {
		return err
	}
	err = unstructured.SetNestedField(object, s.words["EVIL"], "spec", "template", "spec", "bootImage")
	if err != nil {
		return err
	}
	answer, err := s.post(ctx, "/gate", s.reviewBy("dan@example.com", object), true)
	if err != nil || at(answer, "response", "allowed") == "true" {
		return err
	}
	return errors.New(at(answer, "response", "status", "message"))
}

// garbage sends what is no review, or what some readers take for one, to all that let nothing in where they fail.
func garbage(ctx context.Context, s *scene) error {
	bodies := map[string][]string{}
	for _, path := range []string{"/gate", "/records", "/joins", "/sent", "/stamp"} {
		bodies[path] = []string{`{"kind": "AdmissionReview", "request": 7}`, `{}`, `[]`, `"`,
			`{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": null}`}
	}
	review := s.reviewBy("bob@example.com", map[string]any{})
	bodies["/gate"] = append(bodies["/gate"], strings.Replace(review, `"request"`, `"Request"`, 1),
		strings.Replace(review, `"kind":"AdmissionReview"`, `"kind":"ConversionReview"`, 1),
		strings.Replace(review, `"object"`, `"OBJECT"`, 1))
	group, ctx := errgroup.WithContext(ctx)
	for path, all := range bodies {
		for _, body := range all {
			group.Go(func() error { return s.disallowed(ctx, path, body) })
		}
	}
	return group.Wait()
}

// disallowed : whatever comes of it, it is not let in.
func (s *scene) disallowed(ctx context.Context, path, body string) error {
	answer, err := s.post(ctx, path, body, true)
	if err == nil && at(answer, "response", "allowed") == "true" {
		return fmt.Errorf("%s allowed %s: %v", path, body, answer)
	}
	return err
}

// silent keeps connections open until the test is over.
func silent(ctx context.Context, s *scene) error {
	address, err := s.webhook(ctx)
	if err != nil {
		return err
	}
	for range 200 {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", strings.TrimPrefix(address, "https://"))
		if err != nil {
			return err
		}
		s.t.Cleanup(func() { _ = connection.Close() }) // nothing was to come of it
		if _, err := connection.Write([]byte{0x16}); err != nil {
			return err
		}
	}
	return nil
}

func answersOthers(s *scene) string {
	_, err := s.say(s.t.Context(), alice, create(deployment()))
	if err == nil || !strings.Contains(err.Error(), "kubectl countersign approve") {
		return fmt.Sprintf("the webhook to answer others: %v", err)
	}
	return ""
}

// post sends something to the webhook.
func (s *scene) post(ctx context.Context, path, body string, certified bool) (map[string]any, error) {
	address, err := s.webhook(ctx)
	if err != nil {
		return nil, err
	}
	return s.postTo(ctx, address+path, body, certified)
}

// postTo sends something to a URL of a webhook.
func (s *scene) postTo(ctx context.Context, to, body string, certified bool) (answer map[string]any, err error) {
	config := &tls.Config{InsecureSkipVerify: true}
	if certified {
		if config.Certificates, err = s.asAPIServer(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := welcomed(ctx, strings.Split(to, "/")[2], config); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	err = json.NewDecoder(response.Body).Decode(&answer)
	return answer, err
}

// dialer opens connections to the webhook, as an API server.
func (s *scene) dialer(ctx context.Context) (func(context.Context) (net.Conn, error), error) {
	address, err := s.webhook(ctx)
	if err != nil {
		return nil, err
	}
	certificates, err := s.asAPIServer()
	if err != nil {
		return nil, err
	}
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, Certificates: certificates}}
	return func(ctx context.Context) (net.Conn, error) {
		return dialer.DialContext(ctx, "tcp", strings.TrimPrefix(address, "https://"))
	}, nil
}

// welcomed tells whether a server goes on after the handshake: one that wants a certificate says so only then.
func welcomed(ctx context.Context, address string, config *tls.Config) error {
	connection, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close() //nolint:errcheck // nothing was sent
	if err := connection.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err = connection.Read(make([]byte, 1))
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return nil // it waits to be asked something
	}
	return err
}

// webhook is where the API server calls the operator.
func (s *scene) webhook(ctx context.Context) (string, error) {
	configuration, err := s.say(ctx, installer, read(gateConfiguration))
	if err != nil {
		return "", err
	}
	entries, _, err := unstructured.NestedSlice(configuration, "webhooks")
	if err != nil {
		return "", err
	}
	address := at(entries[0].(map[string]any), "clientConfig", "url")
	return address[:strings.LastIndex(address, "/")], nil
}
