// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const (
	// patience is how long a test waits for what must come about.
	patience = 30 * time.Second
	// interval is how often it looks.
	interval = 25 * time.Millisecond
)

// settle brings people, roles, policies and namespaces there.
func (s *site) settle(ctx context.Context) error {
	files := []string{"people.yaml", "gates.yaml", "world.yaml"}
	if !s.operated {
		files = append(files, "grants.yaml", "rules.yaml")
	}
	for _, file := range files {
		if err := s.applyFile(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) applyFile(ctx context.Context, file string) error {
	objects, err := manifests(filepath.Join("testdata", file))
	if err != nil {
		return err
	}
	return s.apply(ctx, objects...)
}

func manifests(file string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), len(content)+1)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, fmt.Errorf("decode %s: %w", file, err)
		}
		objects = append(objects, object)
	}
}

// awaitGrants waits until everybody holds what the world gives them.
func (s *site) awaitGrants(ctx context.Context) error {
	probes := map[*identity]call{
		&alice: change("Deployment shop/probe", `{}`), &owner: change("Pod listed/probe", `{}`),
		&bob: read("PromotionRequest shop/probe"), &nora: change("Namespace probe", `{}`),
		&rae: change("PipelineRole probe", `{}`), &dan: change("Secret guarded/probe", `{}`),
		&fred: change("Service guarded/probe", `{}`),
	}
	if s.operated {
		probes[&ci] = change("Deployment shop/probe", `{}`)
	}
	for who, probe := range probes {
		if err := eventually(ctx, func(ctx context.Context) string {
			if err := s.do(ctx, *who, probe); err != nil && !strings.Contains(err.Error(), "not found") {
				return err.Error()
			}
			return ""
		}); err != nil {
			return fmt.Errorf("%s: %w", who.name, err)
		}
	}
	return s.awaitPromotionPolicies(ctx)
}

// policiesOfWorld are the PromotionPolicies of world.yaml that attacks count on.
var policiesOfWorld = []string{
	"production", "payments", "staging", "soaked", "night", "frozen", "overlapped", "lenient",
}

func (s *site) awaitPromotionPolicies(ctx context.Context) error {
	if !s.operated {
		return nil
	}
	return eventually(ctx, func(ctx context.Context) string {
		for _, name := range policiesOfWorld {
			found, err := s.send(ctx, installer, read("PromotionPolicy "+name), nil)
			if err != nil {
				return err.Error()
			}
			if at(found, "status", "observedGeneration") == "" {
				return "policy " + name + " to be seen"
			}
		}
		return s.awaited(ctx, "guarded", "[Workloads Configuration Routing rollouts switches]")
	})
}

// awaited is what is missing until API servers ask about all that a policy gates; empty where they do.
func (s *site) awaited(ctx context.Context, policy, gates string) string {
	found, err := s.send(ctx, installer, read("PromotionPolicy "+policy), nil)
	if err != nil {
		return err.Error()
	}
	if got := at(found, "status", "gatesInForce"); got != gates {
		return "gates " + gates + " of policy " + policy + " to be in force: " + got
	}
	return ""
}

// seal has two people keep the rules themselves, and unseal ends that.
func (s *site) seal(ctx context.Context) error {
	if err := s.applyFile(ctx, "rules.yaml"); err != nil {
		return err
	}
	return eventually(ctx, func(ctx context.Context) string { return s.awaited(ctx, "rules", "[Rules]") })
}

func (s *site) unseal(ctx context.Context) error {
	return s.do(ctx, installer, remove("PromotionPolicy rules"))
}

// awaitPolicies waits until the API server judges by every policy of config/policy: it takes them in in their order, so
// it does when it judges by one that was made after them.
func (s *site) awaitPolicies(ctx context.Context) error {
	const last = `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,
		metadata: {name: test-last},
		spec: {matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps],
			operations: [CREATE]}]}, validations: [{expression: "object.metadata.name != 'test-last'"}]}}`
	const binding = `{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding,
		metadata: {name: test-last}, spec: {policyName: test-last, validationActions: [Deny]}}`
	for _, body := range []string{last, binding} {
		if err := s.do(ctx, installer, create(body)); err != nil {
			return err
		}
	}
	probe := create(`{apiVersion: v1, kind: ConfigMap, metadata: {namespace: default, name: test-last}}`)
	return eventually(ctx, func(ctx context.Context) string {
		err := s.do(ctx, installer, probe.with("dryRun=All"))
		if err == nil || !strings.Contains(err.Error(), "'test-last'") {
			return fmt.Sprintf("the API server to judge by the policies: %v", err)
		}
		return ""
	})
}

// eventually waits until the condition holds. The condition says what it still waits for; empty is done.
func eventually(ctx context.Context, condition func(ctx context.Context) string) error {
	waiting := "nothing yet"
	err := wait.PollUntilContextTimeout(ctx, interval, patience, true, func(ctx context.Context) (bool, error) {
		now := condition(ctx)
		if ctx.Err() == nil { // else it only tells that time is up
			waiting = now
		}
		return now == "", nil
	})
	if err != nil {
		return fmt.Errorf("waited %s for: %s", patience, waiting)
	}
	return nil
}

// do makes a call of the test's own.
func (s *site) do(ctx context.Context, as identity, c call) error {
	_, err := s.send(ctx, as, c, nil)
	return err
}
