// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/operator"
)

const (
	administrator  = "admin"
	installer      = "installer"
	bot            = "ci"
	botNamespace   = "cicd"
	botAccount     = "checkout-ci"
	developers     = "developers"
	releaseManager = "release-managers"
)

// people are those of the shop, by the name of their kubeconfig file.
var people = []struct{ name, user, group string }{
	{"alice", "alice@example.com", developers},
	{"bob", "bob@example.com", releaseManager},
	{"carol", "carol@example.com", releaseManager},
}

// admitPeople writes a kubeconfig file for everybody who is there from the beginning.
func (d *demo) admitPeople(cp *controlplane.ControlPlane) error {
	if err := d.admit(administrator)(cp.Admin()); err != nil {
		return err
	}
	if err := d.admit(installer)(operator.Installer(cp)); err != nil {
		return err
	}
	for _, person := range people {
		if err := d.admit(person.name)(cp.User(person.user, person.group)); err != nil {
			return err
		}
	}
	return nil
}

// admitBot writes the kubeconfig file of the bot, once the operator has made its service account.
func (d *demo) admitBot(ctx context.Context, cp *controlplane.ControlPlane) error {
	return d.admit(bot)(cp.Bot(ctx, botNamespace, botAccount))
}

// admit writes the kubeconfig file of a login, if there is one.
func (d *demo) admit(name string) func(*rest.Config, error) error {
	return func(config *rest.Config, err error) error {
		if err != nil {
			return fmt.Errorf("log in %s: %w", name, err)
		}
		return controlplane.WriteKubeconfig(d.kubeconfig(name), config)
	}
}
