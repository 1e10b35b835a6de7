// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// app is what all commands share.
type app struct {
	Environment
	flags *genericclioptions.ConfigFlags
	// connect makes the client, as the caller. Tests put another in its place.
	connect func() (client.Client, error)
	// forecasts makes what tells the outcome of an apply. Tests put another in its place.
	forecasts func() (forecaster, error)
	// tryToken tells whether the API server takes a token as a login. Tests put another in its place.
	tryToken func(ctx context.Context, token string) error
}

func newApp(env Environment) *app {
	a := &app{Environment: env}
	a.flags = genericclioptions.NewConfigFlags(true).WithWrapConfigFn(a.configure)
	a.connect = a.newClient
	a.forecasts = a.newForecaster
	a.tryToken = a.logIn
	return a
}

// configure makes the client as quick as kubectl, and prints each warning of the API server once.
func (a *app) configure(config *rest.Config) *rest.Config {
	config.QPS, config.Burst = 50, 300
	config.WarningHandler = warnings{rest.NewWarningWriter(a.ErrOut, rest.WarningWriterOptions{Deduplicate: true})}
	return config
}

func (a *app) newClient() (client.Client, error) {
	config, err := a.flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	mapper, err := a.flags.ToRESTMapper()
	if err != nil {
		return nil, fmt.Errorf("discover the API: %w", err)
	}
	kinds, err := newScheme()
	if err != nil {
		return nil, err
	}
	return client.New(config, client.Options{Scheme: kinds, Mapper: mapper})
}

// newScheme knows the built-in kinds and those of Countersign.
func newScheme() (*runtime.Scheme, error) {
	kinds := runtime.NewScheme()
	if err := scheme.AddToScheme(kinds); err != nil {
		return nil, fmt.Errorf("register the built-in kinds: %w", err)
	}
	if err := v1alpha1.AddToScheme(kinds); err != nil {
		return nil, fmt.Errorf("register the kinds of Countersign: %w", err)
	}
	return kinds, nil
}

// here returns a client and the namespace of the command line, as kubectl would choose it.
func (a *app) here() (session, error) {
	namespace, _, err := a.flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return session{}, fmt.Errorf("read the kubeconfig: %w", err)
	}
	c, err := a.connect()
	return session{client: c, namespace: namespace}, err
}

// hereOr everywhere: a session in no one namespace reads all of them.
func (a *app) hereOr(everywhere bool) (session, error) {
	s, err := a.here()
	if everywhere {
		s.namespace = ""
	}
	return s, err
}
