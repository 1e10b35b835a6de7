// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"
)

// patience is how long any call may take, whatever its context allows.
const patience = 30 * time.Second

// Options say where Argo CD's API server is, and as whom to call it.
type Options struct {
	// URL of the API server: https://argocd-server.argocd.svc, with a path where it has a root path.
	URL string
	// TokenFile has the token of the account. It is read for each call, so that the token can be exchanged.
	TokenFile string
	// CAFile has the authorities, as PEM, of which one issued the server's certificate. Empty: those of the system.
	CAFile string
}

// Client of one API server. It may be used by several at once.
type Client struct {
	server    *url.URL
	tokenFile string
	http      *http.Client
}

// New makes a client. It calls nobody, and does not look for the token yet. An error says which option cannot be used.
func New(options Options) (*Client, error) {
	server, err := parse(options.URL)
	if err != nil {
		return nil, err
	}
	if options.TokenFile == "" {
		return nil, errors.New("there is no file with the token of the account to call it as")
	}
	roots, err := authorities(options.CAFile)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout: patience,
		IdleConnTimeout:     time.Minute,
		MaxIdleConnsPerHost: 8, // the sources of an Application are asked about at once
	}
	return &Client{
		server:    server,
		tokenFile: options.TokenFile,
		http: &http.Client{
			Transport: transport, Timeout: patience,
			// Nobody but the server that was named gets the token.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// parse the address of a server. The token goes there, so it must be by TLS.
func parse(address string) (*url.URL, error) {
	server, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the address of the server: %w", err)
	}
	if server.Scheme != "https" || server.Host == "" || server.User != nil || server.RawQuery != "" ||
		server.Fragment != "" {
		return nil, fmt.Errorf("the address of the server must be https://host[:port][/path], not %q", server.Redacted())
	}
	return server, nil
}

// authorities in a file; nil, which is those of the system, where none is named.
func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // it is what TLS takes for the system's
	}
	content, err := os.ReadFile(file) //nolint:gosec // it is named by whoever runs the operator
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}
