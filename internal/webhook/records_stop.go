// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// freeze checks a new Freeze: that it says who froze the environment. Who may do so is for ../policy to say.
func (r *Records) freeze(req admission.Request) error {
	freeze, err := decodeAs[v1alpha1.Freeze](req.Object.Raw)
	if err != nil {
		return err
	}
	caller := userReference(req.UserInfo)
	if !sameUser(freeze.Spec.FrozenBy, caller) {
		return refuse("spec.frozenBy: must be the caller, %s", caller.Username)
	}
	if promotion.FreezeEnded(*freeze, r.Clock.Now()) {
		return refuse("spec.expireTime: must be in the future")
	}
	r.recordStop(req, audit.Frozen, freeze.Name, freeze.Spec.Reason)
	return nil
}

// emergency checks a new Emergency: that it says who answers for it, and that the policies of the namespace let them
// declare it.
func (r *Records) emergency(ctx context.Context, req admission.Request) error {
	emergency, err := decodeAs[v1alpha1.Emergency](req.Object.Raw)
	if err != nil {
		return err
	}
	caller := userReference(req.UserInfo)
	if !sameUser(emergency.Spec.Holder, caller) {
		return refuse("spec.holder: must be the caller, %s", caller.Username)
	}
	c, err := r.Evidence.Declared(ctx, *emergency)
	if err != nil {
		return err
	}
	open, err := r.Evidence.OpenEmergencies(ctx, emergency.Namespace)
	if err != nil {
		return err
	}
	if len(open) >= evidence.MaxEmergencies {
		return refuse("%d emergencies are open in namespace %s already; end one first: kubectl delete emergency NAME -n %s",
			len(open), emergency.Namespace, emergency.Namespace)
	}
	if why := promotion.WhyNoEmergency(c, *emergency, r.Clock.Now()); why != "" {
		return refuse("this emergency would let nothing in: %s", why)
	}
	r.recordStop(req, audit.EmergencyDeclared, string(c.Environment.Name), emergency.Spec.Reason)
	return nil
}

// ended keeps a record of who ended a freeze or an emergency. A deletion in bulk has no name of its own.
func (r *Records) ended(req admission.Request) error {
	before, err := decode(req.OldObject.Raw)
	if err != nil {
		return fmt.Errorf("decode the stored object: %w", err)
	}
	req.Name = (&unstructured.Unstructured{Object: before}).GetName()
	switch req.Resource.Resource {
	case "freezes":
		r.recordStop(req, audit.Unfrozen, req.Name, "")
	case "emergencies":
		r.recordStop(req, audit.EmergencyEnded, "", "")
	default:
		return fmt.Errorf("deletion of %s is not known here", req.Resource.Resource)
	}
	return nil
}

func (r *Records) recordStop(req admission.Request, kind audit.Type, environment, reason string) {
	if dryRun(req) {
		return
	}
	event := eventOf(req, "")
	event.Type, event.Environment = kind, environment
	if reason != "" {
		event.Reasons = []string{reason}
	}
	r.Audit.Record(event)
}
