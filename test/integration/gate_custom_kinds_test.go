// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// gatingRollouts has a policy gate the custom kind of these tests as well, which is like that of Argo Rollouts.
func gatingRollouts(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, gateOf("rollouts")}
	policy.Spec.Gates[1].Resource.TemplatePaths = []string{".spec.template"}
	policy.Spec.Gates[1].Resource.StatusPaths = []string{
		".status.abort", ".status.currentStepIndex", ".status.promoteFull",
	}
}

func gateOf(resource string) v1alpha1.Gate {
	return v1alpha1.Gate{Type: v1alpha1.GateResource, Name: resource, Resource: v1alpha1.GatedResource{
		Group: "shop.example.com", Resource: resource,
	}}
}

func (s shop) rollout(name string) *unstructured.Unstructured {
	rollout := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"replicas": int64(1),
		"template": map[string]any{"spec": map[string]any{
			"containers": []any{map[string]any{"name": "web", "image": image}},
		}},
	}}}
	rollout.SetAPIVersion("shop.example.com/v1")
	rollout.SetKind("Rollout")
	rollout.SetNamespace(s.namespace)
	rollout.SetName(name)
	return rollout
}

// running changes the image of a Rollout.
func running(image string) func(*unstructured.Unstructured) {
	return func(o *unstructured.Unstructured) {
		o.Object["spec"].(map[string]any)["template"] = map[string]any{"spec": map[string]any{
			"containers": []any{map[string]any{"name": "web", "image": image}},
		}}
	}
}

func replicas(count int64) func(*unstructured.Unstructured) {
	return func(o *unstructured.Unstructured) { o.Object["spec"].(map[string]any)["replicas"] = count }
}

func onlyIn(namespace string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}}
}

// awaitRollouts installs the kind, and lets the operator watch it.
func awaitRollouts(t *testing.T) {
	t.Helper()
	installKind(t, "rollouts", "Rollout")
	err := admin(t).Create(t.Context(), letWatch("gated-rollouts", "rollouts"))
	if client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
}

// installKind installs a custom kind, in two versions. The second is the older one.
func installKind(t *testing.T, plural, kind string) {
	t.Helper()
	crd := crdNamed(plural + ".shop.example.com")
	version := func(name string, storage bool) map[string]any {
		return map[string]any{
			"name": name, "served": true, "storage": storage,
			"schema": map[string]any{"openAPIV3Schema": map[string]any{
				"type": "object", "x-kubernetes-preserve-unknown-fields": true,
			}},
			"subresources": map[string]any{"status": map[string]any{}, "scale": map[string]any{
				"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas",
			}},
		}
	}
	crd.Object["spec"] = map[string]any{
		"group": "shop.example.com", "scope": "Namespaced",
		"names":    map[string]any{"kind": kind, "plural": plural, "singular": strings.ToLower(kind)},
		"versions": []any{version("v1", true), version("v1alpha1", false)},
	}
	if err := admin(t).Create(t.Context(), crd); client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) string {
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion("shop.example.com/v1")
		list.SetKind(kind + "List")
		if err := admin(t).List(ctx, list, client.InNamespace("default")); err != nil {
			return plural + " to be served: " + err.Error()
		}
		return ""
	})
}

// TestCustomKindTrouble: a kind that is not installed, and one that the operator may not watch, are said to be; once
// they are put right the policy is in force by itself.
func TestCustomKindTrouble(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Gates = append(policy.Spec.Gates, gateOf("latecomers"))
	})
	s.awaitPolicy(t, v1alpha1.ReasonResourceNotInstalled, "install its CRD")
	installKind(t, "latecomers", "Latecomer")
	s.awaitPolicy(t, v1alpha1.ReasonResourceNotWatched,
		"{apiGroups: [shop.example.com], resources: [latecomers], verbs: [get, list, watch]}")
	late := func() client.Object {
		object := s.rollout("late")
		object.SetKind("Latecomer")
		return object
	}
	if err := making(admin(t), late)(t.Context()); err == nil {
		t.Error("it is let in, and nobody would see it")
	}
	create(t, letWatch("gated-latecomers", "latecomers"))
	s.awaitPolicy(t, v1alpha1.ReasonInForce, "")
	s.bringIn(t, making(admin(t), late))
}

// awaitPolicy waits until the policy is ready, or is not, for a reason.
func (s shop) awaitPolicy(t *testing.T, reason, says string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		policy := &v1alpha1.PromotionPolicy{}
		if err := admin(t).Get(ctx, client.ObjectKey{Name: string(s.environment)}, policy); err != nil {
			return err.Error()
		}
		ready := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Reason != reason || !strings.Contains(ready.Message, says) {
			return "the policy to say " + reason + ": " + says
		}
		if reason == v1alpha1.ReasonInForce && !slices.Contains(policy.Status.GatesInForce, "latecomers") {
			return "the gate to be in force"
		}
		return ""
	})
}

// TestGatedKindsGuard: the label gives the operator nothing but to watch custom kinds.
func TestGatedKindsGuard(t *testing.T) {
	t.Parallel()
	for reason, edit := range map[string]func(verbs, groups, resources *[]string){
		"it would write them":  func(verbs, _, _ *[]string) { *verbs = []string{"get", "update"} },
		"it would do anything": func(verbs, _, _ *[]string) { *verbs = []string{"*"} },
		"it would read Secrets": func(_, groups, resources *[]string) {
			*groups, *resources = []string{""}, []string{"secrets"}
		},
		"it would read all kinds": func(_, groups, _ *[]string) { *groups = []string{"*"} },
		"it would read a group":   func(_, _, resources *[]string) { *resources = []string{"*"} },
	} {
		role := letWatch("gated-guarded", "rollouts")
		edit(&role.Rules[0].Verbs, &role.Rules[0].APIGroups, &role.Rules[0].Resources)
		if err := admin(t).Create(t.Context(), role, client.DryRunAll); !apierrors.IsForbidden(err) {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if err := admin(t).Create(t.Context(), letWatch("gated-guarded", "rollouts"), client.DryRunAll); err != nil {
		t.Errorf("it may watch them: %v", err)
	}
}
