// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/internal/ledger"
)

// BenchmarkPodAgainstLedger measures what a Pod costs more that the ReplicaSet controller makes, by the ledger of its
// namespace: one that warns, one that denies, and one that is full. The floor is a namespace whose policy has mode Off.
func BenchmarkPodAgainstLedger(b *testing.B) {
	cluster, _ := launch(b, operator.Options{Dir: b.TempDir()})
	s := setup{admin: clientAs(b, cluster, "admin", "system:masters", "countersign:break-glass")}
	config, err := cluster.ServiceAccount(b.Context(), "kube-system", "replicaset-controller")
	check(b, err)
	controller, err := newClient(config)
	check(b, err)
	namespaces := []string{"ledger-off", "ledger-warn", "ledger-deny", "ledger-full"}
	modes := []v1alpha1.LedgerMode{v1alpha1.LedgerOff, v1alpha1.LedgerWarn, v1alpha1.LedgerDeny, v1alpha1.LedgerDeny}
	for i, name := range namespaces {
		check(b, s.admin.Create(b.Context(), openPolicy(name, modes[i])))
		joined := namespace(name)
		joined.Labels = map[string]string{v1alpha1.EnvironmentLabel: name}
		check(b, s.admin.Create(b.Context(), joined))
		s.list(b, name, modes[i], 20)
	}
	s.list(b, "ledger-full", v1alpha1.LedgerDeny, ledger.MostBytes/175)
	for _, containers := range []int{1, 20} {
		b.Run(fmt.Sprintf("containers-%d", containers), func(b *testing.B) {
			took := make([][]time.Duration, len(namespaces))
			for i := range b.N {
				for at, name := range namespaces {
					pod := podOf(name, fmt.Sprintf("pod-%d-%d-%d", b.N, containers, i), containers)
					took[at] = append(took[at], timed(b, func() error { return controller.Create(b.Context(), pod) },
						func(err error) bool { return err == nil }))
				}
			}
			report(b, namespaces, took)
		})
	}
}

// report the percentiles of each, and what each adds to the first.
func report(b *testing.B, names []string, took [][]time.Duration) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	for i := range took {
		slices.Sort(took[i])
	}
	for label, p := range map[string]int{"p50": 50, "p99": 99} {
		for i, name := range names {
			at := took[i][len(took[i])*p/100]
			b.ReportMetric(float64(at.Microseconds())/1000, name+"-"+label+"-ms")
			if i > 0 {
				added := at - took[0][len(took[0])*p/100]
				b.ReportMetric(float64(added.Microseconds())/1000, name+"-added-"+label+"-ms")
			}
		}
	}
}

func openPolicy(name string, mode v1alpha1.LedgerMode) *v1alpha1.PromotionPolicy {
	return &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PromotionPolicySpec{
		Environment: v1alpha1.EnvironmentName(name), Entry: v1alpha1.EntryOpen, Ledger: v1alpha1.Ledger{Mode: mode},
	}}
}

// list has so many images on the ledger of a namespace, as soon as the operator has made it.
func (s setup) list(b *testing.B, namespace string, mode v1alpha1.LedgerMode, count int) {
	b.Helper()
	images := make([]string, count)
	for i := range images {
		images[i] = listedImage(i)
	}
	check(b, wait.PollUntilContextTimeout(b.Context(), 20*time.Millisecond, time.Minute, true,
		func(ctx context.Context) (bool, error) {
			stored := &corev1.ConfigMap{}
			err := s.admin.Get(ctx, client.ObjectKey{Namespace: namespace, Name: v1alpha1.LedgerName}, stored)
			if err != nil || stored.Labels[v1alpha1.LedgerLabel] != string(mode) ||
				stored.Annotations[v1alpha1.LedgerSeededAnnotation] == "" {
				return false, client.IgnoreNotFound(err)
			}
			stored.Data = ledger.Data(images)
			return s.admin.Update(ctx, stored) == nil, nil
		}))
}

func listedImage(i int) string {
	return fmt.Sprintf("registry.example.com/team/%04d@sha256:%064x", i, i)
}

func podOf(namespace, name string, containers int) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	for i := range containers {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{
			Name: fmt.Sprintf("c%d", i), Image: listedImage(i % 20),
		})
	}
	return pod
}

// BenchmarkFirstPod measures how long the first Pod of a change with a new image waits, from the answer to the change
// until the Pod is there: without a ledger, with one that denies and knows the image since its approval, and with one
// that denies and learns of it as the change is let in.
func BenchmarkFirstPod(b *testing.B) {
	cluster, _ := launch(b, operator.Options{Dir: b.TempDir()})
	s := setup{
		admin: clientAs(b, cluster, "admin", "system:masters", "countersign:break-glass"),
		alice: clientAs(b, cluster, "alice", "system:masters"),
		bob:   clientAs(b, cluster, "bob", "system:masters", "approvers"),
	}
	s.prepare(b)
	s.narrow(b)
	config, err := cluster.User("admin", "system:masters")
	check(b, err)
	pods, err := client.NewWithWatch(config, client.Options{})
	check(b, err)
	namespaces := []string{"first-off", "first-approved", "first-open"}
	s.governed(b, namespaces[0], v1alpha1.LedgerOff, v1alpha1.EntryTwoPerson)
	s.governed(b, namespaces[1], v1alpha1.LedgerDeny, v1alpha1.EntryTwoPerson)
	s.governed(b, namespaces[2], v1alpha1.LedgerDeny, v1alpha1.EntryOpen)
	took := make([][]time.Duration, len(namespaces))
	b.ResetTimer()
	for i := range b.N {
		for at, name := range namespaces {
			took[at] = append(took[at], s.firstPod(b, pods, newImage(name, i), at == 2))
		}
	}
	b.StopTimer()
	report(b, namespaces, took)
	for _, name := range namespaces {
		b.ReportMetric(float64(s.refused(b, name)), name+"-refused")
	}
}

// governed makes a namespace with a Deployment at zero, and a policy for it alone.
func (s setup) governed(b *testing.B, name string, mode v1alpha1.LedgerMode, entry v1alpha1.EntryMode) {
	b.Helper()
	policy := &v1alpha1.PromotionPolicy{}
	check(b, s.admin.Get(b.Context(), client.ObjectKey{Name: environment}, policy))
	policy.ObjectMeta = metav1.ObjectMeta{Name: name}
	policy.Spec.Environment, policy.Spec.Ledger.Mode, policy.Spec.Entry = environment, mode, entry
	policy.Spec.NamespaceSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"policy": name}}
	if entry == v1alpha1.EntryOpen {
		policy.Spec.Approvals = nil
	}
	check(b, s.admin.Create(b.Context(), policy))
	joined := namespace(name)
	check(b, s.admin.Create(b.Context(), joined))
	check(b, s.alice.Create(b.Context(), deployment(name, 0)))
	joined.Labels[v1alpha1.EnvironmentLabel], joined.Labels["policy"] = environment, name
	check(b, s.admin.Update(b.Context(), joined))
	s.list(b, name, mode, 0)
}

// narrow the policy of the environment to the namespace of the other benchmarks.
func (s setup) narrow(b *testing.B) {
	b.Helper()
	policy := &v1alpha1.PromotionPolicy{ObjectMeta: metav1.ObjectMeta{Name: environment}}
	check(b, s.admin.Patch(b.Context(), policy, client.RawPatch(types.MergePatchType,
		[]byte(`{"spec":{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"`+gated+`"}}}}`))))
}

// newImage is a Deployment that runs an image of its own.
func newImage(namespace string, n int) *appsv1.Deployment {
	d := deployment(namespace, n)
	d.Spec.Replicas = new(int32(1))
	d.Spec.Template.Spec.Containers[0].Image = fmt.Sprintf("registry.example.com/bench@sha256:%064x", n)
	return d
}

func (s setup) firstPod(
	b *testing.B, pods client.WithWatch, wanted *appsv1.Deployment, open bool,
) time.Duration {
	b.Helper()
	if !open {
		s.approve(b, wanted.DeepCopy())
	}
	seen, err := pods.Watch(b.Context(), &corev1.PodList{}, client.InNamespace(wanted.Namespace))
	check(b, err)
	defer seen.Stop()
	check(b, s.alice.Update(b.Context(), wanted.DeepCopy()))
	answered := time.Now()
	for e := range seen.ResultChan() {
		pod, ok := e.Object.(*corev1.Pod)
		if ok && e.Type == watch.Added && pod.Spec.Containers[0].Image == wanted.Spec.Template.Spec.Containers[0].Image {
			return max(0, time.Since(answered))
		}
	}
	b.Fatal("the watch ended")
	return 0
}

// refused counts the Pods that the controllers were refused in a namespace.
func (s setup) refused(b *testing.B, namespace string) (count int32) {
	b.Helper()
	var events corev1.EventList
	check(b, s.admin.List(b.Context(), &events, client.InNamespace(namespace)))
	for _, e := range events.Items {
		if e.Reason == "FailedCreate" {
			count += max(1, e.Count)
		}
	}
	return count
}
