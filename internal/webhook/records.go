// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/authority"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/served"
)

// Records refuses requests and approvals that could not count, and checks the stamps after all mutation.
type Records struct {
	Evidence evidence.Reader
	// Configuration reads what ConfigMaps and Secrets hold.
	Configuration configuration.Reader
	// Operator is the user name that the operator itself runs as.
	Operator string
	// Kinds tells in which version a custom kind is looked at.
	Kinds *served.Kinds
	Audit *audit.Log
	Clock clock.PassiveClock
	// Authority asks what the author of a role may give.
	Authority authority.Checker
	// Gate judges what loosens a role or a policy.
	Gate *Gate
}

var _ admission.Handler = &Records{}

// refusal is a verdict, for the one who is refused. Any other error is an error.
type refusal string

func (r refusal) Error() string { return string(r) }

// answered is an answer that the gate gave, and wrote down.
type answered admission.Response

func (a answered) Error() string { return a.Result.Message }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// Handle answers one review.
func (r *Records) Handle(ctx context.Context, req admission.Request) admission.Response {
	ctx, cancel := context.WithTimeout(ctx, decisionTimeout)
	defer cancel()
	warnings, err := r.check(ctx, req)
	if err == nil {
		return admission.Allowed("").WithWarnings(warnings...)
	}
	if answer, ok := errors.AsType[answered](err); ok {
		return admission.Response(answer).WithWarnings(warnings...)
	}
	if answer, ok := exists(err); ok {
		r.refused(req, err.Error())
		return answer
	}
	if errors.Is(err, evidence.ErrNoEnvironment) {
		err = refuse("%v, so nothing is gated there", err)
	}
	ungated, needless := errors.AsType[errUngated](err)
	if needless {
		err = refusal(ungated.Error())
	}
	var why refusal
	if !errors.As(err, &why) {
		return admission.Errored(http.StatusServiceUnavailable, fmt.Errorf(
			"could not check this %s, and so it is refused; this is an error and no verdict, try again: %w", req.Kind.Kind, err))
	}
	r.refused(req, string(why))
	response := admission.Denied(string(why))
	if needless {
		response.Result.Details = &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: v1alpha1.CauseUngated}}}
	}
	return response
}

// refused keeps a record of a refusal.
func (r *Records) refused(req admission.Request, why string) {
	r.Audit.Record(audit.Event{
		Type: audit.Refusal, Verdict: audit.VerdictDenied, Actor: actor(userReference(req.UserInfo)),
		Namespace: req.Namespace, Object: audit.Object{Group: req.Resource.Group, Resource: req.Resource.Resource,
			Name: req.Name}, Operation: string(req.Operation), Reasons: []string{why}, AdmissionUID: string(req.UID),
	})
}

// records are the resources that are checked.
var records = []string{
	"approvals", "emergencies", "freezes", "pipelineroles", "promotionpolicies", "promotionrequests",
}

func (r *Records) check(ctx context.Context, req admission.Request) (warnings []string, err error) {
	if req.Resource.Group != v1alpha1.GroupName || !slices.Contains(records, req.Resource.Resource) {
		return nil, fmt.Errorf("%s.%s is not known here", req.Resource.Resource, req.Resource.Group)
	}
	if err := r.whyExists(ctx, req); err != nil {
		return nil, err
	}
	switch {
	case req.Resource.Resource == "pipelineroles" || req.Resource.Resource == "promotionpolicies":
		return r.rule(ctx, req)
	case req.Operation == admissionv1.Delete:
		return nil, r.ended(req)
	case req.Operation == admissionv1.Update:
		return nil, unchangedSpec(req)
	case req.Resource.Resource == "promotionrequests":
		return nil, r.request(ctx, req)
	case req.Resource.Resource == "approvals":
		return nil, r.approval(ctx, req)
	case req.Resource.Resource == "emergencies":
		return nil, r.emergency(ctx, req)
	case req.Resource.Resource == "freezes":
		return nil, r.freeze(req)
	}
	return nil, fmt.Errorf("%s is not known here", req.Resource.Resource)
}

// unchangedSpec refuses a change to what was asked or decided. The schema says the same, but does not look into the
// content of a change.
func unchangedSpec(req admission.Request) error {
	now, err := decode(req.Object.Raw)
	if err != nil {
		return fmt.Errorf("decode the object: %w", err)
	}
	before, err := decode(req.OldObject.Raw)
	if err != nil {
		return fmt.Errorf("decode the stored object: %w", err)
	}
	if !reflect.DeepEqual(now["spec"], before["spec"]) {
		return refuse("spec: must not be changed; make a new %s", req.Kind.Kind)
	}
	return nil
}

func dryRun(req admission.Request) bool { return req.DryRun != nil && *req.DryRun }
