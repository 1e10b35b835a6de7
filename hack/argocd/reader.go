// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

const (
	// reader is the account that Countersign asks Argo CD as; see docs/argocd.md.
	reader = "countersign"
	// administrator is there in any Argo CD.
	administrator = "admin"
)

// URL is where the API server serves.
func (a *ArgoCD) URL() string { return "https://" + a.addresses.server }

// CAFile has the authority that issued the certificate of the API server.
func (a *ArgoCD) CAFile() string { return a.file("ca.crt") }

// TokenFile gets the token of the account that may get applications, and nothing else, when an Argo CD with a Reader
// has started.
func (a *ArgoCD) TokenFile() string { return a.file(reader + ".token") }

func (a *ArgoCD) writeAuthority() error {
	pair, err := a.authority.Pair()
	if err != nil {
		return err
	}
	return os.WriteFile(a.CAFile(), pair.Cert, 0o600)
}

// issueToken has the administrator make a token for the reader, as `argocd account generate-token` does.
func (a *ArgoCD) issueToken(ctx context.Context) error {
	if !a.options.Reader {
		return nil
	}
	session, err := a.LogIn(ctx, administrator)
	if err != nil {
		return err
	}
	var answer struct{ Token string }
	if err := session.call(ctx, http.MethodPost, "account/"+reader+"/token", map[string]any{}, &answer); err != nil {
		return fmt.Errorf("make a token of account %s: %w", reader, err)
	}
	return os.WriteFile(a.TokenFile(), []byte(answer.Token), 0o600)
}

// Reader logs in that account.
func (a *ArgoCD) Reader() (*Session, error) {
	client, err := a.client()
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(a.TokenFile())
	return &Session{argo: a, url: a.URL(), client: client, token: string(token)}, err
}
