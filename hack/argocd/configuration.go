// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
)

// Names of the ConfigMaps and Secrets that Argo CD is set up by.
const (
	settingsName = "argocd-cm"
	rightsName   = "argocd-rbac-cm"
	secretName   = "argocd-secret"
	keysName     = "argocd-gpg-keys-cm"
)

// configuration is what its ConfigMaps and Secrets get, by name.
func (a *ArgoCD) configuration(ctx context.Context) (map[string]map[string]string, error) {
	settings, secrets := map[string]string{}, map[string]string{}
	maps.Copy(settings, a.options.Settings)
	if a.options.Reader {
		settings["accounts."+reader] = "apiKey"
	}
	for _, user := range append([]string{administrator}, a.options.Users...) {
		a.passwords[user] = password()
		hash, err := a.hash(ctx, a.passwords[user])
		if err != nil {
			return nil, err
		}
		if user == administrator {
			secrets["admin.password"] = hash
		} else {
			settings["accounts."+user], secrets["accounts."+user+".password"] = "login", hash
		}
	}
	pair, err := a.authority.Server("argocd-server")
	if err != nil {
		return nil, err
	}
	secrets["tls.crt"], secrets["tls.key"] = string(pair.Cert), string(pair.Key)
	return map[string]map[string]string{
		settingsName: settings, secretName: secrets, rightsName: {"policy.csv": a.rights()}, keysName: a.options.Keys,
	}, nil
}

// rights in Argo CD: every user may do everything with applications, and the reader, where there is one, may get them.
func (a *ArgoCD) rights() string {
	var policy strings.Builder
	for _, resource := range []string{"applications", "projects", "repositories", "clusters"} {
		action := "get"
		if resource == "applications" {
			action = "*"
		}
		fmt.Fprintf(&policy, "p, role:developer, %s, %s, *, allow\n", resource, action)
	}
	for _, user := range a.options.Users {
		fmt.Fprintf(&policy, "g, %s, role:developer\n", user)
	}
	if a.options.Reader {
		fmt.Fprintf(&policy, "p, %s, applications, get, */*, allow\n", reader)
	}
	return policy.String()
}

// hash is how Argo CD stores a password.
func (a *ArgoCD) hash(ctx context.Context, password string) (string, error) {
	cmd := exec.CommandContext(ctx, a.program(), "account", "bcrypt", "--password", password)
	cmd.Env = append(os.Environ(), a.environment("argocd")...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return string(bytes.TrimSpace(out)), nil
}

func password() string { return rand.Text() }
