// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/release"
)

// Sent refuses what somebody sends to be synced as part of another Application than it is sent to. On what Argo CD
// renders it writes of which Application it is, and it applies what is sent as it comes: the gate would take it for a
// part of a sync that somebody else has begun.
type Sent struct {
	Evidence evidence.Reader
	// ArgoCD is the namespace that Argo CD runs in.
	ArgoCD string
	Audit  *audit.Log
}

var _ admission.Handler = Sent{}

// Handle answers one review.
func (s Sent) Handle(ctx context.Context, req admission.Request) admission.Response {
	content, err := decode(req.Object.Raw)
	if err != nil {
		return admission.Errored(http.StatusBadRequest, fmt.Errorf("decode the Application: %w", err))
	}
	objects, err := argocd.Sent(content)
	if err != nil {
		return s.refused(req, err.Error())
	}
	application := &unstructured.Unstructured{Object: content}
	own := types.NamespacedName{Namespace: req.Namespace, Name: application.GetName()}
	for _, object := range objects {
		why, err := s.whyNot(ctx, own, object)
		switch {
		case err != nil:
			return admission.Errored(http.StatusServiceUnavailable, err)
		case why != "":
			return s.refused(req, why)
		}
	}
	return admission.Allowed("")
}

// whyNot says why an object may not be sent to an Application; empty where it may. Where no environment is, nobody
// goes by what says nothing.
func (s Sent) whyNot(ctx context.Context, own types.NamespacedName, object release.Object) (string, error) {
	of := release.Application(release.Of(object, s.ArgoCD))
	if of == own {
		return "", nil
	}
	says := "says of no Application that it is part of that"
	if of.Name != "" {
		says = "says that it is part of " + of.String()
	} else if gated, err := s.gated(ctx, object.Namespace); err != nil || !gated {
		return "", err
	}
	return fmt.Sprintf("operation.sync.manifests: %s %s/%s %s, and %s is synced; argocd app sync --local writes that "+
		"into annotation argocd.argoproj.io/tracking-id, where Argo CD tracks by annotation", object.Kind.Kind,
		object.Namespace, object.Name, says, own), nil
}

// gated tells whether a namespace is in an environment; what goes into none is not.
func (s Sent) gated(ctx context.Context, namespace string) (bool, error) {
	if namespace == "" {
		return false, nil
	}
	_, err := s.Evidence.Environment(ctx, namespace)
	if errors.Is(err, evidence.ErrNoEnvironment) {
		return false, nil
	}
	return err == nil, err
}

func (s Sent) refused(req admission.Request, why string) admission.Response {
	s.Audit.Record(eventOf(req, audit.VerdictDenied, why))
	return admission.Denied(why)
}
