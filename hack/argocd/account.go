// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

// Token makes one for an account that may read applications.
func (s *Session) Token(ctx context.Context, account string) (string, error) {
	var answer struct{ Token string }
	err := s.call(ctx, http.MethodPost, "account/"+url.PathEscape(account)+"/token", map[string]any{}, &answer)
	if err != nil {
		return "", fmt.Errorf("make a token for %s: %w", account, err)
	}
	return answer.Token, nil
}

// URL of the API server.
func (a *ArgoCD) URL() string { return a.url() }

// WriteAuthority writes down who issued the certificate of the API server, and returns the file.
func (a *ArgoCD) WriteAuthority(dir string) (file string, err error) {
	const name = "argocd-authority"
	pair, err := a.authority.Pair()
	if err != nil {
		return "", err
	}
	return filepath.Clean(pki.CertFile(dir, name)), pair.WriteTo(dir, name)
}
