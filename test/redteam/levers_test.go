// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// lever takes a guard away from the site without an operator, and puts it back.
type lever interface {
	// pull has the guard there, or has it away.
	pull(ctx context.Context, s *site, there bool) error
	// release leaves it as it was at first.
	release(ctx context.Context, s *site) error
}

// binding of a ValidatingAdmissionPolicy, by its name. It is there at first.
type binding string

func (b binding) pull(ctx context.Context, s *site, there bool) error {
	if there {
		return client.IgnoreAlreadyExists(s.do(ctx, installer, create(s.bindings[string(b)])))
	}
	return client.IgnoreNotFound(s.do(ctx, installer, remove("ValidatingAdmissionPolicyBinding "+string(b))))
}

func (b binding) release(ctx context.Context, s *site) error { return b.pull(ctx, s, true) }

// webhookEntry is an entry of a webhook configuration, by its name. Some are away at first.
type webhookEntry string

func (e webhookEntry) pull(ctx context.Context, s *site, there bool) error {
	s.pulled[string(e)] = there
	return s.setEntries(ctx)
}

func (e webhookEntry) release(ctx context.Context, s *site) error {
	delete(s.pulled, string(e))
	return s.setEntries(ctx)
}

// missingRight is a right that nobody has given somebody, as a rule of RBAC.
type missingRight struct {
	// who is a person, or an account as namespace/name.
	who     string
	account bool
	rule    string
}

func (m missingRight) pull(ctx context.Context, s *site, there bool) error {
	name := m.name()
	if there {
		for _, kind := range []string{"ClusterRoleBinding ", "ClusterRole "} {
			if err := client.IgnoreNotFound(s.do(ctx, installer, remove(kind+name))); err != nil {
				return err
			}
		}
		return nil
	}
	for _, body := range []string{
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: ` + name + `},
			rules: [` + m.rule + `]}`,
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: ` + name + `},
			roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ` + name + `},
			subjects: [` + m.subject() + `]}`,
	} {
		if err := client.IgnoreAlreadyExists(s.do(ctx, installer, create(body))); err != nil {
			return err
		}
	}
	return nil
}

func (m missingRight) release(ctx context.Context, s *site) error { return m.pull(ctx, s, true) }

// name of the ClusterRole that gives the right.
func (m missingRight) name() string {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(m.who + m.rule)) // a hash takes everything
	return fmt.Sprintf("test-%x", sum.Sum32())
}

// subject is the one person, or service account, as RBAC names them.
func (m missingRight) subject() string {
	if !m.account {
		return `{apiGroup: rbac.authorization.k8s.io, kind: User, name: "` + m.who + `"}`
	}
	namespace, name, _ := strings.Cut(m.who, "/")
	return `{kind: ServiceAccount, namespace: ` + namespace + `, name: ` + name + `}`
}
