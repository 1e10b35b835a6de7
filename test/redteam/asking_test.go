// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

var approveCommand = regexp.MustCompile(`kubectl countersign approve (\S+) -n (\S+)`)

// asked: somebody tries a call and is turned away, and a request is open for it: $REQUEST, with $UID, $DIGEST, and
// $NAMESPACE. Where no operator runs, somebody writes one.
func asked(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		if !s.operated {
			return written(as)(ctx, s)
		}
		_, err := s.say(ctx, as, c)
		if err == nil {
			return fmt.Errorf("%s: nobody was asked", as.called)
		}
		found := approveCommand.FindStringSubmatch(err.Error())
		if found == nil {
			return fmt.Errorf("%s: no request was opened: %w", as.called, err)
		}
		s.words["REQUEST"], s.words["NAMESPACE"] = found[1], strings.Trim(found[2], ".,;:")
		return s.look(ctx)
	}
}

// look notes what the request is.
func (s *scene) look(ctx context.Context) error {
	request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err != nil {
		return err
	}
	s.words["UID"], s.words["DIGEST"] = at(request, "metadata", "uid"), at(request, "spec", "change", "digest")
	return nil
}

// change that the request of the scene is for.
func (s *scene) change(ctx context.Context) (map[string]any, error) {
	request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
	if err != nil {
		return nil, err
	}
	change, _, err := unstructured.NestedMap(request, "spec", "change")
	return change, err
}

// written is a request that nobody checked.
func written(as identity) step {
	return func(ctx context.Context, s *scene) error {
		s.words["REQUEST"], s.words["NAMESPACE"] = s.words["ME"], "shop"
		if err := by(as, create(requestBy(as, "$ME")))(ctx, s); err != nil {
			return err
		}
		return s.look(ctx)
	}
}

// approved: somebody approves the request of the scene.
func approved(as identity) step { return decided(as, "Approve") }

func decided(as identity, decision string) step {
	return func(ctx context.Context, s *scene) error {
		return by(as, decides(as, decision))(ctx, s)
	}
}

// decides is what somebody says of the request of the scene.
func decides(as identity, decision string, more ...string) call {
	return create(merged(`{apiVersion: countersign.dev/v1alpha1, kind: Approval,
		metadata: {namespace: $NAMESPACE, generateName: $REQUEST-}, spec: {decision: `+decision+`,
		request: {name: $REQUEST, uid: $UID, digest: "$DIGEST"}, approver: `+as.reference()+`}}`, more...))
}

// entered waits until the request of the scene has entered.
func entered(ctx context.Context, s *scene) error {
	return eventually(ctx, func(ctx context.Context) string {
		request, err := s.say(ctx, installer, read("PromotionRequest $NAMESPACE/$REQUEST"))
		if err != nil {
			return err.Error()
		}
		if at(request, "status", "entry") == "" {
			return "request " + s.words["REQUEST"] + " to have entered"
		}
		return ""
	})
}

// allowed: somebody asks for a call, bob approves it, and it is made. Where no operator runs it is just made.
func allowed(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		if !s.operated {
			return s.smuggled(ctx, c)
		}
		for _, step := range []step{asked(as, c), approved(bob), by(as, c)} {
			if err := step(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
}

// brought in: it was allowed, and seen to be there.
func brought(as identity, c call) step {
	return func(ctx context.Context, s *scene) error {
		if err := allowed(as, c)(ctx, s); err != nil {
			return err
		}
		return operated(entered)(ctx, s)
	}
}

// requestBy is a request that somebody writes in their own name.
func requestBy(as identity, name string, more ...string) string {
	return merged(`{apiVersion: countersign.dev/v1alpha1, kind: PromotionRequest, metadata: {namespace: shop,
		name: `+name+`},
		spec: {environment: production, change: {operation: Apply, group: apps, version: v1, resource: deployments, name: $ME,
		content: {}, digest: "v1:sha256:`+strings.Repeat("0", 64)+`"},
		openedBy: `+as.reference()+`, requester: `+as.reference()+`}}`, more...)
}
