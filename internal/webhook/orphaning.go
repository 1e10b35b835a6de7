// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"encoding/json"
	"fmt"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	"github.com/countersign-dev/countersign/internal/workload"
)

// orphaning tells whether a deletion leaves behind what was made of the object: that would run on, and so it is another
// change than to delete it.
func orphaning(req admission.Request, resource schema.GroupResource, stored map[string]any) (bool, error) {
	if req.Operation != admissionv1.Delete {
		return false, nil
	}
	var options metav1.DeleteOptions
	if len(req.Options.Raw) > 0 {
		if err := json.Unmarshal(req.Options.Raw, &options); err != nil {
			return false, fmt.Errorf("read the options of the deletion: %w", err)
		}
	}
	return workload.Orphaning(resource, stored, options), nil
}
