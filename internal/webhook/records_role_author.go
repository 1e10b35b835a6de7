// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/environment"
)

// checkAuthor holds the whole role against the rights of whoever sends it, where it holds now. Namespaces that join
// later are checked then.
func (r *Records) checkAuthor(ctx context.Context, req admission.Request, role *v1alpha1.PipelineRole) error {
	namespaces, err := r.reach(ctx, role)
	if err != nil {
		return err
	}
	lacks, err := r.Authority.Lacking(ctx, req.UserInfo, role, namespaces)
	if errors.Is(err, authority.ErrTooMany) {
		return refuse("%s needs verb escalate on pipelineroles.%s/%s, or the rights in all namespaces: %v",
			req.UserInfo.Username, v1alpha1.GroupName, role.Name, err)
	}
	if err != nil {
		return err
	}
	if len(lacks) == 0 {
		return r.checkBots(ctx, req, role)
	}
	return refuse("%s. Nobody gives through a role what they do not have: ask somebody who has it to apply the role, or "+
		"who has verb escalate on pipelineroles.%s/%s%s", describeLacks(req.UserInfo.Username, lacks),
		v1alpha1.GroupName, role.Name, alternative(lacks[0]))
}

func (r *Records) checkBots(ctx context.Context, req admission.Request, role *v1alpha1.PipelineRole) error {
	lacking, err := r.Authority.LackingBots(ctx, req.UserInfo, role)
	if err != nil || len(lacking) == 0 {
		return err
	}
	return refuse("spec.bots: %s may not make a bot in namespace %s, for want of the right to create serviceaccounts "+
		"there", req.UserInfo.Username, strings.Join(lacking, ", "))
}

func (r *Records) reach(ctx context.Context, role *v1alpha1.PipelineRole) ([]string, error) {
	var namespaces corev1.NamespaceList
	if err := r.Evidence.Cache.List(ctx, &namespaces, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list namespaces: %w", err)
	}
	names, err := environment.Namespaces(namespaces.Items, role.Spec.Environments, role.Spec.NamespaceSelector)
	if err != nil {
		return nil, refuse("spec.%v", err)
	}
	return names, nil
}

// describeLacks names the first of what is lacking, and how many more there are.
func describeLacks(user string, lacks []authority.Lack) string {
	text := lacks[0].Describe(user)
	if more := len(lacks) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more like this)", more)
	}
	return text
}

// alternative is the narrower right that would do as well.
func alternative(lack authority.Lack) string {
	if lack.Grant.Capability == "" || lack.Grant.Capability == v1alpha1.CapabilityApprove {
		return ""
	}
	return ", or verb bind on clusterroles/" + lack.Grant.ClusterRole()
}
