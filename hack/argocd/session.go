// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Session is what a user does through Argo CD's API server, as in its user interface.
type Session struct {
	argo   *ArgoCD
	url    string
	client *http.Client
	token  string
}

// LogIn logs in a user by password.
func (a *ArgoCD) LogIn(ctx context.Context, user string) (*Session, error) {
	client, err := a.client()
	if err != nil {
		return nil, err
	}
	s := &Session{argo: a, url: a.URL(), client: client}
	var answer struct{ Token string }
	credentials := map[string]any{"username": user, "password": a.passwords[user]}
	if err := s.call(ctx, http.MethodPost, "session", credentials, &answer); err != nil {
		return nil, fmt.Errorf("log in %s: %w", user, err)
	}
	s.token = answer.Token
	return s, nil
}

// Sync asks for a sync of an application, with what else the request is to say.
func (s *Session) Sync(ctx context.Context, application string, request map[string]any) error {
	return s.call(ctx, http.MethodPost, "applications/"+url.PathEscape(application)+"/sync", request, nil)
}

// Refresh lets Argo CD look at the repository now, as the webhook of a Git host does.
func (s *Session) Refresh(ctx context.Context, application string) error {
	return s.call(ctx, http.MethodGet, "applications/"+url.PathEscape(application)+"?refresh=normal", nil, nil)
}

// HardRefresh lets Argo CD render and compare anew, whatever it remembers.
func (s *Session) HardRefresh(ctx context.Context, application string) error {
	return s.call(ctx, http.MethodGet, "applications/"+url.PathEscape(application)+"?refresh=hard", nil, nil)
}

// ResourceTree reads what Argo CD shows of an application: its objects, what belongs to them, and how each is.
func (s *Session) ResourceTree(ctx context.Context, application string, into any) error {
	return s.call(ctx, http.MethodGet, "applications/"+url.PathEscape(application)+"/resource-tree", nil, into)
}

func (s *Session) call(ctx context.Context, method, path string, body map[string]any, into any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, s.url+"/api/v1/"+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, bytes.TrimSpace(answer))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

// client trusts the API server of this Argo CD alone.
func (a *ArgoCD) client() (*http.Client, error) {
	pair, err := a.authority.Pair()
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pair.Cert)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}, nil
}
