// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/index"
	"github.com/countersign-dev/countersign/internal/promotion"
)

// freeze of the environment; nil where nobody froze it.
func (r Reader) freeze(ctx context.Context, environment v1alpha1.EnvironmentName) (*v1alpha1.Freeze, error) {
	freeze := &v1alpha1.Freeze{}
	err := r.Records.Get(ctx, client.ObjectKey{Name: string(environment)}, freeze)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for a freeze of %s: %w", environment, err)
	}
	return freeze, nil
}

// MaxEmergencies is how many emergencies may be open in a namespace at the same time. Each is read for each decision.
const MaxEmergencies = 16

// OpenEmergencies of the namespace, as the cache has them.
func (r Reader) OpenEmergencies(ctx context.Context, namespace string) ([]v1alpha1.Emergency, error) {
	var known v1alpha1.EmergencyList
	if err := r.Cache.List(ctx, &known, client.InNamespace(namespace), client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("list emergencies: %w", err)
	}
	return slices.DeleteFunc(known.Items, func(e v1alpha1.Emergency) bool {
		return meta.IsStatusConditionTrue(e.Status.Conditions, v1alpha1.ConditionStalled)
	}), nil
}

// emergencies of the namespace. The cache says which there are, and each is read again: one that was ended lets nothing
// in. One that the cache does not have yet comes a moment too late. They are sorted, so that of two it is always the
// same that counts.
func (r Reader) emergencies(ctx context.Context, namespace string) ([]v1alpha1.Emergency, error) {
	known, err := r.OpenEmergencies(ctx, namespace)
	if err != nil {
		return nil, err
	}
	var emergencies []v1alpha1.Emergency
	for i := range known[:min(len(known), MaxEmergencies)] {
		var emergency v1alpha1.Emergency
		err := r.get(ctx, namespace, known[i].Name, &emergency)
		if err == nil {
			emergencies = append(emergencies, emergency)
		} else if !apierrors.IsNotFound(err) {
			return nil, fmt.Errorf("read emergency %s: %w", known[i].Name, err)
		}
	}
	slices.SortFunc(emergencies, func(a, b v1alpha1.Emergency) int { return cmp.Compare(a.Name, b.Name) })
	return emergencies, nil
}

// Declared is the case of an emergency: that of the request it names, or of no change in particular.
func (r Reader) Declared(ctx context.Context, emergency v1alpha1.Emergency) (promotion.Case, error) {
	if ref := emergency.Spec.Request; ref != nil {
		var request v1alpha1.PromotionRequest
		err := r.get(ctx, emergency.Namespace, ref.Name, &request)
		if err == nil {
			return r.Case(ctx, emergency.Namespace, promotion.ChangeOf(request))
		}
		if !apierrors.IsNotFound(err) {
			return promotion.Case{}, fmt.Errorf("read request %s: %w", ref.Name, err)
		}
	}
	return r.Rules(ctx, emergency.Namespace)
}

// unreviewed are the requests of the environment that entered by an emergency and wait for their review. They are as
// old as the cache: a review is asked for in hours.
func (r Reader) unreviewed(
	ctx context.Context, environment v1alpha1.EnvironmentName,
) ([]v1alpha1.PromotionRequest, error) {
	var requests v1alpha1.PromotionRequestList
	err := r.Cache.List(ctx, &requests, client.MatchingFields{index.RequestUnreviewed: string(environment)},
		client.UnsafeDisableDeepCopy)
	if err != nil {
		return nil, fmt.Errorf("list what waits for review: %w", err)
	}
	return requests.Items, nil
}
