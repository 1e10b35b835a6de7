// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

// middleman stands between the operator and the API server, and does what clocks and networks do to it.
type middleman struct {
	server *httptest.Server

	lock sync.Mutex
	// ahead is by how much the API server's clock is.
	ahead time.Duration
	// held is a resource that the operator cannot read.
	held string
	// watches tell what they have to tell where it is open, reads of what is held where that is.
	watches, reads valve
}

// serve stands before the API server, and returns where.
func (m *middleman) serve(cp *controlplane.ControlPlane) (string, error) {
	config, err := cp.User("nobody")
	if err != nil {
		return "", err
	}
	config.CertData, config.KeyData = nil, nil // whoever calls says who they are
	transport, err := rest.TransportFor(config)
	if err != nil {
		return "", err
	}
	target, err := url.Parse(config.Host)
	if err != nil {
		return "", err
	}
	m.server = httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:      m.holding(transport),
		FlushInterval:  -1,
		ErrorLog:       log.New(io.Discard, "", 0), // whoever calls is told
		ModifyResponse: m.changed,
	})
	if m.server.TLS, err = serving(cp, "ca"); err != nil {
		return "", err
	}
	m.server.StartTLS()
	return m.server.URL, nil
}

// serving is a certificate that whoever trusts an authority of the control plane trusts.
func serving(cp *controlplane.ControlPlane, name string) (*tls.Config, error) {
	authority, err := pki.LoadAuthority(filepath.Join(cp.Dir(), "pki"), name)
	if err != nil {
		return nil, err
	}
	pair, err := authority.Server("middleman")
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(pair.Cert, pair.Key)
	return &tls.Config{Certificates: []tls.Certificate{certificate}}, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

// holding has whoever reads what is held wait.
func (m *middleman) holding(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		m.lock.Lock()
		held := m.held != "" && strings.HasSuffix(request.URL.Path, "/"+m.held)
		m.lock.Unlock()
		if held {
			if err := m.reads.wait(request.Context()); err != nil {
				return nil, err
			}
		}
		return next.RoundTrip(request)
	})
}

// changed writes another time into an answer, and has a watch wait where it must.
func (m *middleman) changed(response *http.Response) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if sent, err := http.ParseTime(response.Header.Get("Date")); err == nil && m.ahead != 0 {
		response.Header.Set("Date", sent.Add(m.ahead).UTC().Format(http.TimeFormat))
	}
	if watch := response.Request.URL.Query().Get("watch"); watch == "true" || watch == "1" {
		response.Body = waiting{response.Body, response.Request.Context(), &m.watches}
	}
	return nil
}

func (m *middleman) set(what func(*middleman)) {
	m.lock.Lock()
	defer m.lock.Unlock()
	what(m)
}

// hold keeps a resource from being read; the empty one lets all be.
func (m *middleman) hold(resource string) {
	m.set(func(m *middleman) { m.held = resource })
	if resource == "" {
		m.reads.open()
	} else {
		m.reads.shut()
	}
}
