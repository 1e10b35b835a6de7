// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/audit"
)

// rule checks a changed role or policy, and keeps a record of who changed it.
func (r *Records) rule(ctx context.Context, req admission.Request) (warnings []string, err error) {
	raw, err := decode(req.Object.Raw)
	if err != nil {
		return nil, fmt.Errorf("decode the object: %w", err)
	}
	object := &unstructured.Unstructured{Object: raw}
	before, err := stored(req)
	if err != nil {
		return nil, err
	}
	newAuthor, err := checkMarks(req, object)
	if err != nil {
		return nil, err
	}
	sameSpec := before != nil && reflect.DeepEqual(before["spec"], raw["spec"])
	if sameSpec && !newAuthor {
		return nil, nil
	}
	if warnings, err = r.checkRule(ctx, req, raw, replaced{object: before, author: sameSpec}); err != nil {
		return nil, err
	}
	verdict := r.Gate.rule(ctx, req)
	if !verdict.Allowed {
		return warnings, answered(verdict)
	}
	if !dryRun(req) {
		r.Audit.Record(ruleChanged(req, object.GetName()))
	}
	return append(warnings, verdict.Warnings...), nil
}

// checkMarks checks what the rule says of who changed it, and of a role who vouches for it: whether that is new.
func checkMarks(req admission.Request, object *unstructured.Unstructured) (newAuthor bool, err error) {
	if err := checkAnnotation(req, object, changedBy); err != nil || !isRole(req) {
		return false, err
	}
	return checkAuthorAnnotation(req, object)
}

// checkRule checks what the rule says.
func (r *Records) checkRule(
	ctx context.Context, req admission.Request, now map[string]any, before replaced,
) (warnings []string, err error) {
	object := &unstructured.Unstructured{Object: now}
	if err := checkSelector(object); err != nil {
		return nil, err
	}
	if err := checkWindows(object); err != nil || !isRole(req) {
		return nil, err
	}
	return r.role(ctx, req, now, before)
}

func isRole(req admission.Request) bool { return req.Resource.Resource == "pipelineroles" }

// ruleChanged is the event of a change of a rule that is let in.
func ruleChanged(req admission.Request, name string) audit.Event {
	return audit.Event{
		Type: audit.RuleChanged, Actor: actor(userReference(req.UserInfo)), Operation: string(req.Operation),
		Object:       audit.Object{Group: req.Resource.Group, Resource: req.Resource.Resource, Name: name},
		AdmissionUID: string(req.UID),
	}
}

func stored(req admission.Request) (map[string]any, error) {
	if len(req.OldObject.Raw) == 0 {
		return nil, nil
	}
	before, err := decode(req.OldObject.Raw)
	if err != nil {
		return nil, fmt.Errorf("decode the stored object: %w", err)
	}
	return before, nil
}
