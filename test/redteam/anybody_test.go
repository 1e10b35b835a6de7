// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/countersign-dev/countersign/hack/operator"
)

// toAnybody is tried where the operator asks for no certificate.
var toAnybody = []attack{
	{
		name: "Review in another's name, where no certificate is asked for", does: "leaves a request that bob did not make",
		as: both, deed: uncertified(pretended(false)), verdict: limit,
		limit: "Who reaches the webhooks' port can have requests opened in anybody's name",
		seen:  "`RequestOpened` in the audit trail, for a change that the API server's audit log does not have",
		trace: audited(`"RequestOpened"`, "bob@example.com", "$REQUEST"),
	},
	{
		name: "Ledger seeded again",
		does: "tells the webhook that the namespace joins just now, so that what came past the gate is listed as what ran",
		as:   deployments, before: []step{by(deployments, create(smuggled("listed")))},
		deed: then(uncertified(joining("listed")), by(replicaSets, create(listedPod(
			`{spec: {containers: [{name: web, image: "$EVIL"}]}}`)))),
		by: seededOnce, says: "it is not on the ledger of images",
		right: []step{
			given(`{apiVersion: v1, kind: Namespace, metadata: {name: $ME}}`), given(smuggled("$ME")),
			uncertified(joining("$ME")), onLedger("$ME", evil),
		},
		rightly: "of one that is in no environment",
	},
}

// deployments makes ReplicaSets of Deployments that were let in, so that nobody is asked about those.
var deployments = account("kube-system/deployment-controller", "the Deployment controller")

// seededOnce is what the operator goes by when it is told that a namespace joins.
var seededOnce = guard{
	name:    "webhook `joins.countersign.dev`: what runs in a namespace is listed as long as it is in no environment",
	answers: "ValidatingAdmissionPolicy 'countersign-pod-images'", rule: "seed",
}

// smuggled runs what nobody let in.
func smuggled(namespace string) string {
	return `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {namespace: ` + namespace + `, name: $ME},
		spec: {selector: {matchLabels: {app: $ME}}, template: {metadata: {labels: {app: $ME}},
			spec: {containers: [{name: web, image: "$EVIL"}]}}}}`
}

// joining tells the webhook that a namespace joins an environment.
func joining(name string) step {
	return func(ctx context.Context, s *scene) error {
		review, err := json.Marshal(map[string]any{
			"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
				"uid": "x", "operation": "UPDATE", "object": decode(wordsOf(s.words).Replace(`{apiVersion: v1,
					kind: Namespace, metadata: {name: ` + name + `, labels: {countersign.dev/environment: listed}}}`)),
			},
		})
		if err != nil {
			return err
		}
		answer, err := s.post(ctx, "/joins", string(review), false)
		if err == nil && at(answer, "response", "allowed") != "true" {
			return fmt.Errorf("it is not taken for one that joins: %v", answer)
		}
		return err
	}
}

// onLedger : the image is on the ledger of the namespace.
func onLedger(namespace, image string) step {
	return func(ctx context.Context, s *scene) error {
		found, err := s.say(ctx, installer, read("ConfigMap "+namespace+"/countersign-images"))
		if err == nil && !strings.Contains(at(found, "data"), image) {
			return fmt.Errorf("%s is not on it: %s", image, at(found, "data"))
		}
		return err
	}
}

// uncertified does a step while the operator asks nobody who calls for a certificate.
func uncertified(do step) step {
	return func(ctx context.Context, s *scene) error {
		options := s.options
		options.ClientCAFile = ""
		open, err := operator.New(s.cp, options)
		if err != nil {
			return err
		}
		if err := s.manager.Stop(ctx); err != nil {
			return err
		}
		started := open.Start(ctx)
		answer := error(nil)
		if started == nil {
			answer = do(ctx, s)
		}
		return errors.Join(answer, s.replaced(ctx, open, started))
	}
}
