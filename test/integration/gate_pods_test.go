// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestBesideTheWorkload: what runs is not changed past the workload that was approved, by nobody.
func TestBesideTheWorkload(t *testing.T) {
	s := newShop(t)
	c := admin(t)
	s.bringIn(t, making(c, func() client.Object { return s.deployment("checkout") }))
	s.bringIn(t, making(c, func() client.Object { return s.statefulSet() }))
	s.bringIn(t, making(c, func() client.Object { return s.pendingPod() }))
	set, pod, revision := s.replicaSetOf(t, "checkout"), s.podOf(t, "checkout"), s.revisionOf(t, "statefulset")
	forged, adopted, sibling := likePod(pod, pod.OwnerReferences), likePod(pod, nil), likeReplicaSet(set)
	for name, tc := range map[string]struct {
		reason string
		try    try
		// forGood: no approval can help.
		forGood bool
	}{
		"ForgedOwner": {
			reason: "anybody can write that the ReplicaSet owns a Pod",
			try:    making(c, func() client.Object { return clone(forged) }),
		},
		"Adoption": {
			reason: "the ReplicaSet would adopt a Pod with its labels",
			try:    making(c, func() client.Object { return clone(adopted) }),
		},
		"ForgedReplicaSet": {
			reason: "anybody can write that the Deployment owns a ReplicaSet",
			try:    making(c, func() client.Object { return clone(sibling) }),
		},
		"ReplicaSetChanged": {
			reason: "Pods are made from the ReplicaSet, until the Deployment repairs it",
			try:    changing(c, set, func(o *appsv1.ReplicaSet) { o.Spec.Template.Spec.Containers[0].Image = otherImage }),
		},
		"RunningImage": {
			reason: "the image of a running Pod can be changed",
			try:    changing(c, pod, func(o *corev1.Pod) { o.Spec.Containers[0].Image = otherImage }),
		},
		"Toleration": {
			reason: "where a Pod may run is part of what it is",
			try: changing(c, pod, func(o *corev1.Pod) {
				o.Spec.Tolerations = append(o.Spec.Tolerations, corev1.Toleration{Operator: corev1.TolerationOpExists})
			}),
		},
		"EphemeralContainer": {
			reason: "kubectl debug runs any image beside the container",
			try: changingSubresource(c, "ephemeralcontainers", pod, func(o *corev1.Pod) {
				o.Spec.EphemeralContainers = []corev1.EphemeralContainer{{
					EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: otherImage},
				}}
			}),
		},
		"Resize": {
			reason: "a Pod can be starved",
			try: changingSubresource(c, "resize", s.pendingPod(), func(o *corev1.Pod) {
				o.Spec.Containers[0].Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse("1m")}
			}),
		},
		"RevisionInUse": {
			reason: "the status of a StatefulSet chooses what its Pods are made from",
			try: changingSubresource(c, "status", s.statefulSet(), func(o *appsv1.StatefulSet) {
				o.Status.CurrentRevision = "another"
			}),
			forGood: true,
		},
		"RevisionNumber": {
			reason:  "it chooses what is gone back to",
			try:     changing(c, revision, func(o *appsv1.ControllerRevision) { o.Revision += 10 }),
			forGood: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			if tc.forGood {
				s.refusedForGood(t, tc.try)
				return
			}
			s.turnedAway(t, tc.try)
		})
	}
}

// TestPodsComeAndGo: nobody needs an approval to put away a Pod, as its like comes back.
func TestPodsComeAndGo(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	s.bringIn(t, deploying(developer, s.deployment("checkout")))
	for name, tc := range map[string]struct {
		reason string
		away   func(ctx context.Context, pod *corev1.Pod) error
	}{
		"Delete": {"a Pod that hangs", func(ctx context.Context, pod *corev1.Pod) error {
			return developer.Delete(ctx, pod)
		}},
		"Evict": {"a node that is drained", func(ctx context.Context, pod *corev1.Pod) error {
			return developer.SubResource("eviction").Create(ctx, pod, &policyv1.Eviction{})
		}},
		"Release": {"a Pod taken out to look at", func(ctx context.Context, pod *corev1.Pod) error {
			aside := map[string]any{"metadata": map[string]any{"labels": map[string]any{"app": "aside"}}}
			return merging(admin(t), pod, aside)(ctx)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.podOf(t, "checkout")
			if err := tc.away(t.Context(), before.DeepCopy()); err != nil {
				t.Fatalf("%s: %v", tc.reason, err)
			}
			eventually(t, func(context.Context) string {
				if now := s.podOf(t, "checkout"); now.UID == before.UID {
					return "another Pod"
				}
				return ""
			})
		})
	}
}

// TestBarePodStays: a Pod is in as long as it is there, though the scheduler changes its spec.
func TestBarePodStays(t *testing.T) {
	s := newShop(t)
	c := admin(t)
	request := s.bringIn(t, making(c, func() client.Object { return s.pod("pod", "") }))
	pod := s.pod("pod", "")
	eventually(t, func(context.Context) string {
		if latest(t, pod).Status.Phase != corev1.PodRunning {
			return "the Pod to run"
		}
		return ""
	})
	if got := s.get(t, request.Name); got.Status.Entry.EndTime != nil {
		t.Error("the Pod runs, and the request says that its content was replaced")
	}
	goesThrough(t, "deletion of a Pod is free", func(ctx context.Context) error { return c.Delete(ctx, pod) })
	s.request(t, func(r v1alpha1.PromotionRequest) bool { return r.Name == request.Name && r.Status.Entry.EndTime != nil })
}

// changingSubresource tries to change a stored object through one of its subresources.
func changingSubresource[T client.Object](c client.Client, subresource string, object T, change func(T)) try {
	return func(ctx context.Context) error {
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err
		}
		change(object)
		return c.SubResource(subresource).Update(ctx, object)
	}
}

// pendingPod has resources, and no node.
func (s shop) pendingPod() *corev1.Pod {
	pod := s.pod("pending", "")
	pod.Spec.NodeSelector = map[string]string{"example.com/none": "has-this"}
	pod.Spec.Containers[0].Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse("100m")}
	return pod
}

// likePod is another Pod for the same place, that runs another image.
func likePod(pod *corev1.Pod, owners []metav1.OwnerReference) *corev1.Pod {
	like := &corev1.Pod{Spec: *pod.Spec.DeepCopy()}
	like.Namespace, like.GenerateName, like.Labels = pod.Namespace, pod.GenerateName, pod.Labels
	like.OwnerReferences = owners
	like.Spec.NodeName, like.Spec.Containers[0].Image = "", otherImage
	return like
}

// likeReplicaSet is another ReplicaSet for the same Deployment, that runs another image.
func likeReplicaSet(set *appsv1.ReplicaSet) *appsv1.ReplicaSet {
	like := &appsv1.ReplicaSet{Spec: *set.Spec.DeepCopy()}
	like.Namespace, like.Name = set.Namespace, set.Name+"x"
	like.Labels, like.OwnerReferences = set.Labels, set.OwnerReferences
	like.Spec.Template.Spec.Containers[0].Image = otherImage
	return like
}

// replicaSetOf an app that has one.
func (s shop) replicaSetOf(t *testing.T, app string) *appsv1.ReplicaSet {
	t.Helper()
	return oneOf(
		t,
		s,
		app,
		&appsv1.ReplicaSetList{},
		func(l *appsv1.ReplicaSetList) []appsv1.ReplicaSet { return l.Items },
	)
}

// podOf an app that has one which is not on its way out.
func (s shop) podOf(t *testing.T, app string) *corev1.Pod {
	t.Helper()
	return oneOf(t, s, app, &corev1.PodList{}, func(l *corev1.PodList) []corev1.Pod {
		var stay []corev1.Pod
		for _, pod := range l.Items {
			if pod.DeletionTimestamp == nil {
				stay = append(stay, pod)
			}
		}
		return stay
	})
}

func (s shop) revisionOf(t *testing.T, app string) *appsv1.ControllerRevision {
	t.Helper()
	return oneOf(t, s, app, &appsv1.ControllerRevisionList{},
		func(l *appsv1.ControllerRevisionList) []appsv1.ControllerRevision { return l.Items })
}

// oneOf waits until an app has an object of a kind.
func oneOf[T any, L client.ObjectList](t *testing.T, s shop, app string, list L, items func(L) []T) *T {
	t.Helper()
	c := admin(t)
	var found *T
	eventually(t, func(ctx context.Context) string {
		if err := c.List(ctx, list, client.InNamespace(s.namespace), client.MatchingLabels{"app": app}); err != nil {
			return err.Error()
		}
		all := items(list)
		if len(all) == 0 {
			return "an object of " + app
		}
		found = &all[0]
		return ""
	})
	return found
}
