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

// How a Deployment of the attack refers to its ConfigMap, or Secret.
var (
	inEnvironment = web(`{envFrom: [{configMapRef: {name: $ME}}]}`)
	asVolume      = podSpec(`{volumes: [{name: v, configMap: {name: $ME}}]}`)
	projected     = podSpec(`{volumes: [{name: v, projected: {sources: [{configMap: {name: $ME}}]}}]}`)
	fromSecret    = web(`{envFrom: [{secretRef: {name: $ME}}]}`)
)

// secretly is a password as Secrets have it, which is hunter2-of-a-secret.
const secretly = "aHVudGVyMi1vZi1hLXNlY3JldA=="

// account0 is a service account of the attack.
const account0 = `{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: guarded, name: $ME}}`

// seal is what a request has of a Secret.
var seal = guard{
	name: "an HMAC under the operator's key", answers: "has another digest", rule: "seal",
}

// digested is what the stamp does with a request, whatever it says.
var digested = guard{
	name:    "webhook `stamp.countersign.dev`: what a request refers to is digested anew",
	answers: "was digested anew", rule: "stamp",
}

// settings is the ConfigMap of the attack.
func settings(more ...string) string {
	return merged(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: guarded, name: $ME}, data: {RUN: good}}`, more...)
}

func secretOf(password string) string {
	return `{apiVersion: v1, kind: Secret, metadata: {namespace: guarded, name: $ME}, data: {password: ` + password + `}}`
}

// inGuarded is the Deployment of the attack, where all is gated.
func inGuarded(patch string) string { return deployment(`{metadata: {namespace: guarded}}`, patch) }

var usingSecret = []step{by(alice, create(secretOf("eHl6"))), brought(alice, create(inGuarded(fromSecret)))}

// used is an attack on a ConfigMap or Secret that a Deployment came in with.
func used(name, does, reference string, c call) attack {
	return attack{
		name: name, does: does, as: alice, call: c, by: entry("writes.configuration"), says: "deployments/$ME",
		before: []step{
			by(alice, create(settings())), by(alice, create(secretOf("eHl6"))), brought(alice, create(inGuarded(reference))),
		},
	}
}

// removedConfiguration is one that takes it away.
func removedConfiguration(name, does string, as identity, there, reference string, c call) attack {
	return attack{
		name: name, does: does, as: as, call: c, by: entry("delete.configuration"), says: "deployments/$ME",
		before: []step{
			naming("OWNER", "Namespace sandbox", "metadata", "uid"), by(alice, create(there)),
			brought(alice, create(inGuarded(reference))),
		},
	}
}

// resisted waits until nobody may change what a request was made with.
var resisted = operated(soon(func(ctx context.Context, s *scene) error {
	s.words["N"] += "n"
	if _, err := s.say(ctx, alice, change("ConfigMap guarded/$ME", `{data: {N: $N}}`)); err == nil {
		return fmt.Errorf("the operator has not seen the request")
	}
	return nil
}))

// forged asks by hand for the change of the scene under another name, with a digest of its own for what it refers to.
func forged(ctx context.Context, s *scene) error {
	request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err != nil {
		return err
	}
	change, _, err := unstructured.NestedMap(request, "spec", "change")
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
		metadata: {namespace: guarded, generateName: $ME-}, spec: {environment: guarded, change: `+string(text)+`}}`))
	if err == nil && !strings.Contains(at(made, "spec", "change", "configuration"), strings.Repeat("0", 64)) {
		return fmt.Errorf("what it refers to was digested anew: %s", at(made, "spec", "change", "configuration"))
	}
	return err
}

// notInRequest : the request of the scene holds none of these.
func notInRequest(texts ...string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
		if err != nil {
			return err
		}
		for _, text := range texts {
			if strings.Contains(fmt.Sprint(found), text) {
				return fmt.Errorf("the request holds %s", text)
			}
		}
		return nil
	}
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
