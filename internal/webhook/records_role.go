// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/escalation"
)

// role refuses a role that gives what no role may give, that lets somebody hold two roles that conflict, or that gives
// what its author does not have. Of an update the role as it was is held against the author too: nobody takes from a
// role what they could not give. It warns of what RBAC will not hold to.
func (r *Records) role(
	ctx context.Context, req admission.Request, now map[string]any, before replaced,
) ([]string, error) {
	role, err := convert[v1alpha1.PipelineRole](now)
	if err != nil {
		return nil, err
	}
	warnings, err := checkRules(role.Spec.Rules)
	if err != nil {
		return nil, err
	}
	if err := r.checkConflicts(ctx, role); err != nil {
		return nil, err
	}
	if before.sameButMembers(now) {
		if may, err := r.Authority.MayChangeMembers(ctx, req.UserInfo, role); err != nil || may {
			return warnings, err
		}
	}
	if err := r.checkBefore(ctx, req, before, role); err != nil {
		return nil, err
	}
	return warnings, r.checkAuthor(ctx, req, role)
}

// checkBefore holds the role as it was against the author too.
func (r *Records) checkBefore(
	ctx context.Context, req admission.Request, before replaced, role *v1alpha1.PipelineRole,
) error {
	old, err := before.role()
	if err != nil {
		return err
	}
	if err := r.checkConflictChange(ctx, req, old, role); err != nil || old == nil {
		return err
	}
	if !readable(old.Spec.NamespaceSelector) {
		return nil // it holds nowhere, and must be repairable
	}
	err = r.checkAuthor(ctx, req, old)
	if why, ok := errors.AsType[refusal](err); ok {
		return refuse("the role as it is: %s", why)
	}
	return err
}

func readable(selector *metav1.LabelSelector) bool {
	_, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil
}

// replaced is the role that an update replaces; none on creation.
type replaced struct {
	object map[string]any
	// author: nothing but who vouches for the role changes.
	author bool
}

func (r replaced) role() (*v1alpha1.PipelineRole, error) {
	if r.object == nil {
		return nil, nil
	}
	return convert[v1alpha1.PipelineRole](r.object)
}

func (r replaced) sameButMembers(now map[string]any) bool {
	return r.object != nil && !r.author &&
		reflect.DeepEqual(withoutMembers(r.object["spec"]), withoutMembers(now["spec"]))
}

func checkRules(rules []v1alpha1.Rule) (warnings []string, err error) {
	if count := escalation.Count(rules); count > escalation.Most {
		return nil, refuse("spec.rules: come to %d rights (groups × resources × verbs × names), and must not come to more "+
			"than %d; make several roles", count, escalation.Most)
	}
	for i, rule := range rules {
		if why := escalation.Forbidden(rule); why != "" {
			return nil, refuse("spec.rules[%d].%s", i, why)
		}
		if why := escalation.Unenforced(rule); why != "" {
			warnings = append(warnings, fmt.Sprintf("spec.rules[%d].resourceNames: %s", i, why))
		}
	}
	return warnings, nil
}
