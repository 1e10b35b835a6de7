// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/certs"
)

// replica is one of the operator's.
type replica struct {
	address *net.TCPAddr
	serving *certs.Serving
	manager ctrl.Manager
	stop    func()

	mu sync.Mutex
	// authorities and leaves are what was served, by key identifier and by serial number.
	authorities, leaves map[string]bool
	handshakes          int
	// changed is what this replica has written down that somebody else has changed.
	changed []string
}

// startReplica starts a replica that runs until the test ends, or until it is stopped.
func startReplica(t *testing.T, options certs.Options) *replica {
	t.Helper()
	serving, err := certs.New(options)
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{
		address: freeAddress(t), serving: serving, authorities: map[string]bool{}, leaves: map[string]bool{},
	}
	r.manager, err = ctrl.NewManager(account, r.managerOptions())
	if err != nil {
		t.Fatal(err)
	}
	if err := serving.SetupWithManager(r.manager, r); err != nil {
		t.Fatal(err)
	}
	r.manager.GetWebhookServer().Register("/", closing(&admission.Webhook{Handler: admission.HandlerFunc(
		func(context.Context, admission.Request) admission.Response { return admission.Allowed("") })}))
	r.run(t)
	return r
}

// Changed notes what somebody else has changed, as far as this replica can tell.
func (r *replica) Changed(_ client.Object, what ...string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = append(r.changed, what...)
	return nil
}

// Restored is not told here: what is trusted then is looked at.
func (r *replica) Restored(client.Object) error { return nil }

func (r *replica) managerOptions() ctrl.Options {
	return ctrl.Options{
		Cache: cache.Options{ByObject: r.serving.Watched(), ReaderFailOnMissingInformer: true},
		WebhookServer: webhook.NewServer(webhook.Options{
			Host: r.address.IP.String(), Port: r.address.Port,
			TLSOpts: []func(*tls.Config){r.serving.ConfigureTLS, r.observe},
		}),
		Metrics:                       server.Options{BindAddress: "0"},
		Controller:                    config.Controller{SkipNameValidation: new(true)},
		LeaderElection:                true,
		LeaderElectionID:              "countersign.dev",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
		RetryPeriod:                   new(200 * time.Millisecond),
	}
}

func (r *replica) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.manager.Start(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("a replica ended: %v", err)
		}
	})
	t.Cleanup(r.stop)
}

// observe notes what is served. Connections are not kept, so that every call makes a handshake of its own.
func (r *replica) observe(config *tls.Config) {
	config.NextProtos = []string{"http/1.1"}
	get := config.GetCertificate
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		served, err := get(hello)
		if err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.handshakes++
		r.authorities[string(served.Leaf.AuthorityKeyId)] = true
		r.leaves[served.Leaf.SerialNumber.String()] = true
		return served, nil
	}
}

// served counts handshakes, and the certificates and authorities they were made with.
func (r *replica) served() (handshakes, leaves, authorities int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.handshakes, len(r.leaves), len(r.authorities)
}

func closing(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Connection", "close")
		handler.ServeHTTP(w, request)
	})
}

func freeAddress(t *testing.T) *net.TCPAddr {
	t.Helper()
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().(*net.TCPAddr)
}
