// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/escalation"
	"github.com/countersign-dev/countersign/internal/separation"
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

// checkConflicts looks at all roles: a conflict holds in both directions.
func (r *Records) checkConflicts(ctx context.Context, role *v1alpha1.PipelineRole) error {
	var roles v1alpha1.PipelineRoleList
	if err := r.Evidence.Cache.List(ctx, &roles); err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	people, err := r.Evidence.Identities.Read(ctx)
	if err != nil {
		return err
	}
	if people.Damaged != "" && conflicts(role, roles.Items) {
		return refuse("spec.conflictsWith: nobody can tell who would hold both roles: %s", people.Damaged)
	}
	for _, overlap := range separation.Overlaps(people.Mapping, role, roles.Items, r.Clock.Now()) {
		return refuse("spec.conflictsWith: %s is in %s too, and nobody may hold both roles; take them out of one first, or "+
			"let one membership end before the other begins", overlap.Subject, overlap.Role)
	}
	return nil
}

func conflicts(role *v1alpha1.PipelineRole, roles []v1alpha1.PipelineRole) bool {
	return slices.ContainsFunc(roles, func(other v1alpha1.PipelineRole) bool { return separation.Conflict(role, &other) })
}

// checkConflictChange asks more of whoever makes two roles conflict, or not conflict any more: it decides who may hold
// the other role.
func (r *Records) checkConflictChange(
	ctx context.Context, req admission.Request, before, role *v1alpha1.PipelineRole,
) error {
	var old []v1alpha1.RoleName
	if before != nil {
		old = before.Spec.ConflictsWith
	}
	for _, name := range slices.Concat(old, role.Spec.ConflictsWith) {
		if slices.Contains(old, name) && slices.Contains(role.Spec.ConflictsWith, name) {
			continue
		}
		other := &v1alpha1.PipelineRole{ObjectMeta: metav1.ObjectMeta{Name: string(name)}}
		may, err := r.Authority.MayChangeMembers(ctx, req.UserInfo, other)
		if err != nil {
			return err
		}
		if !may {
			return refuse("spec.conflictsWith: %s decides with it who may hold role %s, and needs verb bind on "+
				"pipelineroles.%s/%s", req.UserInfo.Username, name, v1alpha1.GroupName, name)
		}
	}
	return nil
}

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
