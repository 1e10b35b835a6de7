// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/conditions"
	"github.com/countersign-dev/countersign/internal/hold"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/release"
)

// held is a sync that waits for a gate.
type held struct {
	release     v1alpha1.Release
	application *unstructured.Unstructured
	sync        promotion.Sync
	whole       argocd.Rest
}

const (
	notAnew = "It holds nothing, as no sync makes it anew. Annotate it in the repository with " +
		"argocd.argoproj.io/hook: PreSync and argocd.argoproj.io/hook-delete-policy: BeforeHookCreation."
	noServer = "Countersign was not told which Argo CD to ask what the sync brings (--argocd-server), so that it can " +
		"ask for nothing ahead. Nothing was applied. Set that, or take the ReleaseGate out of the repository; " +
		"then sync again."
	noSync      = "It holds nothing: %s made it, and not Argo CD in a sync that is known to be of this object."
	isOver      = "The sync that it was made for is over."
	notAskedYet = "Nothing is applied. Countersign could not ask yet for all that the sync brings, and tries again: %v. " +
		"To give up: argocd app terminate-op %s"
	notYet = "Argo CD has not said yet what it syncs."
)

// look what the gate holds, and write it into its status. It returns when to look again.
func (r *ReleaseGateReconciler) look(ctx context.Context, gate *v1alpha1.ReleaseGate) (time.Duration, error) {
	set := conditions.On(&gate.Status.Conditions, gate.Generation, r.Clock.Now())
	hook := &unstructured.Unstructured{}
	hook.SetAnnotations(gate.Annotations)
	if !argocd.MadeAnew(hook) {
		set.Stalled(v1alpha1.ReasonHoldsNothing, notAnew)
		return 0, nil
	}
	if r.Asker == nil {
		set.Stalled(v1alpha1.ReasonNotAskable, noServer)
		return 0, nil
	}
	of, application, sync := r.Deliveries.Delivered(ctx, gate.Spec.OpenedBy, made(gate))
	if sync == nil {
		set.Stalled(v1alpha1.ReasonHoldsNothing, fmt.Sprintf(noSync, gate.Spec.OpenedBy.Username))
		return 0, nil
	}
	whole, err := argocd.Whole(application.Object)
	switch {
	case err != nil:
		return 0, err
	case whole.Later:
		set.NotReady(v1alpha1.ReasonNotAsked, notYet)
		return syncLook, nil
	case whole.Sync == "":
		set.Stalled(v1alpha1.ReasonHoldsNothing, isOver)
		return 0, nil
	case whole.WhyNot != "":
		set.Stalled(v1alpha1.ReasonNotAskable, "Nobody can tell what the sync brings: "+whole.WhyNot+". Nothing was applied.")
		return 0, nil
	}
	if gate.Status.Release == nil && !r.ask(ctx, gate, set, held{*of, application, *sync, whole}) {
		return gateLook, nil
	}
	return gateLook, r.judge(ctx, gate, set)
}

// made is what the gate says of itself.
func made(gate *v1alpha1.ReleaseGate) release.Object {
	return release.Object{
		Kind:      schema.GroupKind{Group: v1alpha1.GroupName, Kind: "ReleaseGate"},
		Namespace: gate.Namespace, Name: gate.Name, Annotations: gate.Annotations,
	}
}

// judge whether what the gate waits for may enter.
func (r *ReleaseGateReconciler) judge(ctx context.Context, gate *v1alpha1.ReleaseGate, set conditions.Setter) error {
	holds := hold.Release{Release: *gate.Status.Release, NotAskedFor: gate.Status.NotAskedFor}
	for _, each := range gate.Status.Requests {
		var request v1alpha1.PromotionRequest
		key := client.ObjectKey{Namespace: each.Namespace, Name: each.Name}
		if err := r.Client.Get(ctx, key, &request); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("read request %s: %w", key, err)
		}
		request.Namespace, request.Name = each.Namespace, each.Name // also where the cache does not have it yet
		holds.Requests = append(holds.Requests, request)
	}
	switch verdict, reason, message := hold.Judge(holds); verdict {
	case hold.Goes:
		set.Ready(reason, message)
	case hold.Fails:
		set.Stalled(reason, message)
	case hold.Waits:
		set.NotReady(reason, message)
	}
	return nil
}

// refusedAll is said where something of the sync would be turned away whatever anybody approves.
func refusedAll(of v1alpha1.Release, refused []string) string {
	return fmt.Sprintf("Nothing of %s was applied, as not all of it can enter: %s. Once that has changed, sync again.",
		hold.Release{Release: of}, strings.Join(refused, "; "))
}
