// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Users of the control plane itself. The administrator is one by its group.
const (
	adminUser             = "admin"
	controllerManagerUser = "system:kube-controller-manager"
	schedulerUser         = "system:kube-scheduler"
	kwokUser              = "kwok"

	adminGroup = "system:masters"
	// breakGlassGroup may do what Countersign keeps administrators from.
	breakGlassGroup = "countersign:break-glass"
)

// How long a token holds: that of a service account longer than anybody keeps a local control plane, that of a bot as
// long as a PipelineRole lets it unless it says otherwise.
const (
	accountTokenTime = 30 * 24 * time.Hour
	botTokenTime     = time.Hour
)

// User logs in a person, as a member of groups, with a client certificate. It may be called for the same name again,
// with other groups.
func (cp *ControlPlane) User(name string, groups ...string) (*rest.Config, error) {
	pair, err := cp.authority.Client(name, groups...)
	if err != nil {
		return nil, err
	}
	config, err := cp.anonymous()
	if err != nil {
		return nil, err
	}
	config.CertData, config.KeyData = pair.Cert, pair.Key
	return config, nil
}

// Admin logs in as the cluster administrator, whom RBAC never stops.
func (cp *ControlPlane) Admin() (*rest.Config, error) {
	return cp.User(adminUser, adminGroup)
}

// ServiceAccount logs in as a service account, which must exist, with a token.
func (cp *ControlPlane) ServiceAccount(ctx context.Context, namespace, name string) (*rest.Config, error) {
	return cp.withToken(ctx, namespace, name, accountTokenTime)
}

// Bot logs in as a service account whose tokens are kept short, for an hour.
func (cp *ControlPlane) Bot(ctx context.Context, namespace, name string) (*rest.Config, error) {
	return cp.withToken(ctx, namespace, name, botTokenTime)
}

func (cp *ControlPlane) withToken(
	ctx context.Context, namespace, name string, lifetime time.Duration,
) (*rest.Config, error) {
	seconds := int64(lifetime / time.Second)
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	minter, err := cp.minter()
	if err != nil {
		return nil, err
	}
	answer, err := minter.CoreV1().ServiceAccounts(namespace).
		CreateToken(ctx, name, request, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("request token of %s/%s: %w", namespace, name, err)
	}
	config, err := cp.anonymous()
	if err != nil {
		return nil, err
	}
	config.BearerToken = answer.Status.Token
	return config, nil
}

// minter requests tokens of everybody, of Countersign's operator too.
func (cp *ControlPlane) minter() (kubernetes.Interface, error) {
	config, err := cp.User(adminUser, adminGroup, breakGlassGroup)
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

// anonymous trusts the API server and says nothing of who calls. The client does not limit itself: tests and
// benchmarks mean the load they make.
func (cp *ControlPlane) anonymous() (*rest.Config, error) {
	pair, err := cp.authority.Pair()
	if err != nil {
		return nil, err
	}
	return &rest.Config{Host: cp.url, TLSClientConfig: rest.TLSClientConfig{CAData: pair.Cert}, QPS: -1}, nil
}
