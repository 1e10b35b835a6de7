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
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// Session is what a user does through Argo CD's API server, as in its user interface. An application goes by its name,
// or as namespace/name where it is in another namespace than Argo CD.
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
	return s.change(ctx, application, "sync", request)
}

// Terminate ends the sync that an application is in.
func (s *Session) Terminate(ctx context.Context, application string) error {
	return s.callAbout(ctx, http.MethodDelete, application, "/operation", url.Values{}, nil, nil)
}

// Rollback asks for what an application was synced to before, by its number in the history.
func (s *Session) Rollback(ctx context.Context, application string, id int64) error {
	return s.change(ctx, application, "rollback", map[string]any{"id": id})
}

// Refresh lets Argo CD look at the repository now, as the webhook of a Git host does.
func (s *Session) Refresh(ctx context.Context, application string) error {
	return s.read(ctx, application, "", url.Values{"refresh": {"normal"}}, nil)
}

// HardRefresh lets Argo CD render and compare anew, whatever it remembers.
func (s *Session) HardRefresh(ctx context.Context, application string) error {
	return s.read(ctx, application, "", url.Values{"refresh": {"hard"}}, nil)
}

// EditApplication changes an application itself, by a merge patch.
func (s *Session) EditApplication(ctx context.Context, application, patch string) error {
	namespace, name := Qualified(application)
	body := map[string]any{"name": name, "appNamespace": namespace, "patch": patch, "patchType": "merge"}
	return s.call(ctx, http.MethodPatch, "applications/"+url.PathEscape(name), body, nil)
}

// Object is one of an application, of which Argo CD shows what is stored.
type Object struct {
	Group, Version, Kind, Namespace, Name string
}

func (o Object) query() url.Values {
	return url.Values{
		"group": {o.Group}, "version": {o.Version}, "kind": {o.Kind}, "namespace": {o.Namespace}, "resourceName": {o.Name},
	}
}

// Live reads an object as it is stored.
func (s *Session) Live(ctx context.Context, application string, object Object, into any) error {
	return s.read(ctx, application, "/resource", object.query(), into)
}

// Edit changes an object as it is stored, by a merge patch.
func (s *Session) Edit(ctx context.Context, application string, object Object, patch string) error {
	query := object.query()
	query.Set("patchType", "application/merge-patch+json")
	return s.callAbout(ctx, http.MethodPost, application, "/resource", query, patch, nil)
}

// Delete deletes an object of an application.
func (s *Session) Delete(ctx context.Context, application string, object Object) error {
	return s.callAbout(ctx, http.MethodDelete, application, "/resource", object.query(), nil, nil)
}

// ResourceTree reads what Argo CD shows of an application: its objects, what belongs to them, and how each is.
func (s *Session) ResourceTree(ctx context.Context, application string, into any) error {
	return s.read(ctx, application, "/resource-tree", url.Values{}, into)
}

func (s *Session) change(ctx context.Context, application, verb string, request map[string]any) error {
	namespace, name := Qualified(application)
	body := map[string]any{"appNamespace": namespace}
	maps.Copy(body, request)
	return s.call(ctx, http.MethodPost, "applications/"+url.PathEscape(name)+"/"+verb, body, nil)
}

func (s *Session) read(ctx context.Context, application, what string, query url.Values, into any) error {
	return s.callAbout(ctx, http.MethodGet, application, what, query, nil, into)
}

func (s *Session) callAbout(
	ctx context.Context, method, application, what string, query url.Values, body, into any,
) error {
	namespace, name := Qualified(application)
	query.Set("appNamespace", namespace)
	return s.call(ctx, method, "applications/"+url.PathEscape(name)+what+"?"+query.Encode(), body, into)
}

// Qualified is the namespace and the name of an application.
func Qualified(application string) (namespace, name string) {
	if namespace, name, found := strings.Cut(application, "/"); found {
		return namespace, name
	}
	return Namespace, application
}

func (s *Session) call(ctx context.Context, method, path string, body, into any) error {
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
