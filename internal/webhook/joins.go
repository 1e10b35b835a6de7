// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/environment"
	"github.com/countersign-dev/countersign/internal/ledger"
	"github.com/countersign-dev/countersign/internal/ledger/store"
)

// Joins seeds the ledger of images of a namespace that is about to join an environment, before it does: what runs there
// goes on being rescheduled. Who may have it join ../../config/policy/environment_label.yaml says.
type Joins struct {
	// Rules has the policies.
	Rules client.Reader
	// Live reads the namespace as it is. A review is what anybody may send who reaches the port, and what runs in an
	// environment is not to come on its ledger by that.
	Live   client.Reader
	Ledger store.Store
}

var _ admission.Handler = Joins{}

// Handle answers one review.
func (j Joins) Handle(ctx context.Context, req admission.Request) admission.Response {
	if dryRun(req) {
		return admission.Allowed("")
	}
	ctx, cancel := context.WithTimeout(ctx, decisionTimeout)
	defer cancel()
	if err := j.seed(ctx, req); err != nil {
		logf.FromContext(ctx).Error(err, "Could not seed the ledger of images", "namespace", req.Name)
		return admission.Errored(http.StatusServiceUnavailable, fmt.Errorf("namespace %s joins no environment before it is "+
			"known which images run there, and Countersign could not find out. This is an error and no verdict; try again. "+
			"Cause: %w", req.Name, err))
	}
	return admission.Allowed("")
}

func (j Joins) seed(ctx context.Context, req admission.Request) error {
	ns, err := decodeAs[corev1.Namespace](req.Object.Raw)
	if err != nil {
		return fmt.Errorf("read the namespace: %w", err)
	}
	if joined, err := j.joined(ctx, ns.Name); joined || err != nil {
		return err
	}
	var policies v1alpha1.PromotionPolicyList
	if err := j.Rules.List(ctx, &policies); err != nil {
		return fmt.Errorf("list policies: %w", err)
	}
	return j.Ledger.AddRunning(ctx, ns.Name, ledger.RuleOf(policies.Items, ns.Labels, false).Mode)
}

// joined tells whether the namespace is in an environment already: then its ledger has what ran there before.
func (j Joins) joined(ctx context.Context, name string) (bool, error) {
	var stored corev1.Namespace
	if err := j.Live.Get(ctx, client.ObjectKey{Name: name}, &stored); err != nil {
		return false, fmt.Errorf("read the namespace as it is: %w", err)
	}
	return environment.Of(stored.Labels) != "", nil
}
