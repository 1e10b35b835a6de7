// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// warnings are what the API server has warned a client of.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

// warned is a client that acts as a person, and the warnings that it gets.
func warned(t *testing.T, name string, groups ...string) (client.Client, *warnings) {
	t.Helper()
	config, err := cluster.User(name, groups...)
	if err != nil {
		t.Fatal(err)
	}
	said := &warnings{}
	config.WarningHandler = said
	return clientFor(t, config), said
}

// HandleWarningHeader keeps a warning.
func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = append(w.texts, text)
}

func (w *warnings) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = nil
}

func (w *warnings) contains(part string) bool { return strings.Contains(w.String(), part) }

func (w *warnings) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.texts, "\n")
}
