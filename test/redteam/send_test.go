// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"
)

// send makes a call as somebody, and returns what the API server answers.
func (s *site) send(ctx context.Context, as identity, c call, words map[string]string) (map[string]any, error) {
	client, err := s.client(ctx, as)
	if err != nil {
		return nil, err
	}
	replacer := wordsOf(words)
	body, err := s.text(ctx, replacer.Replace(c.body))
	if err != nil {
		return nil, err
	}
	path, err := c.address(replacer, body)
	if err != nil {
		return nil, err
	}
	request := client.Verb(c.verb).RequestURI(path).SetHeader("Content-Type", c.contentType())
	for name, values := range c.header {
		request.SetHeader(name, values...)
	}
	if c.body != "" {
		request.Body(body)
	}
	result := request.Do(ctx)
	if err := result.Error(); err != nil {
		return nil, err
	}
	answer, err := result.Raw()
	return decoded(answer), err
}

var referred = regexp.MustCompile(`"\$WHO ([^"]+)"`)

// text of a body, with everybody who is referred to in it.
func (s *site) text(ctx context.Context, body string) ([]byte, error) {
	for _, found := range referred.FindAllStringSubmatch(body, -1) {
		who, ok := referredTo.Load(found[1])
		if !ok {
			return nil, fmt.Errorf("%s was never referred to", found[1])
		}
		user, err := s.whoIs(ctx, who.(identity))
		if err != nil {
			return nil, err
		}
		body = strings.ReplaceAll(body, found[0], user)
	}
	if !strings.HasPrefix(body, "{") {
		return []byte(body), nil
	}
	text, err := yaml.YAMLToJSON([]byte(body))
	if err != nil {
		return nil, fmt.Errorf("%w in:\n%s", err, body)
	}
	return text, nil
}

// whoIs asks the API server how it knows somebody.
func (s *site) whoIs(ctx context.Context, who identity) (string, error) {
	review, err := s.send(ctx, who, raw(http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews",
		`{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}`), nil)
	if err != nil {
		return "", err
	}
	user, _, err := unstructured.NestedMap(review, "status", "userInfo")
	if err != nil {
		return "", err
	}
	delete(user, "extra")
	text, err := json.Marshal(user)
	return string(text), err
}

func decoded(answer []byte) map[string]any {
	var object map[string]any
	if json.Unmarshal(answer, &object) != nil {
		return map[string]any{"text": string(answer)}
	}
	return object
}

func (c call) contentType() string {
	if c.verb == http.MethodPatch {
		return string(c.patch)
	}
	return "application/json"
}

// address of the call, with its query.
func (c call) address(words *strings.Replacer, body []byte) (string, error) {
	path := words.Replace(c.path)
	if path == "" {
		var err error
		if path, err = pathOf(words.Replace(c.object), body); err != nil {
			return "", err
		}
	}
	if c.sub != "" {
		path += "/" + c.sub
	}
	if c.query != "" {
		path += "?" + words.Replace(c.query)
	}
	return path, nil
}

// client logs somebody in, once.
func (s *site) client(ctx context.Context, as identity) (*rest.RESTClient, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if client, ok := s.clients[as.key()]; ok {
		return client, nil
	}
	config, err := as.logIn(ctx, s.cp)
	if err != nil {
		return nil, err
	}
	config = rest.CopyConfig(config)
	config.WarningHandler = rest.NoWarnings{}
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	client, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		return nil, err
	}
	s.clients[as.key()] = client
	return client, nil
}

// wordsOf replaces $NAME by what a step has set, the longest names first.
func wordsOf(values map[string]string) *strings.Replacer {
	var pairs []string
	for _, name := range longestFirst(maps.Keys(values)) {
		pairs = append(pairs, "$"+name, values[name])
	}
	return strings.NewReplacer(pairs...)
}
