// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Beside changes the manifests for programs that run beside the control plane: admission calls them by URL instead of
// through a Service, and their Deployments and StatefulSets have no Pods.
func Beside(objects []*unstructured.Unstructured, webhookURL string) error {
	for _, object := range objects {
		if err := besideOne(object, webhookURL); err != nil {
			return fmt.Errorf("change %s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return nil
}

func besideOne(object *unstructured.Unstructured, webhookURL string) error {
	switch kind := object.GetKind(); {
	case kind == "Deployment", kind == "StatefulSet":
		return unstructured.SetNestedField(object.Object, int64(0), "spec", "replicas")
	case strings.HasSuffix(kind, "WebhookConfiguration"):
		return callByURL(object, webhookURL)
	}
	return nil
}

func callByURL(configuration *unstructured.Unstructured, webhookURL string) error {
	webhooks, found, err := unstructured.NestedSlice(configuration.Object, "webhooks")
	if err != nil || !found {
		return err
	}
	for _, webhook := range webhooks {
		fields, ok := webhook.(map[string]any)
		if !ok {
			return fmt.Errorf("a webhook is a %T", webhook)
		}
		path, _, err := unstructured.NestedString(fields, "clientConfig", "service", "path")
		if err != nil {
			return err
		}
		fields["clientConfig"] = map[string]any{"url": webhookURL + path}
	}
	return unstructured.SetNestedSlice(configuration.Object, webhooks, "webhooks")
}
