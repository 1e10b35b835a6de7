// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"path/filepath"

	"github.com/countersign-dev/countersign/hack/controlplane/pki"
)

const pkiDir = "pki"

// Names of files in pkiDir. etcd has an authority of its own, or every user of the cluster could write to it.
const (
	clusterCA  = "ca"
	etcdCA     = "etcd-ca"
	etcdServer = "etcd"
	etcdClient = "etcd-client"
	tokenKey   = "service-accounts"
)

func (cp *ControlPlane) pkiDir() string { return filepath.Join(cp.options.Dir, pkiDir) }

// issueCertificates makes all keys that the programs serve and sign with.
func (cp *ControlPlane) issueCertificates(context.Context) error {
	authority, err := cp.newAuthority(clusterCA)
	if err != nil {
		return err
	}
	cp.authority = authority
	if err := cp.keep(apiServer)(authority.Server(apiServer)); err != nil {
		return err
	}
	if err := cp.issueEtcdCertificates(); err != nil {
		return err
	}
	return pki.NewKey(cp.pkiDir(), tokenKey)
}

func (cp *ControlPlane) issueEtcdCertificates() error {
	authority, err := cp.newAuthority(etcdCA)
	if err != nil {
		return err
	}
	if err := cp.keep(etcdServer)(authority.Server(etcdServer)); err != nil {
		return err
	}
	return cp.keep(etcdClient)(authority.Client(apiServer))
}

func (cp *ControlPlane) newAuthority(name string) (*pki.Authority, error) {
	authority, err := pki.NewAuthority(name)
	if err != nil {
		return nil, err
	}
	return authority, cp.keep(name)(authority.Pair())
}

// keep writes what was issued, if it was, to pkiDir.
func (cp *ControlPlane) keep(name string) func(*pki.Pair, error) error {
	return func(pair *pki.Pair, err error) error {
		if err != nil {
			return err
		}
		return pair.WriteTo(cp.pkiDir(), name)
	}
}
