// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"regexp"
)

// scraped : a service account may read the operator's metrics.
var scraped = []step{
	given(`{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: sandbox, name: $ME}}`),
	given(`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: $ME},
		roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: countersign-metrics-reader},
		subjects: [{kind: ServiceAccount, namespace: sandbox, name: $ME}]}`),
}

// full counts what the gate had no room for.
var full = regexp.MustCompile(`webhook_requests_total\{code="429",webhook="/gate"\} [1-9]`)

// turnedAway : the operator counts what it had no room for, as config/prometheus has it.
func turnedAway(s *scene) string {
	metrics, err := s.metrics(s.t.Context())
	if err != nil {
		return err.Error()
	}
	if !full.Match(metrics) {
		return "controller_runtime_webhook_requests_total to have some under code 429"
	}
	return ""
}

// metrics of the operator, read as the service account that may.
func (s *scene) metrics(ctx context.Context) ([]byte, error) {
	login, err := s.cp.ServiceAccount(ctx, "sandbox", s.attack.me())
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+s.manager.Metrics()+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+login.BearerToken)
	// The operator signs the certificate of its metrics itself.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	return io.ReadAll(response.Body)
}
