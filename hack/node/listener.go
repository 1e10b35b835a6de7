// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Listener hears what heralds say.
type Listener struct {
	listen net.Listener
	http   *http.Server
	ended  chan error

	mu    sync.Mutex
	heard []Word
}

// Word is what a herald said: what it is, and what it was told to say.
type Word struct{ Build, Said string }

func listen() (*Listener, error) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Listener{listen: listen, ended: make(chan error, 1)}
	l.http = &http.Server{Handler: http.HandlerFunc(l.hear), ReadHeaderTimeout: 10 * time.Second}
	go func() { l.ended <- l.http.Serve(listen) }()
	return l, nil
}

func (l *Listener) hear(_ http.ResponseWriter, request *http.Request) {
	said := request.URL.Query()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, Word{Build: said.Get("build"), Said: said.Get("word")})
}

// Heard is what was said until now, in its order.
func (l *Listener) Heard() []Word {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.heard)
}

func (l *Listener) url() string { return "http://" + l.listen.Addr().String() }

func (l *Listener) stop() error {
	closed := l.http.Close()
	if err := <-l.ended; !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(closed, err)
	}
	return closed
}
