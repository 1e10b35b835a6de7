// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"encoding/json"
	"path/filepath"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/gates"
)

// keepPolicies remembers the entries that the operator would write for the policies in some files.
func (s *site) keepPolicies(files ...string) error {
	var policies []v1alpha1.PromotionPolicy
	for _, file := range files {
		found, err := policiesIn(file)
		if err != nil {
			return err
		}
		policies = append(policies, found...)
	}
	nowhere := "https://127.0.0.1:1/gate"
	entries, err := gates.Webhooks(policies, admissionregistrationv1.WebhookClientConfig{URL: &nowhere})
	if err != nil {
		return err
	}
	text, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	var all []any
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	s.remember(gatePolicies, all)
	return nil
}

func policiesIn(file string) ([]v1alpha1.PromotionPolicy, error) {
	objects, err := manifests(filepath.Join("testdata", file))
	if err != nil {
		return nil, err
	}
	var policies []v1alpha1.PromotionPolicy
	for _, object := range objects {
		if object.GetKind() != "PromotionPolicy" {
			continue
		}
		var policy v1alpha1.PromotionPolicy
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &policy); err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	return policies, nil
}
