// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// forged asks by hand for the change of the scene under another name, with a digest of its own for what it refers to.
func forged(ctx context.Context, s *scene) error {
	change, err := s.change(ctx)
	if err != nil {
		return err
	}
	content, _, err := unstructured.NestedMap(change, "content")
	if err != nil {
		return err
	}
	other := workload.Identity{Group: "apps", Resource: "deployments", Namespace: "guarded", Name: s.words["ME"] + "-2"}
	digest, err := workload.Digest(v1alpha1.OperationApply, other, content)
	if err != nil {
		return err
	}
	change["name"], change["digest"] = other.Name, string(digest)
	change["configuration"] = []any{map[string]any{
		"kind": "ConfigMap", "name": s.words["ME"], "digest": "v1:sha256:" + strings.Repeat("0", 64),
	}}
	text, err := json.Marshal(change)
	if err != nil {
		return err
	}
	made, err := s.say(ctx, alice, create(`{apiVersion: countersign.dev/v1alpha1, kind: PromotionRequest,
		metadata: {namespace: guarded, generateName: $ME-}, spec: {environment: guarded, change: `+string(text)+`,
		openedBy: `+alice.reference()+`, requester: `+alice.reference()+`}}`))
	if err == nil && !strings.Contains(at(made, "spec", "change", "configuration"), strings.Repeat("0", 64)) {
		return fmt.Errorf("by stamp.countersign.dev what it refers to is digested anew: %s",
			at(made, "spec", "change", "configuration"))
	}
	return err
}

// guessed compares what a request has of a Secret with the digest of the right password: as it is, and sealed under a
// key that she made up.
func guessed(ctx context.Context, s *scene) error {
	request, err := s.say(ctx, alice, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err != nil {
		return err
	}
	stored, err := s.say(ctx, installer, read("Secret guarded/$ME"))
	if err != nil {
		return err
	}
	secrets := runtimeschema.GroupResource{Resource: "secrets"}
	for _, guess := range []map[string]any{stored, workload.Seal([]byte("a key of her own"), secrets, stored)} {
		content, err := workload.Content(secrets, guess)
		if err != nil {
			return err
		}
		digest, err := workload.Digest(v1alpha1.OperationApply,
			workload.Identity{Resource: "secrets", Namespace: "guarded", Name: s.words["ME"]}, content)
		if err != nil {
			return err
		}
		if strings.Contains(at(request, "spec", "change", "configuration"), string(digest)) {
			return nil // she knows the password
		}
	}
	return fmt.Errorf("what the request refers to has another digest: %s", at(request, "spec", "change", "configuration"))
}
