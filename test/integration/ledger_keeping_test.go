// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/ledger"
)

const ledgerGuard = "countersign-ledger"

func runningOther(c client.Client, s shop, name string) try {
	deployment := s.deployment(name)
	deployment.Spec.Template.Spec.Containers[0].Image = otherImage
	return deploying(c, deployment)
}

// TestLedgerKeepsUp: what is asked for is not on the ledger, what is approved is before it is applied, and what nothing
// names any more goes.
func TestLedgerKeepsUp(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny), noFreeReturn)
	developer := s.developer(t)
	first := s.deployment("checkout")
	first.Spec.RevisionHistoryLimit = new(int32(1))
	s.bringIn(t, making(developer, func() client.Object { return clone(first) }))
	s.awaitLedger(t, v1alpha1.LedgerDeny, image)

	second := first.DeepCopy()
	second.Spec.Template.Spec.Containers[0].Image = otherImage
	request := s.turnedAway(t, deploying(developer, second))
	s.await(t, request.Name, v1alpha1.ReasonAwaitingApproval)
	s.awaitLedger(t, v1alpha1.LedgerDeny, image)
	s.approve(t, request, bob)
	s.awaitLedger(t, v1alpha1.LedgerDeny, image, otherImage)
	goesThrough(t, "bob approved", deploying(developer, second))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
	s.awaitRolledOut(t, "checkout", 1)

	s.bringIn(t, changing(developer, s.deployment("checkout"), func(o *appsv1.Deployment) {
		o.Spec.RevisionHistoryLimit = new(int32(0))
	}))
	s.awaitLedger(t, v1alpha1.LedgerDeny, otherImage)
}

// TestLedgerOfReturns: what may return without another approval stays listed, also when no template names it.
func TestLedgerOfReturns(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny), func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Rollback = v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: 3600}
	})
	developer := s.developer(t)
	first := s.deployment("checkout")
	first.Spec.RevisionHistoryLimit = new(int32(0))
	s.bringIn(t, making(developer, func() client.Object { return clone(first) }))
	second := first.DeepCopy()
	second.Spec.Template.Spec.Containers[0].Image = otherImage
	s.bringIn(t, deploying(developer, second))
	s.awaitRolledOut(t, "checkout", 1)
	s.awaitLedger(t, v1alpha1.LedgerDeny, image, otherImage)
	goesThrough(t, "it returns", deploying(developer, first))
	s.awaitRolledOut(t, "checkout", 1)
}

// TestLedgerOfOpenEntry: where nobody is asked, what enters is listed as it does, and its Pods come.
func TestLedgerOfOpenEntry(t *testing.T) {
	s := newShop(t, openEntry, ledgerMode(v1alpha1.LedgerDeny))
	goesThrough(t, "open", deploying(s.developer(t), s.deployment("checkout")))
	s.awaitRolledOut(t, "checkout", 1)
	s.awaitLedger(t, v1alpha1.LedgerDeny, image)
}

// TestLedgerFindsAnySpelling: an image is found under the key that it is listed under, however it is written.
func TestLedgerFindsAnySpelling(t *testing.T) {
	s := newShop(t, openEntry, ledgerMode(v1alpha1.LedgerDeny))
	long := "registry.example.com:5000/" + strings.Repeat("long_er/", 12) + "x:v1.2-RC_3"
	images := []string{
		"nginx", "nginx:1.29", "docker.io/library/nginx:1.29", "localhost:5000/a/b_c:v1", "[::1]:5000/x:1", long,
		long + "@sha256:" + strings.Repeat("ab", 32),
	}
	deployment := s.deployment("checkout")
	pod := &deployment.Spec.Template.Spec
	for i, written := range images {
		pod.InitContainers = append(pod.InitContainers, corev1.Container{Name: fmt.Sprint("init-", i), Image: written})
	}
	goesThrough(t, "open", deploying(s.developer(t), deployment))
	s.awaitRolledOut(t, "checkout", 1)
	s.awaitLedger(t, v1alpha1.LedgerDeny, append(images, image)...)
}

// TestLedgerBudget: a full ledger, and a Pod of many containers, are within what API servers spend on an expression.
func TestLedgerBudget(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	full := make([]string, ledger.MostBytes/175)
	for i := range full {
		full[i] = fmt.Sprintf("registry.example.com/team/%04d@sha256:%064x", i, i)
	}
	goesThrough(t, "fill it", changing(breakGlass(t), s.ledger(), func(o *corev1.ConfigMap) {
		o.Data = ledger.Data(full)
	}))
	many := s.pod("many", "")
	many.Spec.NodeSelector = map[string]string{"example.com/none": "has-this"}
	many.Spec.Containers = nil
	for i := range 1000 {
		many.Spec.Containers = append(many.Spec.Containers, corev1.Container{Name: fmt.Sprint("c", i), Image: full[i]})
	}
	bad := many.DeepCopy()
	bad.Name, bad.Spec.Containers[999].Image = "bad", otherImage
	controller := asController(t, "replicaset-controller")
	s.awaitIn(t, making(controller, func() client.Object { return clone(many) }))
	tryAll(t, map[string]attempt{
		"OneInMany": {
			"all are looked at", making(controller, func() client.Object { return clone(bad) }), imageGuard, otherImage,
		},
		"Label": {"an update of all that", changing(admin(t), many, func(o *corev1.Pod) {
			o.Labels = map[string]string{"team": "shop"}
		}), "", ""},
	})
}

// TestLedgerSeeded: what runs in a namespace is on its ledger when it joins an environment, at once, and goes on being
// rescheduled.
func TestLedgerSeeded(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	joins := shop{environment: s.environment, namespace: s.namespace + "-joins", managers: s.managers}
	namespace(t, joins.namespace, "")
	goesThrough(t, "no environment yet", runningOther(admin(t), joins, "old"))
	joins.awaitRolledOut(t, "old", 1)
	label := map[string]any{"metadata": map[string]any{"labels": map[string]any{
		v1alpha1.EnvironmentLabel: string(s.environment),
	}}}
	goesThrough(t, "join", merging(admin(t), namespaceIn(joins.namespace, ""), label))
	if got := joins.listed(t); len(got) != 1 || got[0] != otherImage {
		t.Errorf("on the ledger when it has joined: %v", got)
	}
	goesThrough(t, "delete the Pod", deleting(admin(t), joins.podOf(t, "old")))
	joins.awaitRolledOut(t, "old", 1)
	eventually(t, func(context.Context) string {
		if latest(t, joins.ledger()).Annotations[v1alpha1.LedgerSeededAnnotation] == "" {
			return "the ledger to be complete"
		}
		return ""
	})
}

// TestLedgerOfGap: what came in while a namespace was out of the gate is on record, and so on its ledger.
func TestLedgerOfGap(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	glass := s.terminalOf(t, alice, breakGlassGroup)
	glass.countersign(t, "break-glass", s.namespace, "--reason", "INC-2294").says(t, 0)
	s.awaitIn(t, runningOther(s.developer(t), s, "urgent"))
	s.awaitRolledOut(t, "urgent", 1)
	s.terminalOf(t, carol, administrators).countersign(t, "break-glass", s.namespace, "--end").says(t, 0)
	s.awaitGap(t, audit.BreakGlassEnded)
	s.awaitLedger(t, v1alpha1.LedgerDeny, otherImage)
	goesThrough(t, "delete the Pod", deleting(admin(t), s.podOf(t, "urgent")))
	s.awaitRolledOut(t, "urgent", 1)
}

// TestLedgerInEmergency: an emergency waits for no list. When it is over, the ledger is as before.
func TestLedgerInEmergency(t *testing.T) {
	s := newEmergentShop(t)
	s.policyIs(t, ledgerMode(v1alpha1.LedgerDeny))
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	debug := s.pod("debug", "")
	debug.Spec.Containers[0].Image = otherImage
	acting := as(t, commander, s.commanders(), administrators)
	tryAll(t, map[string]attempt{"Before": {
		"nobody let it in", making(acting, func() client.Object { return clone(debug) }), imageGuard, "",
	}})
	s.terminalOf(t, commander, s.commanders()).
		countersign(t, "emergency", "--for", "10m", "--reason", "INC-2295").says(t, 0)
	s.awaitIn(t, making(acting, func() client.Object { return clone(debug) }))
	s.awaitLedger(t, v1alpha1.LedgerWarn, otherImage)
	if err := admin(t).DeleteAllOf(t.Context(), &v1alpha1.Emergency{}, client.InNamespace(s.namespace)); err != nil {
		t.Fatal(err)
	}
	s.awaitLedger(t, v1alpha1.LedgerDeny, otherImage)
}

// TestLedgerGuarded: nobody but the operator writes a ledger, or anything that counts as one.
func TestLedgerGuarded(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	namespace(t, s.namespace+"-free", "")
	another := func(name string, labels map[string]string) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name, Labels: labels}}
	}
	labelled := map[string]string{v1alpha1.LedgerLabel: "Deny"}
	create(t, another("settings", nil))
	itself := operatorItself(t)
	writing := func(object client.Object, json string) func(context.Context) error {
		return patch(admin(t), object, "", json)
	}
	owned := `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"settings","uid":"x"}]}}`
	elsewhere := another("countersign-images", nil)
	elsewhere.Namespace = s.namespace + "-free"
	tryAll(t, map[string]attempt{
		"Add": {"the image of somebody", writing(s.ledger(), `{"data":{"x":"y"}}`), ledgerGuard, "only Countersign"},
		"Milder": {
			"Deny is the policy's word", writing(s.ledger(), `{"metadata":{"labels":{"countersign.dev/ledger":"Off"}}}`),
			ledgerGuard, "",
		},
		"Delete":  {"nothing would be held against it", deleting(admin(t), s.ledger()), ledgerGuard, ""},
		"Owner":   {"the garbage collector would delete it", writing(s.ledger(), owned), ledgerGuard, ""},
		"Another": {"a second ledger would deny everything", creating(admin(t), another("mine", labelled)), ledgerGuard, ""},
		"Become": {
			"the same later",
			writing(another("settings", nil), `{"metadata":{"labels":{"countersign.dev/ledger":"Deny"}}}`), ledgerGuard, "",
		},
		"Early": {"before the namespace joins", creating(admin(t), elsewhere), ledgerGuard, ""},
		"OperatorElse": {
			"the operator writes ledgers alone", creating(itself, another("other", nil)), "countersign-operator-writes", "",
		},
		"OperatorSystem": {"nor any there", func(ctx context.Context) error {
			system := another("countersign-images", nil)
			system.Namespace = metav1.NamespaceSystem
			return itself.Create(ctx, system)
		}, "countersign-operator-writes", ""},

		"Settings": {"others are free", writing(another("settings", nil), `{"data":{"x":"y"}}`), "", ""},
	})
}

// TestLedgerStrictest: of several policies the strictest mode holds; a policy that enforces nothing denies nothing.
func TestLedgerStrictest(t *testing.T) {
	s := newShop(t)
	s.awaitLedger(t, v1alpha1.LedgerWarn)
	second := s.policy()
	second.Name += "-second"
	second.Spec.Ledger.Mode = v1alpha1.LedgerDeny
	create(t, second)
	s.awaitLedger(t, v1alpha1.LedgerDeny)
	goesThrough(t, "enforce it no more", changing(admin(t), second, enforcement(v1alpha1.EnforcementWarn)))
	s.awaitLedger(t, v1alpha1.LedgerWarn)
	s.policyIs(t, ledgerMode(v1alpha1.LedgerOff))
	goesThrough(t, "nor look", changing(admin(t), second, enforcement(v1alpha1.EnforcementAudit)))
	s.awaitLedger(t, v1alpha1.LedgerOff)
}
