// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package gitrepo

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi"
	"os/exec"
	"path/filepath"
	"time"
)

// Server serves the repositories in a directory over HTTP, on loopback, as a host of Git repositories does. Everybody
// may read them, and nobody write.
type Server struct {
	dir    string
	listen net.Listener
	http   *http.Server
	ended  chan error
}

// Serve starts a server of the repositories in a directory.
func Serve(dir string) (*Server, error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, err
	}
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	backend := &cgi.Handler{
		Path: git, Args: []string{"http-backend"}, Dir: dir,
		Env: []string{
			"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1",
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		},
	}
	s := &Server{
		dir: dir, listen: listen, ended: make(chan error, 1),
		http: &http.Server{Handler: backend, ReadHeaderTimeout: 10 * time.Second},
	}
	go func() { s.ended <- s.http.Serve(listen) }()
	return s, nil
}

// URL is the http:// address of a repository that lies in the directory.
func (s *Server) URL(of *Repository) (string, error) {
	path, err := filepath.Rel(s.dir, of.dir)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("http://%s/%s", s.listen.Addr(), filepath.ToSlash(path)), nil
}

// Close ends it.
func (s *Server) Close() error {
	err := s.http.Close()
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
