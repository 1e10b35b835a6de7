// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"strings"
)

// How a Deployment of the attack refers to its ConfigMap, or Secret.
var (
	inEnvironment = web(`{envFrom: [{configMapRef: {name: $ME}}]}`)
	asVolume      = podSpec(`{volumes: [{name: v, configMap: {name: $ME}}]}`)
	projected     = podSpec(`{volumes: [{name: v, projected: {sources: [{configMap: {name: $ME}}]}}]}`)
	fromSecret    = web(`{envFrom: [{secretRef: {name: $ME}}]}`)
)

// partitioned is a StatefulSet of which nothing runs now. Pods before the partition are made from its old revision.
var partitioned = like("StatefulSet", "apps/v1", inEnvironment, `{metadata: {namespace: guarded},
	spec: {replicas: 0, updateStrategy: {rollingUpdate: {partition: 1}}}}`)

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
	answers: "stamp.countersign.dev", rule: "stamp", lever: webhookEntry("stamp.countersign.dev"),
}

// settings is the ConfigMap of the attack.
func settings(more ...string) string {
	return merged(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: guarded, name: $ME},
		data: {RUN: good}}`, more...)
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
