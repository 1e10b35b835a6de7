// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
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

// WriteAuthority writes down who issued the certificate of the API server.
func (a *ArgoCD) WriteAuthority(file string) error {
	pair, err := a.authority.Pair()
	if err != nil {
		return err
	}
	return os.WriteFile(file, pair.Cert, 0o600)
}
