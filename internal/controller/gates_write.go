// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"maps"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/certs"
	"github.com/countersign-dev/countersign/internal/gates"
)

// entriesAnnotation is the sum of the entries as the operator has written them.
const entriesAnnotation = "countersign.dev/entries"

// configure writes the entries that the policies ask for, where they are not there.
func (r *GateReconciler) configure(ctx context.Context, policies []v1alpha1.PromotionPolicy) error {
	var installed, own admissionregistrationv1.ValidatingWebhookConfiguration
	for name, into := range map[string]client.Object{installedGate: &installed, GatePolicies: &own} {
		if err := r.Live.Get(ctx, client.ObjectKey{Name: name}, into); err != nil {
			return fmt.Errorf("read webhook configuration %s, which is installed with the operator: %w", name, err)
		}
	}
	call, err := howToCall(installed)
	if err != nil {
		return err
	}
	before := own.DeepCopy()
	sum, err := r.asks(&own, policies, call)
	if err != nil {
		return err
	}
	if !equality.Semantic.DeepEqual(before, &own) {
		if err := r.write(ctx, before, &own); err != nil {
			return err
		}
	}
	r.written = sum
	return r.Gaps.Restored(&own)
}

// asks has the configuration ask what the policies want, and returns the sum of its entries.
func (r *GateReconciler) asks(
	own *admissionregistrationv1.ValidatingWebhookConfiguration, policies []v1alpha1.PromotionPolicy,
	call admissionregistrationv1.WebhookClientConfig,
) (sum string, err error) {
	stored := own.Webhooks
	if own.Webhooks, err = gates.Webhooks(policies, call); err != nil {
		return "", err
	}
	r.trustAs(own.Webhooks, stored)
	certs.Note(own)
	if sum, err = gates.Sum(own.Webhooks); err != nil {
		return "", err
	}
	if own.Labels == nil {
		own.Labels = map[string]string{}
	}
	maps.Copy(own.Labels, ConfigurationLabels)
	metav1.SetMetaDataAnnotation(&own.ObjectMeta, entriesAnnotation, sum)
	return sum, nil
}

// write the entries as they should be, once it is on record what somebody else has changed of them.
func (r *GateReconciler) write(
	ctx context.Context, stored, own *admissionregistrationv1.ValidatingWebhookConfiguration,
) error {
	what, err := r.changedByOthers(stored, own)
	if err != nil {
		return err
	}
	if len(what) > 0 {
		if err := r.Gaps.Changed(stored, what...); err != nil {
			return err
		}
	}
	if err := r.Client.Update(ctx, own, fieldOwner); err != nil {
		r.written = "" // it may have been written all the same
		return fmt.Errorf("write webhook configuration %s: %w", own.Name, err)
	}
	logf.FromContext(ctx).Info("Wrote what policies gate", "configuration", own.Name, "entries", len(own.Webhooks))
	return nil
}
