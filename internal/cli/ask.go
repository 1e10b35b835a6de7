// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// answerKind says what became of one object that was to be asked for.
type answerKind int

const (
	// notGated : it is of no kind that is gated, or nobody gates it there.
	notGated answerKind = iota
	// byApplying : it is a Secret.
	byApplying
	// noEnvironment : its namespace belongs to no environment.
	noEnvironment
	// unchanged : what it runs is what is stored.
	unchanged
	// alreadyOpen : somebody asked for it before.
	alreadyOpen
	// opened : a request was opened.
	opened
)

// answer is what became of one object.
type answer struct {
	kind    answerKind
	object  string
	request v1alpha1.PromotionRequest
}

// missing tells whether approvals are missing, as far as is known.
func (a answer) missing() bool {
	return (a.kind == opened || a.kind == alreadyOpen) && !approved(a.request)
}

// askForAll opens the requests that are needed. It stops at the first error, and returns what it has done until then.
func (s session) askForAll(ctx context.Context, forecasts []forecast, p purpose) ([]answer, error) {
	answers := make([]answer, 0, len(forecasts))
	for _, f := range forecasts {
		one, err := s.askFor(ctx, f, p)
		if err != nil {
			return answers, err
		}
		answers = append(answers, one)
	}
	for i, one := range answers {
		if !one.missing() {
			continue
		}
		noticed, err := s.in(one.request.Namespace).await(ctx, one.request.Name, evaluated)
		if err != nil {
			return answers, fmt.Errorf("read request %s: %w", one.request.Name, err)
		}
		answers[i].request = noticed
	}
	return answers, nil
}

func (s session) askFor(ctx context.Context, f forecast, p purpose) (answer, error) {
	one := answer{object: f.resource.Resource + "/" + f.name}
	if f.secret {
		one.kind = byApplying
		return one, nil
	}
	if f.after == nil {
		return one, nil
	}
	change, err := f.change()
	if err != nil {
		return one, fmt.Errorf("%s: %w", one.object, err)
	}
	if change.Digest == change.ReplacesDigest && !p.baseline {
		one.kind = unchanged
		return one, nil
	}
	environment, err := s.environment(ctx, f.namespace)
	if environment == "" || err != nil {
		one.kind = noEnvironment
		return one, err
	}
	request := v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: f.namespace}, Spec: p.specOf(environment, change),
	}
	annotations := (&unstructured.Unstructured{Object: f.after}).GetAnnotations()
	if request.Spec.Authors, err = promotion.Authors(annotations, p.authors...); err != nil {
		return one, fmt.Errorf("%s: %w", one.object, err)
	}
	one.request, one.kind, err = s.in(f.namespace).open(ctx, request)
	if apierrors.HasStatusCause(err, v1alpha1.CauseUngated) {
		return answer{kind: notGated, object: one.object}, nil
	}
	return one, err
}
