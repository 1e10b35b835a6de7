// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/controlplane/pki"
	"github.com/countersign-dev/countersign/hack/install"
	"github.com/countersign-dev/countersign/hack/operator"
)

// candidates has the API server serve what only some do: LeaseCandidate.
const candidates = "--runtime-config=coordination.k8s.io/v1beta1=true"

// site is a control plane with Countersign on it.
type site struct {
	// operated: the operator runs. Where it does not, what it would be asked about is refused, and what it would have made
	// is there from the beginning.
	operated bool
	// between the operator and the API server; nil where it calls that itself.
	between *middleman

	cp      *controlplane.ControlPlane
	manager *operator.Operator
	options operator.Options
	dir     string

	lock    sync.Mutex
	clients map[string]*rest.RESTClient
	// entries are the webhook entries as they were installed, or would be, by configuration and name.
	entries map[string]map[string]any
	// pulled are the entries that a lever has there, or away.
	pulled map[string]bool
	// bindings of the policies, by name, and versions of the CRDs.
	bindings map[string]string
	versions map[string][]any
}

func (s *site) start(ctx context.Context) (err error) {
	s.clients = map[string]*rest.RESTClient{}
	if s.dir, err = os.MkdirTemp("", "countersign-redteam-"); err != nil {
		return err
	}
	flag, err := s.issueCaller()
	if err != nil {
		return err
	}
	s.cp, err = controlplane.Start(ctx, controlplane.Options{
		AuditLog: true, Args: map[string][]string{"kube-apiserver": {flag, candidates}},
	})
	if err != nil {
		return err
	}
	if !s.operated {
		return s.prepare(ctx, s.installGuards)
	}
	return s.prepare(ctx, s.installAll)
}

// prepare installs Countersign and, on it, the world that attacks are made in.
func (s *site) prepare(ctx context.Context, installed func(context.Context) error) error {
	for _, step := range []func(context.Context) error{installed, s.settle, s.awaitGrants} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) installAll(ctx context.Context) (err error) {
	s.options = operator.Options{Dir: s.dir, ClientCAFile: pki.CertFile(s.dir, callersAuthority)}
	if s.between != nil {
		s.options.LeaderElection = true // there may be another
		if s.options.APIServer, err = s.between.serve(s.cp); err != nil {
			return err
		}
	}
	s.manager, err = operator.New(s.cp, s.options)
	if err != nil {
		return err
	}
	if err := s.manager.Install(ctx); err != nil {
		return err
	}
	return s.manager.Start(ctx)
}

// stop ends it, and removes its logs where nobody will want to read them.
func (s *site) stop(ctx context.Context, remove bool) error {
	if s.manager != nil {
		if err := s.manager.Stop(ctx); err != nil {
			return err
		}
	}
	if s.cp == nil {
		return nil
	}
	if err := s.cp.Stop(ctx); err != nil || !remove {
		return err
	}
	return os.RemoveAll(s.dir)
}

// installGuards installs all but the operator and the webhook entries for Countersign's own kinds: honest people have
// to write these here.
func (s *site) installGuards(ctx context.Context) error {
	objects, err := install.Render(ctx, filepath.Join("config", "default"))
	if err != nil {
		return err
	}
	if err := install.Beside(objects, "https://127.0.0.1:1"); err != nil {
		return err
	}
	s.entries, s.pulled = map[string]map[string]any{}, map[string]bool{}
	s.bindings, s.versions = map[string]string{}, map[string][]any{}
	for _, object := range objects {
		if err := s.keep(object); err != nil {
			return err
		}
	}
	if err := s.keepPolicies("gates.yaml", "rules.yaml"); err != nil {
		return err
	}
	if err := s.apply(ctx, objects...); err != nil {
		return err
	}
	return s.awaitPolicies(ctx)
}

// keep remembers what is to be taken away and put back.
func (s *site) keep(object *unstructured.Unstructured) error {
	switch kind := object.GetKind(); {
	case kind == "ValidatingAdmissionPolicyBinding":
		text, err := object.MarshalJSON()
		s.bindings[object.GetName()] = string(text)
		return err
	case kind == "CustomResourceDefinition":
		versions, _, err := unstructured.NestedSlice(object.Object, "spec", "versions")
		s.versions[object.GetName()] = versions
		return err
	case strings.HasSuffix(kind, "WebhookConfiguration"):
		return s.keepEntries(object)
	}
	return nil
}

func (s *site) apply(ctx context.Context, objects ...*unstructured.Unstructured) error {
	config, err := s.cp.User(installer.name, installer.groups...)
	if err != nil {
		return err
	}
	return install.Apply(ctx, config, objects...)
}
