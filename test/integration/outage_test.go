// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// outageNamespace is in an environment whose operator does not answer.
const outageNamespace = "outage"

// TestOutage tries config/webhook with an operator that does not answer: what the API server would send there is
// refused, by the name of the webhook entry, and all else works.
func TestOutage(t *testing.T) {
	t.Parallel()
	g := startGuarded(t)
	g.namespace(t, outageNamespace, "")
	g.create(t, outageWorkloads()...)
	g.createStops(t)
	g.awaitPods(t, "app=web", 2)
	g.finishJob(t)
	g.startNightly(t)
	g.joinEnvironment(t)
	g.apply(t, func(object *unstructured.Unstructured) bool {
		return strings.HasSuffix(object.GetKind(), "WebhookConfiguration")
	})
	g.awaitWebhooks(t)
	t.Run("Joins", g.testJoinsEntry)
	t.Run("Workloads", g.testWorkloadEntry)
	t.Run("Templates", g.testTemplateEntry)
	t.Run("Pods", g.testPodEntry)
	t.Run("Scale", g.testScaleEntry)
	t.Run("Connect", g.testConnectEntry)
	t.Run("Delete", g.testDeleteEntry)
	t.Run("Stops", g.testStopEntry)
	t.Run("ControllersGoOn", g.testControllersGoOn)
	t.Run("ControllersOwnWork", g.testControllersOwnWork)
	t.Run("NamespaceGoes", func(t *testing.T) {
		if err := g.admin(t).Delete(t.Context(), namespaceIn(outageNamespace, "")); err != nil {
			t.Fatal(err)
		}
		g.awaitGone(t, namespaceIn(outageNamespace, ""))
	})
}

// startNightly makes the Job that the CronJob has made last.
func (g guarded) startNightly(t *testing.T) {
	t.Helper()
	c := g.admin(t)
	nightly := &batchv1.CronJob{ObjectMeta: outageMeta("nightly")}
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(nightly), nightly); err != nil {
		t.Fatal(err)
	}
	made := jobIn("nightly-1")
	made.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(nightly, batchv1.SchemeGroupVersion.WithKind("CronJob")),
	}
	if err := c.Create(t.Context(), made); err != nil {
		t.Fatal(err)
	}
}

// createStops makes a freeze and two emergencies, in the name of the administrator.
func (g guarded) createStops(t *testing.T) {
	t.Helper()
	c := g.admin(t)
	self := whoAmI(t, c)
	for _, object := range []client.Object{
		freezeBy(self, outageNamespace), emergencyBy(self, "ended"), emergencyBy(self, "left"),
	} {
		if err := c.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
}

func emergencyBy(user v1alpha1.UserReference, name string) *v1alpha1.Emergency {
	return &v1alpha1.Emergency{
		ObjectMeta: outageMeta(name),
		Spec:       v1alpha1.EmergencySpec{DurationSeconds: 60, Reason: "INC-2291", Holder: user},
	}
}

// testStopEntry: an emergency can be ended, as what is gone lets nothing in; a freeze is lifted by nobody unseen. The
// other emergency stays, to go with its namespace.
func (g guarded) testStopEntry(t *testing.T) {
	c := g.admin(t)
	if err := c.Delete(t.Context(), emergencyBy(v1alpha1.UserReference{}, "ended")); err != nil {
		t.Errorf("want the emergency to end, got: %v", err)
	}
	const asked = `failed calling webhook "records.countersign.dev"`
	err := c.Delete(t.Context(), freezeBy(v1alpha1.UserReference{}, outageNamespace))
	if err == nil || !strings.Contains(err.Error(), asked) {
		t.Errorf("want the operator to be asked before the environment is unfrozen, got: %v", err)
	}
}

// send is one API call, and the webhook entry that the API server asks about it; none where it is let through.
type send struct {
	reason             string
	verb, object, body string
	entry              string
}

func (g guarded) sendAll(t *testing.T, user *rest.Config, sends map[string]send) {
	t.Helper()
	clients, err := kubernetes.NewForConfig(user)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range sends {
		t.Run(name, func(t *testing.T) {
			contentType := "application/json"
			if s.verb == http.MethodPatch {
				contentType = string(types.StrategicMergePatchType)
			}
			err := clients.RESTClient().Verb(s.verb).AbsPath(outagePath(s.object)).
				SetHeader("Content-Type", contentType).Body([]byte(s.body)).Do(t.Context()).Error()
			switch asked := fmt.Sprintf("failed calling webhook %q", s.entry); {
			case s.entry == "" && err != nil:
				t.Errorf("%s: want it let through, got: %v", s.reason, err)
			case s.entry != "" && (err == nil || !strings.Contains(err.Error(), asked)):
				t.Errorf("%s: want %s to be asked, got: %v", s.reason, s.entry, err)
			}
		})
	}
}

// outagePath is the path of group/resource/name in the namespace: apps/deployments/web, core/pods.
func outagePath(object string) string {
	group, rest, _ := strings.Cut(object, "/")
	if group == "core" {
		return "/api/v1/namespaces/" + outageNamespace + "/" + rest
	}
	return "/apis/" + group + "/v1/namespaces/" + outageNamespace + "/" + rest
}

func (g guarded) joinEnvironment(t *testing.T) {
	t.Helper()
	label := fmt.Sprintf(`{"metadata":{"labels":{%q:"green"}}}`, v1alpha1.EnvironmentLabel)
	if err := patch(g.admin(t), namespaceIn(outageNamespace, ""), "", label)(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// testJoinsEntry: no namespace joins an environment while the operator is down.
func (g guarded) testJoinsEntry(t *testing.T) {
	g.namespace(t, "outage-later", "")
	label := fmt.Sprintf(`{"metadata":{"labels":{%q:"green"}}}`, v1alpha1.EnvironmentLabel)
	err := patch(g.admin(t), namespaceIn("outage-later", ""), "", label)(t.Context())
	if err == nil || !strings.Contains(err.Error(), `failed calling webhook "joins.countersign.dev"`) {
		t.Errorf("want joins.countersign.dev to be asked, got: %v", err)
	}
	annotate := patch(g.admin(t), namespaceIn("outage-later", ""), "", `{"metadata":{"labels":{"team":"shop"}}}`)
	if err := annotate(t.Context()); err != nil {
		t.Errorf("want another label let through, got: %v", err)
	}
}

func (g guarded) awaitWebhooks(t *testing.T) {
	t.Helper()
	c := g.admin(t)
	eventually(t, func(ctx context.Context) string {
		probe := podIn("probe")
		if err := c.Create(ctx, probe, client.DryRunAll); err == nil {
			return "the API server to ask the webhooks"
		}
		return ""
	})
}

func (g guarded) awaitPods(t *testing.T, selector string, count int) []corev1.Pod {
	t.Helper()
	labels, err := metav1.ParseToLabelSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	matching, err := metav1.LabelSelectorAsSelector(labels)
	if err != nil {
		t.Fatal(err)
	}
	c := g.admin(t)
	var pods corev1.PodList
	eventually(t, func(ctx context.Context) string {
		err := c.List(ctx, &pods, client.InNamespace(outageNamespace), client.MatchingLabelsSelector{Selector: matching})
		if err != nil {
			return err.Error()
		}
		if len(pods.Items) != count {
			return fmt.Sprintf("%d Pods %s, there are %d", count, selector, len(pods.Items))
		}
		return ""
	})
	return pods.Items
}

// finishJob makes the Job named done finish, as a kubelet would.
func (g guarded) finishJob(t *testing.T) {
	t.Helper()
	pod := g.awaitPods(t, "batch.kubernetes.io/job-name=done", 1)[0]
	const finished = `{"status":{"phase":"Succeeded"}}`
	if err := patch(g.admin(t), &pod, "status", finished)(t.Context()); err != nil {
		t.Fatal(err)
	}
	c, job := g.admin(t), &batchv1.Job{}
	eventually(t, func(ctx context.Context) string {
		if err := c.Get(ctx, client.ObjectKey{Namespace: outageNamespace, Name: "done"}, job); err != nil {
			return err.Error()
		}
		if job.Status.CompletionTime == nil {
			return "the Job to be complete"
		}
		return ""
	})
}

// outageWorkloads are what the calls are about, made before the namespace is in an environment.
func outageWorkloads() []client.Object {
	web := deploymentIn("web", 2)
	web.Spec.MinReadySeconds = 1
	empty := replicaSetIn("empty")
	empty.Spec.Replicas = new(int32(0))
	template := templateOf("rc")
	return []client.Object{
		web, deploymentIn("restarted", 1), deploymentIn("scaled", 1), deploymentIn("shrunk", 2), deploymentIn("zero", 0),
		&appsv1.StatefulSet{ObjectMeta: outageMeta("db"), Spec: appsv1.StatefulSetSpec{
			Selector: selecting("db"), Template: templateOf("db"),
		}},
		&appsv1.DaemonSet{ObjectMeta: outageMeta("ds"), Spec: appsv1.DaemonSetSpec{
			Selector: selecting("ds"), Template: templateOf("ds"),
		}},
		replicaSetIn("rs"), empty,
		&corev1.ReplicationController{ObjectMeta: outageMeta("rc"), Spec: corev1.ReplicationControllerSpec{
			Selector: map[string]string{"app": "rc"}, Template: &template,
		}},
		jobIn("running"), jobIn("done"),
		&batchv1.CronJob{ObjectMeta: outageMeta("nightly"), Spec: batchv1.CronJobSpec{
			Schedule: "0 0 1 1 *", JobTemplate: batchv1.JobTemplateSpec{Spec: jobIn("nightly").Spec},
		}},
		&corev1.PodTemplate{ObjectMeta: outageMeta("pt"), Template: templateOf("pt")},
		&appsv1.ControllerRevision{ObjectMeta: outageMeta("cr"), Data: runtime.RawExtension{Raw: []byte(`{}`)}, Revision: 1},
		podIn("bare"),
		&corev1.Service{ObjectMeta: outageMeta("svc"), Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}}},
	}
}

func outageMeta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: outageNamespace, Name: name}
}

func selecting(app string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}
}

func deploymentIn(name string, replicas int32) *appsv1.Deployment {
	return &appsv1.Deployment{ObjectMeta: outageMeta(name), Spec: appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: selecting(name), Template: templateOf(name),
	}}
}

func replicaSetIn(name string) *appsv1.ReplicaSet {
	return &appsv1.ReplicaSet{ObjectMeta: outageMeta(name), Spec: appsv1.ReplicaSetSpec{
		Selector: selecting(name), Template: templateOf(name),
	}}
}

func jobIn(name string) *batchv1.Job {
	job := &batchv1.Job{ObjectMeta: outageMeta(name), Spec: batchv1.JobSpec{Template: templateOf(name)}}
	job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	return job
}

func templateOf(app string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": app}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: image}}},
	}
}

func podIn(name string) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: outageMeta(name), Spec: templateOf(name).Spec}
	pod.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1m")}
	return pod
}
