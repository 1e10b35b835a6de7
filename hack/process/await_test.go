// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package process

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAwait: a program is ready once it says so at all its addresses; one that ends never is.
func TestAwait(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	if err := Await(t.Context(), nil, server.URL, server.URL); err != nil {
		t.Errorf("It said that it is ready: %v", err)
	}
	ended, err := Start(t.Context(), script(t, t.TempDir(), "sleep 0.2"))
	if err != nil {
		t.Fatal(err)
	}
	await(t, "a program without input ends", func() bool { return !ended.Running() })
	if err := Await(t.Context(), []*Process{ended}, server.URL); err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("It ended: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := Await(ctx, nil, "http://127.0.0.1:1/healthz"); err == nil || !strings.Contains(err.Error(), "not ready") {
		t.Errorf("Nobody answers: %v", err)
	}
}
