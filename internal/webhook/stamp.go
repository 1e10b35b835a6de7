// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/configuration"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// Stamp writes into our own objects who made them, from the authenticated call, and numbers requests and approvals
// that come without a name. A client that sends another identity than its own is refused. Nothing rests on the stamp
// alone: the records webhook and a ValidatingAdmissionPolicy check it after all mutation.
type Stamp struct {
	Evidence evidence.Reader
	// Configuration reads what ConfigMaps and Secrets hold.
	Configuration configuration.Reader
	// Operator is the user name that the operator itself runs as. It alone opens requests in others' names.
	Operator string
}

var _ admission.Handler = &Stamp{}

// Handle answers one review.
func (s *Stamp) Handle(ctx context.Context, req admission.Request) admission.Response {
	raw, err := decode(req.Object.Raw)
	if err != nil {
		return admission.Errored(http.StatusBadRequest, fmt.Errorf("decode %s: %w", req.Resource.Resource, err))
	}
	object := &unstructured.Unstructured{Object: raw}
	switch req.Resource.Resource {
	case "approvals":
		err = s.approval(ctx, req, object)
	case "freezes":
		err = stampUser(req, object, "frozenBy")
	case "emergencies":
		err = stampUser(req, object, "holder")
	case "promotionrequests":
		err = s.request(ctx, req, object)
	case "releasegates":
		err = stampUser(req, object, "openedBy")
	case "pipelineroles":
		err = errors.Join(stampAnnotation(req, object, changedBy), stampAuthor(req, object))
	case "promotionpolicies":
		err = stampAnnotation(req, object, changedBy)
	}
	if err != nil {
		return admission.Denied(err.Error())
	}
	return patched(req, object)
}

func patched(req admission.Request, object *unstructured.Unstructured) admission.Response {
	marshaled, err := json.Marshal(object.Object)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, fmt.Errorf("encode %s: %w", req.Resource.Resource, err))
	}
	return admission.PatchResponseFromRaw(req.Object.Raw, marshaled)
}

func (s *Stamp) approval(ctx context.Context, req admission.Request, object *unstructured.Unstructured) error {
	if err := stampUser(req, object, "approver"); err != nil {
		return err
	}
	if object.GetName() != "" {
		return nil
	}
	request, _, err := unstructured.NestedString(object.Object, "spec", "request", "name")
	if err != nil {
		return fmt.Errorf("read spec.request.name: %w", err)
	}
	decisions, err := s.Evidence.Decisions(ctx, req.Namespace, request)
	if err != nil {
		return fmt.Errorf("number the decision: %w", err)
	}
	object.SetName(promotion.ApprovalName(request, len(decisions)+1))
	return nil
}

func (s *Stamp) request(ctx context.Context, req admission.Request, object *unstructured.Unstructured) error {
	if err := stampUser(req, object, "openedBy"); err != nil {
		return err
	}
	if req.UserInfo.Username != s.Operator {
		if err := stampUser(req, object, "requester"); err != nil {
			return err
		}
	}
	request, err := requestOf(object)
	if err != nil {
		return err
	}
	request.Namespace = req.Namespace
	if err := s.configuration(ctx, request, object); err != nil || object.GetName() != "" {
		return err
	}
	attempts, err := s.Evidence.Attempts(ctx, req.Namespace, request.Spec.Change)
	if err != nil {
		return fmt.Errorf("number the request: %w", err)
	}
	object.SetName(promotion.NextRequestName(request.Spec.Change, attempts))
	return nil
}

// configuration writes down what the ConfigMaps and Secrets hold that the request is about. Where no environment is,
// nothing is gated, and the records webhook says so.
func (s *Stamp) configuration(
	ctx context.Context, request *v1alpha1.PromotionRequest, object *unstructured.Unstructured,
) error {
	c, err := s.Evidence.Rules(ctx, request.Namespace)
	if errors.Is(err, evidence.ErrNoEnvironment) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Change = promotion.ChangeOf(*request)
	recorded, err := recorded(ctx, s.Configuration, c, request)
	if err != nil || len(recorded) == 0 {
		unstructured.RemoveNestedField(object.Object, "spec", "change", "configuration")
		return err
	}
	all := make([]any, 0, len(recorded))
	for _, one := range recorded {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&one)
		if err != nil {
			return fmt.Errorf("write down %s %s: %w", one.Kind, one.Name, err)
		}
		all = append(all, fields)
	}
	return unstructured.SetNestedSlice(object.Object, all, "spec", "change", "configuration")
}

// stampUser writes the caller into a field of the spec. The field may be absent, or name the caller already.
func stampUser(req admission.Request, object *unstructured.Unstructured, field string) error {
	sent, _, err := unstructured.NestedString(object.Object, "spec", field, "username")
	if err != nil {
		return fmt.Errorf("read spec.%s.username: %w", field, err)
	}
	if sent != "" && sent != req.UserInfo.Username {
		return fmt.Errorf("spec.%s: must not name %s, as %s makes the call; leave the field out, it is filled in",
			field, sent, req.UserInfo.Username)
	}
	stamp, err := asMap(userReference(req.UserInfo))
	if err != nil {
		return err
	}
	if err := unstructured.SetNestedField(object.Object, stamp, "spec", field); err != nil {
		return fmt.Errorf("stamp spec.%s: %w", field, err)
	}
	return nil
}

func asMap(user v1alpha1.UserReference) (map[string]any, error) {
	raw, err := json.Marshal(user)
	if err != nil {
		return nil, fmt.Errorf("encode the user: %w", err)
	}
	return decode(raw)
}

func requestOf(object *unstructured.Unstructured) (*v1alpha1.PromotionRequest, error) {
	return convert[v1alpha1.PromotionRequest](object.Object)
}
