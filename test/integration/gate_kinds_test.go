// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// TestEveryKind: whatever kind runs a container, a cluster administrator too needs another person to bring it in and to
// change it; tries of the same change, dry-runs among them, are one request; and what came in is seen to be in.
func TestEveryKind(t *testing.T) {
	s := newShop(t)
	for name, kind := range s.kinds() {
		t.Run(name, func(t *testing.T) {
			c, said := warned(t, "admin", "system:masters")
			first := s.turnedAway(t, making(c, kind.build))
			if again := s.turnedAway(t, making(c, kind.build)); again.UID != first.UID {
				t.Errorf("a second try is another request: %s, then %s", first.Name, again.Name)
			}
			goesThrough(t, "a dry-run", making(client.NewDryRunClient(c), kind.build))
			if !said.contains("digest " + string(first.Spec.Change.Digest)) {
				t.Errorf("the dry-run has another digest than %s: %s", first.Spec.Change.Digest, said)
			}
			s.approve(t, first, bob)
			stored := kind.build()
			goesThrough(t, "bob approved", func(ctx context.Context) error { return c.Create(ctx, stored) })
			entered := s.await(t, first.Name, v1alpha1.ReasonEntered)
			if got := entered.Status.Entry.ObjectUID; got != string(stored.GetUID()) {
				t.Errorf("the entry is of the object with UID %s, want %s", got, stored.GetUID())
			}
			if kind.second != nil {
				s.bringIn(t, changing(c, stored, kind.second))
			}
		})
	}
}

// workloadKind is a kind that runs containers, or that they are run from.
type workloadKind struct {
	// build makes the object with its first content.
	build func() client.Object
	// first and second give a stored object its first content again, and another one. Nil where it stays as it was made.
	first, second func(client.Object)
}

func (s shop) kinds() map[string]workloadKind {
	return map[string]workloadKind{
		"Deployment": kindOf(s.deployment("deployment"), func(o *appsv1.Deployment, second bool) {
			o.Spec.Template.Spec.HostPID = second
		}),
		"StatefulSet": kindOf(s.statefulSet(), func(o *appsv1.StatefulSet, second bool) {
			o.Spec.Template.Spec.Containers[0].Command = either(second, nil, []string{"sh"})
		}),
		"DaemonSet": kindOf(s.daemonSet(), func(o *appsv1.DaemonSet, second bool) {
			o.Spec.Template.Spec.HostNetwork = second
		}),
		"ReplicaSet": kindOf(s.replicaSet(), func(o *appsv1.ReplicaSet, second bool) {
			o.Spec.Template.Spec.Containers[0].Image = either(second, image, otherImage)
		}),
		"ReplicationController": kindOf(s.replicationController(), func(o *corev1.ReplicationController, second bool) {
			o.Spec.Template.Spec.Containers[0].Image = either(second, image, otherImage)
		}),
		"Job": kindOf(s.job("job", ""), func(o *batchv1.Job, second bool) {
			o.Spec.BackoffLimit = new(either[int32](second, 6, 1))
		}),
		"GeneratedJob": kindOf(s.job("", "migrate-"), func(o *batchv1.Job, second bool) {
			o.Spec.BackoffLimit = new(either[int32](second, 6, 1))
		}),
		"CronJob": kindOf(s.cronJob(), func(o *batchv1.CronJob, second bool) {
			o.Spec.Schedule = either(second, yearly, "* * * * *")
		}),
		"Pod": kindOf(s.pod("pod", ""), func(o *corev1.Pod, second bool) {
			o.Spec.Containers[0].Image = either(second, image, otherImage)
		}),
		"GeneratedPod": kindOf(s.pod("", "debug-"), func(o *corev1.Pod, second bool) {
			o.Spec.Containers[0].Image = either(second, image, otherImage)
		}),
		"PodTemplate": kindOf(s.podTemplate(), func(o *corev1.PodTemplate, second bool) {
			o.Template.Spec.Containers[0].Image = either(second, image, otherImage)
		}),
		"ControllerRevision": kindOf(s.controllerRevision(), nil),
	}
}

// kindOf is the kind of an object, to which set gives its first or second content.
func kindOf[T client.Object](object T, set func(object T, second bool)) workloadKind {
	kind := workloadKind{build: func() client.Object { return clone(object) }}
	as := func(second bool) func(client.Object) {
		return func(object client.Object) { set(object.(T), second) }
	}
	if set != nil {
		kind.first, kind.second = as(false), as(true)
	}
	return kind
}

func either[T any](second bool, a, b T) T {
	if second {
		return b
	}
	return a
}

// otherImage has other content than image.
const otherImage = "registry.example.com/checkout@sha256:" +
	"2222222222222222222222222222222222222222222222222222222222222222"

const yearly = "0 0 1 1 *"

func (s shop) meta(name, generateName string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: s.namespace, Name: name, GenerateName: generateName}
}

func (s shop) template(app string) corev1.PodTemplateSpec {
	return s.deployment(app).Spec.Template
}

func (s shop) statefulSet() *appsv1.StatefulSet {
	like := s.deployment("statefulset")
	return &appsv1.StatefulSet{ObjectMeta: like.ObjectMeta, Spec: appsv1.StatefulSetSpec{
		Selector: like.Spec.Selector, Template: like.Spec.Template,
	}}
}

func (s shop) daemonSet() *appsv1.DaemonSet {
	like := s.deployment("daemonset")
	return &appsv1.DaemonSet{ObjectMeta: like.ObjectMeta, Spec: appsv1.DaemonSetSpec{
		Selector: like.Spec.Selector, Template: like.Spec.Template,
	}}
}

func (s shop) replicaSet() *appsv1.ReplicaSet {
	like := s.deployment("replicaset")
	return &appsv1.ReplicaSet{ObjectMeta: like.ObjectMeta, Spec: appsv1.ReplicaSetSpec{
		Selector: like.Spec.Selector, Template: like.Spec.Template,
	}}
}

func (s shop) replicationController() *corev1.ReplicationController {
	template := s.template("rc")
	return &corev1.ReplicationController{ObjectMeta: s.meta("rc", ""), Spec: corev1.ReplicationControllerSpec{
		Template: &template,
	}}
}

func (s shop) job(name, generateName string) *batchv1.Job {
	return &batchv1.Job{ObjectMeta: s.meta(name, generateName), Spec: s.jobSpec()}
}

func (s shop) jobSpec() batchv1.JobSpec {
	template := s.template("job")
	template.Labels = nil
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	return batchv1.JobSpec{Template: template}
}

func (s shop) cronJob() *batchv1.CronJob {
	return &batchv1.CronJob{ObjectMeta: s.meta("cronjob", ""), Spec: batchv1.CronJobSpec{
		Schedule: yearly, JobTemplate: batchv1.JobTemplateSpec{Spec: s.jobSpec()},
	}}
}

func (s shop) pod(name, generateName string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: s.meta(name, generateName), Spec: s.template("pod").Spec}
}

func (s shop) podTemplate() *corev1.PodTemplate {
	return &corev1.PodTemplate{ObjectMeta: s.meta("podtemplate", ""), Template: s.template("podtemplate")}
}

func (s shop) controllerRevision() *appsv1.ControllerRevision {
	return &appsv1.ControllerRevision{
		ObjectMeta: s.meta("controllerrevision", ""), Revision: 1,
		Data: runtime.RawExtension{Raw: []byte(`{"spec":{"template":{"spec":{"containers":[{"image":"` + image + `"}]}}}}`)},
	}
}
