// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/operator"
	"github.com/countersign-dev/countersign/internal/grants"
)

// converge is what BenchmarkConverge works with.
type converge struct {
	// admin writes roles and namespaces; the guards let nobody but the installer write generated RoleBindings.
	admin, installer client.Client
	// bindings are the events of all generated RoleBindings.
	bindings <-chan watch.Event
	took     map[string][]time.Duration
}

func startConverge(b *testing.B) *converge {
	b.Helper()
	cluster, _ := launch(b, operator.Options{Dir: b.TempDir()})
	config, err := operator.Installer(cluster)
	check(b, err)
	c := &converge{admin: clientAs(b, cluster, "admin", "system:masters"), took: map[string][]time.Duration{}}
	c.installer, err = newClient(config)
	check(b, err)
	clients, err := kubernetes.NewForConfig(config)
	check(b, err)
	for i := range inhabited {
		check(b, c.admin.Create(b.Context(), labelled(fmt.Sprintf("converge-%d", i))))
	}
	check(b, c.admin.Create(b.Context(), namespace(late)))
	generated := metav1.ListOptions{LabelSelector: grants.RoleLabel}
	events, err := clients.RbacV1().RoleBindings("").Watch(b.Context(), generated)
	check(b, err)
	b.Cleanup(events.Stop)
	c.bindings = events.ResultChan()
	return c
}

// measure makes a call and waits until so many RoleBindings have come to be as they should.
func (c *converge) measure(
	b *testing.B, name string, role *v1alpha1.PipelineRole, wanted int, done func(watch.Event) bool, do call,
) {
	b.Helper()
	since := time.Now()
	check(b, do(b.Context(), role))
	c.await(b, name, since, wanted, done)
}

// patience is how long to wait for what must come about.
const patience = 30 * time.Second

func (c *converge) await(b *testing.B, name string, since time.Time, wanted int, done func(watch.Event) bool) {
	b.Helper()
	timeout := time.After(time.Until(since) + patience)
	seen := map[client.ObjectKey]bool{}
	for len(seen) < wanted {
		select {
		case event, open := <-c.bindings:
			binding, ok := event.Object.(*rbacv1.RoleBinding)
			if !open || !ok {
				b.Fatalf("%s: the watch ended: %v", name, event)
			}
			if done(event) {
				seen[client.ObjectKeyFromObject(binding)] = true
			}
		case <-timeout:
			b.Fatalf("%s: %d of %d RoleBindings after %s", name, len(seen), wanted, patience)
		}
	}
	took := time.Since(since)
	if took < 0 {
		b.Fatalf("%s: %s early", name, -took)
	}
	c.took[name] = append(c.took[name], took)
}

func is(kind watch.EventType) func(watch.Event) bool {
	return func(event watch.Event) bool { return event.Type == kind }
}

// binds tells whether a RoleBinding has been changed, and binds a user now or does not.
func binds(user string, want bool) func(watch.Event) bool {
	return func(event watch.Event) bool {
		binding, ok := event.Object.(*rbacv1.RoleBinding)
		return ok && event.Type == watch.Modified && want == slices.ContainsFunc(binding.Subjects,
			func(subject rbacv1.Subject) bool { return subject.Name == user })
	}
}

// report the percentiles of all rounds.
func (c *converge) report(b *testing.B) {
	b.Helper()
	for name, took := range c.took {
		slices.Sort(took)
		n := len(took)
		for metric, i := range map[string]int{"p50": n * 50 / 100, "p99": n * 99 / 100, "max": n - 1} {
			b.ReportMetric(float64(took[i].Microseconds())/1000, name+"-"+metric+"-ms")
		}
	}
	b.ReportMetric(0, "ns/op")
}
