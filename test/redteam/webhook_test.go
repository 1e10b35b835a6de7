// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Whoever reaches the webhook's port can send what an API server would.
var direct = []attack{
	{
		name: "Review in another's name", does: "tells the webhook that bob tries her change, and approves what is opened in his name",
		as:   both,
		deed: pretended, verdict: limit, limit: "Who reaches the webhook's port can ask it in anybody's name",
	},
	{
		name: "Garbage to the webhook", does: "sends it what is no review",
		as: both, deed: garbage, verdict: visible, seen: "it answers that nothing is allowed, and answers others",
		trace: answersOthers,
	},
}

// pretended sends a review of a change that bob is said to make, and has it approved by who wrote it.
func pretended(ctx context.Context, s *scene) error {
	object := decode(wordsOf(s.words).Replace(deployment()))
	review := map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
		"uid": "x", "operation": "CREATE", "namespace": "shop", "name": s.words["ME"], "object": object,
		"kind":     map[string]any{"group": "apps", "version": "v1", "kind": "Deployment"},
		"resource": map[string]any{"group": "apps", "version": "v1", "resource": "deployments"},
		"userInfo": map[string]any{"username": "bob@example.com", "groups": []any{"developers", "system:authenticated"}},
	}}
	body, err := json.Marshal(review)
	if err != nil {
		return err
	}
	answer, err := s.post(ctx, "/gate", string(body))
	if err != nil {
		return err
	}
	if approveCommand.FindStringSubmatch(at(answer, "response", "status", "message")) == nil {
		return fmt.Errorf("it opened nothing: %v", answer)
	}
	return nil
}

func garbage(ctx context.Context, s *scene) error {
	answer, err := s.post(ctx, "/gate", `{"kind": "AdmissionReview", "request": 7}`)
	if err == nil && at(answer, "response", "allowed") == "true" {
		return fmt.Errorf("it allowed garbage: %v", answer)
	}
	return err
}

func answersOthers(s *scene) string {
	_, err := s.say(s.t.Context(), alice, create(deployment()))
	if err == nil || !strings.Contains(err.Error(), "kubectl countersign approve") {
		return fmt.Sprintf("the webhook to answer others: %v", err)
	}
	return ""
}

// post sends something to the webhook, as anybody can who reaches its port.
func (s *scene) post(ctx context.Context, path, body string) (map[string]any, error) {
	configuration, err := s.say(ctx, installer, read("ValidatingWebhookConfiguration "+gateConfiguration))
	if err != nil {
		return nil, err
	}
	entries, _, err := unstructured.NestedSlice(configuration, "webhooks")
	if err != nil {
		return nil, err
	}
	address := at(entries[0].(map[string]any), "clientConfig", "url")
	address = address[:strings.LastIndex(address, "/")] + path
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	var answer map[string]any
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}
