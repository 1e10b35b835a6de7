// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/ledger"
)

const (
	imageGuard = "countersign-pod-images"
	// sidecar is what a mesh puts into Pods.
	sidecar = "registry.example.com/mesh/proxy@sha256:3333333333333333333333333333333333333333333333333333333333333333"
)

func ledgerMode(mode v1alpha1.LedgerMode) func(*v1alpha1.PromotionPolicy) {
	return func(policy *v1alpha1.PromotionPolicy) { policy.Spec.Ledger.Mode = mode }
}

// TestLedgerHoldsEveryPod: whoever makes a Pod, by whatever field it names an image: it is on the ledger, or the Pod
// does not come.
func TestLedgerHoldsEveryPod(t *testing.T) {
	s := newShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Ledger = v1alpha1.Ledger{Mode: v1alpha1.LedgerDeny, Injected: []string{sidecar}}
	})
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
	s.awaitLedger(t, v1alpha1.LedgerDeny, image, sidecar)
	pod, set := s.podOf(t, "checkout"), s.replicaSetOf(t, "checkout")
	var nodes corev1.NodeList
	if err := admin(t).List(t.Context(), &nodes); err != nil {
		t.Fatal(err)
	}
	node := nodes.Items[0]
	controller, kubelet := asController(t, "replicaset-controller"), as(t, "system:node:"+node.Name, "system:nodes")
	like := func(change func(*corev1.Pod)) func() client.Object {
		return func() client.Object {
			owner := metav1.NewControllerRef(set, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))
			forged := likePod(pod, []metav1.OwnerReference{*owner})
			forged.Spec.Containers[0].Image = image
			change(forged)
			return forged
		}
	}
	unlisted := like(func(p *corev1.Pod) { p.Spec.Containers[0].Image = otherImage })
	tryAll(t, map[string]attempt{
		"ReplicaSetController": {
			"the gate is not asked about its Pods", making(controller, unlisted), imageGuard, "nobody has let " + otherImage,
		},
		"Administrator": {"with a forged owner", making(admin(t), unlisted), imageGuard, "kubectl countersign request"},
		"MirrorPod": {"a static Pod of a node", making(kubelet, func() client.Object {
			mirror := s.pod("mirror", "")
			mirror.OwnerReferences = []metav1.OwnerReference{{
				APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID, Controller: new(true),
			}}
			mirror.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
			mirror.Spec.Containers[0].Image, mirror.Spec.NodeName = otherImage, node.Name
			return mirror
		}), imageGuard, ""},
		"InitContainer": {"it runs too", making(controller, like(func(p *corev1.Pod) {
			p.Spec.InitContainers = []corev1.Container{{Name: "init", Image: otherImage}}
		})), imageGuard, ""},
		"ImageVolume": {"its files are used", making(controller, like(func(p *corev1.Pod) {
			p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "files", VolumeSource: corev1.VolumeSource{
				Image: &corev1.ImageVolumeSource{Reference: otherImage},
			}})
		})), imageGuard, ""},
		"OtherSpelling": {"only what was approved is known", making(controller, like(func(p *corev1.Pod) {
			p.Spec.Containers[0].Image = strings.Replace(image, "/checkout@", "/other@", 1)
		})), imageGuard, ""},
		"SameEnd": {"it ends as a listed one does", making(controller, like(func(p *corev1.Pod) {
			p.Spec.Containers[0].Image = "evil.example.com/x:v1@" + image[strings.Index(image, "sha256:"):]
		})), imageGuard, ""},
		"EphemeralContainer": {
			"kubectl debug", changingSubresource(admin(t), "ephemeralcontainers", pod.DeepCopy(), func(o *corev1.Pod) {
				o.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
					EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: otherImage},
				}}
			}), imageGuard, "",
		},
		"RunningImage": {"the image of a running Pod", changing(admin(t), pod.DeepCopy(), func(o *corev1.Pod) {
			o.Spec.Containers[0].Image = otherImage
		}), imageGuard, ""},
	})
	// Apart, and last: these come, and the controller then removes one Pod too many, which may be the first.
	tryAll(t, map[string]attempt{
		"Listed": {"its parent was let in", making(controller, like(func(*corev1.Pod) {})), "", ""},
		"Injected": {"the policy lists it", making(controller, like(func(p *corev1.Pod) {
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "proxy", Image: sidecar})
		})), "", ""},
	})
	t.Run("TamperedReplicaSet", s.testTamperedReplicaSet)
}

// testTamperedReplicaSet: who acts as the Deployment controller gets past the gate, and no Pod comes of it; nor does
// the template put its image on the ledger.
func (s shop) testTamperedReplicaSet(t *testing.T) {
	set := likeReplicaSet(s.replicaSetOf(t, "checkout"))
	set.OwnerReferences = nil
	set.Spec.Selector.MatchLabels["tampered"], set.Spec.Template.Labels["tampered"] = "yes", "yes"
	if err := asController(t, "deployment-controller").Create(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	eventually(t, func(context.Context) string {
		for _, c := range latest(t, set).Status.Conditions {
			if c.Type == appsv1.ReplicaSetReplicaFailure && strings.Contains(c.Message, imageGuard) {
				return ""
			}
		}
		return "the controller to be refused"
	})
	if slices.Contains(s.listed(t), otherImage) {
		t.Error("a template that nobody let in put its image on the ledger")
	}
}

// TestLedgerWarns: by default a Pod comes, and whoever makes it is warned.
func TestLedgerWarns(t *testing.T) {
	s := newShop(t)
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
	s.awaitLedger(t, v1alpha1.LedgerWarn, image)
	config, err := cluster.ServiceAccount(t.Context(), "kube-system", "replicaset-controller")
	if err != nil {
		t.Fatal(err)
	}
	said := &warnings{}
	config.WarningHandler = said
	controller := clientFor(t, config)
	goesThrough(t, "listed", making(controller, func() client.Object { return s.pod("listed", "") }))
	if said.contains("ledger") {
		t.Errorf("a warning of what is listed: %s", said)
	}
	unlisted := s.pod("unlisted", "")
	unlisted.Spec.Containers[0].Image = otherImage
	goesThrough(t, "only a warning", making(controller, func() client.Object { return unlisted }))
	if !said.contains("nobody has let "+otherImage) || !said.contains(imageGuard) {
		t.Errorf("warned of: %s", said)
	}
}

// TestLedgerOperatorDown: while the operator is down what is on the ledger is rescheduled, and nothing else comes.
func TestLedgerOperatorDown(t *testing.T) {
	s := newShop(t, ledgerMode(v1alpha1.LedgerDeny))
	s.bringIn(t, deploying(s.developer(t), s.deployment("checkout")))
	s.awaitRolledOut(t, "checkout", 1)
	stopOperator(t)
	before := s.podOf(t, "checkout")
	goesThrough(t, "delete the Pod", deleting(admin(t), before))
	awaitGone(t, before)
	s.awaitRolledOut(t, "checkout", 1)
	unlisted := s.pod("unlisted", "")
	unlisted.Spec.Containers[0].Image = otherImage
	tryAll(t, map[string]attempt{"Unlisted": {
		"nobody let it in", making(asController(t, "replicaset-controller"), func() client.Object { return unlisted }),
		imageGuard, "",
	}})
	startOperator(t)
}

// asController acts as one of the built-in controllers.
func asController(t *testing.T, name string) client.Client {
	t.Helper()
	config, err := cluster.ServiceAccount(t.Context(), "kube-system", name)
	if err != nil {
		t.Fatal(err)
	}
	return clientFor(t, config)
}

// listed are the images on the ledger of the shop.
func (s shop) listed(t *testing.T) []string {
	t.Helper()
	return ledger.Images(latest(t, s.ledger()).Data)
}

func (s shop) ledger() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: v1alpha1.LedgerName}}
}

// awaitLedger waits until the ledger has the mode, and lists exactly these images.
func (s shop) awaitLedger(t *testing.T, mode v1alpha1.LedgerMode, images ...string) {
	t.Helper()
	slices.Sort(images)
	eventually(t, func(ctx context.Context) string {
		stored := s.ledger()
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(stored), stored); err != nil {
			return err.Error()
		}
		got := ledger.Images(stored.Data)
		if stored.Labels[v1alpha1.LedgerLabel] != string(mode) || !slices.Equal(got, images) {
			return "the ledger, which is " + stored.Labels[v1alpha1.LedgerLabel] + ": " + strings.Join(got, ", ")
		}
		return ""
	})
}
