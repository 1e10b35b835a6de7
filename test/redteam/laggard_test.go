// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
)

// byLaggard makes a call by another API server, which has not heard of what was done just before.
func byLaggard(unheard step, c call) step {
	return func(ctx context.Context, s *scene) error {
		storage := &middleman{}
		laggard, err := s.another(ctx, storage)
		if err != nil {
			return err
		}
		storage.watches.shut()
		defer storage.watches.open()
		if err := unheard(ctx, s); err != nil {
			return err
		}
		_, err = laggard.send(ctx, s.attack.as, c, s.words)
		return err
	}
}

// another API server of the site, with something between it and etcd. It knows the gate.
func (s *scene) another(ctx context.Context, storage *middleman) (*site, error) {
	url, err := storage.serveStorage(s.cp)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "countersign-redteam-another-")
	if err != nil {
		return nil, err
	}
	cp, err := s.cp.Another(ctx, dir, url)
	if err != nil {
		return nil, err
	}
	s.t.Cleanup(func() {
		if err := cp.Stop(context.WithoutCancel(ctx)); err != nil {
			s.t.Error(err)
		}
		storage.server.CloseClientConnections()
		storage.server.Close()
	})
	other := &site{cp: cp, clients: map[string]*rest.RESTClient{}}
	return other, eventually(ctx, func(ctx context.Context) string {
		_, err := other.send(ctx, mallory, create(pod(`{metadata: {name: probe}}`)), s.words)
		if err == nil || !strings.Contains(err.Error(), "pods.gate") {
			return fmt.Sprintf("the other API server to know the gate: %v", err)
		}
		return ""
	})
}

// serveStorage stands before etcd, for an API server of its own.
func (m *middleman) serveStorage(cp *controlplane.ControlPlane) (string, error) {
	address, login, err := cp.Etcd()
	if err != nil {
		return "", err
	}
	target, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	m.server = httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:      &http.Transport{TLSClientConfig: login, ForceAttemptHTTP2: true},
		FlushInterval:  -1,
		ErrorLog:       log.New(io.Discard, "", 0), // whoever calls is told
		ModifyResponse: m.delayed,
	})
	if m.server.TLS, err = serving(cp, "etcd-ca"); err != nil {
		return "", err
	}
	m.server.EnableHTTP2 = true
	m.server.StartTLS()
	return m.server.URL, nil
}

// delayed has what etcd tells of changes wait where it must.
func (m *middleman) delayed(response *http.Response) error {
	if response.Request.URL.Path == "/etcdserverpb.Watch/Watch" {
		response.Body = waiting{response.Body, response.Request.Context(), &m.watches}
	}
	return nil
}
