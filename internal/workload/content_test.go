// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestContent(t *testing.T) {
	cases := map[string]struct {
		reason       string
		resource     schema.GroupResource
		object, want string
	}{
		"Deployment": {
			reason:   "the spec and nothing else, less how many, when it was restarted and a null time",
			resource: deployments,
			object: `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {team: a}, annotations: {deployment.kubernetes.io/revision: "3"}}
spec:
  replicas: 3
  unknownToThisBinary: {a: [1, 2.0, 0.5]}
  template:
    metadata:
      creationTimestamp: null
      annotations: {kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05Z"}
    spec: {containers: [{name: web, image: a}]}
status: {replicas: 3}`,
			want: `
spec:
  unknownToThisBinary: {a: [1, 2, 0.5]}
  template:
    metadata: {}
    spec: {containers: [{name: web, image: a}]}`,
		},
		"EmptyResourcesStay": {
			reason:   "the API server itself keeps what it was sent, and a digest of before must stay one",
			resource: deployments,
			object:   `spec: {template: {spec: {containers: [{name: web, image: a, resources: {}}]}}}`,
			want:     `spec: {template: {spec: {containers: [{name: web, image: a, resources: {}}]}}}`,
		},
		"OtherAnnotationsStay": {
			reason:   "the restart annotation is the one that is no content",
			resource: schema.GroupResource{Group: "apps", Resource: "daemonsets"},
			object: `spec: {template: {metadata: {annotations: {a: b,
  kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05.678+02:00"}}}}`,
			want: `spec: {template: {metadata: {annotations: {a: b}}}}`,
		},
		"NoReplicas": {
			reason:   "a field of this name in a kind that cannot be scaled is content",
			resource: schema.GroupResource{Group: "apps", Resource: "daemonsets"},
			object:   `spec: {replicas: 3}`,
			want:     `spec: {replicas: 3}`,
		},
		"StatefulSet": {
			reason:   "a null time is taken out of claims as well",
			resource: schema.GroupResource{Group: "apps", Resource: "statefulsets"},
			object:   `spec: {replicas: 1, volumeClaimTemplates: [{metadata: {name: d, creationTimestamp: null}}]}`,
			want:     `spec: {volumeClaimTemplates: [{metadata: {name: d}}]}`,
		},
		"ReplicaSet": {
			reason:   "the hash label is content",
			resource: schema.GroupResource{Group: "apps", Resource: "replicasets"},
			object:   `spec: {replicas: 1, template: {metadata: {labels: {pod-template-hash: abc}}}}`,
			want:     `spec: {template: {metadata: {labels: {pod-template-hash: abc}}}}`,
		},
		"ReplicationController": {
			reason:   "it can be scaled",
			resource: schema.GroupResource{Resource: "replicationcontrollers"},
			object:   `spec: {replicas: 1, selector: {app: web}}`,
			want:     `spec: {selector: {app: web}}`,
		},
		"CronJob": {
			reason:   "the template is two levels down",
			resource: cronJobs,
			object: `
spec:
  schedule: "@daily"
  jobTemplate:
    metadata: {creationTimestamp: null}
    spec:
      template:
        metadata: {annotations: {kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05Z"}, creationTimestamp: null}`,
			want: `spec: {schedule: "@daily", jobTemplate: {metadata: {}, spec: {template: {metadata: {}}}}}`,
		},
		"Job": {
			reason:   "labels that name this very Job; its name was chosen by somebody",
			resource: jobs,
			object: `
metadata: {name: migrate, uid: u-1}
spec:
  selector: {matchLabels: {batch.kubernetes.io/controller-uid: u-1}}
  template: {metadata: {labels: {app: a, controller-uid: u-1, job-name: migrate}}}`,
			want: `
spec:
  selector: {matchLabels: {batch.kubernetes.io/controller-uid: (own uid)}}
  template: {metadata: {labels: {app: a, controller-uid: (own uid), job-name: migrate}}}`,
		},
		"GeneratedJob": {
			reason:   "its name was made up",
			resource: jobs,
			object: `
metadata: {name: migrate-2kq7x, generateName: migrate-, uid: u-1}
spec: {template: {metadata: {labels: {app: migrate-2kq7x, job-name: migrate-2kq7x,
  batch.kubernetes.io/job-name: migrate-2kq7x, batch.kubernetes.io/controller-uid: u-1}}}}`,
			want: `
spec: {template: {metadata: {labels: {app: migrate-2kq7x, job-name: (own name),
  batch.kubernetes.io/job-name: (own name), batch.kubernetes.io/controller-uid: (own uid)}}}}`,
		},
		"JobWithoutUID": {
			reason:   "an empty label is not the UID that a mutating webhook does not see yet",
			resource: jobs,
			object:   `{metadata: {name: a}, spec: {template: {metadata: {labels: {controller-uid: ""}}}}}`,
			want:     `{spec: {template: {metadata: {labels: {controller-uid: ""}}}}}`,
		},
		"PodTemplate": {
			reason:   "the template",
			resource: schema.GroupResource{Resource: "podtemplates"},
			object:   `{metadata: {name: a}, template: {metadata: {creationTimestamp: null}, spec: {nodeName: n}}}`,
			want:     `template: {metadata: {}, spec: {nodeName: n}}`,
		},
		"ControllerRevision": {
			reason:   "data is kept as it is: a null in a patch takes something away",
			resource: revisions,
			object:   `{revision: 2, data: {spec: {template: {metadata: {creationTimestamp: null}}}}, metadata: {name: a}}`,
			want:     `{revision: 2, data: {spec: {template: {metadata: {creationTimestamp: null}}}}}`,
		},
		"Pod": {
			reason:   "labels and annotations are a Pod's own",
			resource: pods,
			object:   `{metadata: {name: a, labels: {a: b}, annotations: {c: d}}, spec: {nodeName: n}}`,
			want:     `{metadata: {labels: {a: b}, annotations: {c: d}}, spec: {nodeName: n}}`,
		},
		"PlainPod": {
			reason:   "empty labels are no labels",
			resource: pods,
			object:   `{metadata: {name: a, labels: {}, annotations: null}, spec: {}}`,
			want:     `{spec: {}}`,
		},
		"PodToken": {
			reason:   "the volume and its mounts are renamed alike, and nothing else",
			resource: pods,
			object: `
spec:
  initContainers: [{name: a, volumeMounts: [{name: kube-api-access-2kq7x, mountPath: /t}]}]
  containers: [{name: kube-api-access-2kq7x, volumeMounts: [{name: data}, {name: kube-api-access-2kq7x}]}]
  ephemeralContainers: [{volumeMounts: [{name: kube-api-access-2kq7x}]}]
  volumes: [{name: data}, {name: kube-api-access-2kq7x, projected: {sources: []}}]`,
			want: `
spec:
  initContainers: [{name: a, volumeMounts: [{name: kube-api-access-*, mountPath: /t}]}]
  containers: [{name: kube-api-access-2kq7x, volumeMounts: [{name: data}, {name: kube-api-access-*}]}]
  ephemeralContainers: [{volumeMounts: [{name: kube-api-access-*}]}]
  volumes: [{name: data}, {name: kube-api-access-*, projected: {sources: []}}]`,
		},
		"PodWithTwoTokens": {
			reason:   "either could be somebody's own",
			resource: pods,
			object: `spec: {volumes: [{name: kube-api-access-2kq7x, projected: {}},
  {name: kube-api-access-7x2kq, projected: {}}]}`,
			want: `spec: {volumes: [{name: kube-api-access-2kq7x, projected: {}},
  {name: kube-api-access-7x2kq, projected: {}}]}`,
		},
		"PodWithOtherVolume": {
			reason:   "the token volume is projected",
			resource: pods,
			object:   `spec: {volumes: [{name: kube-api-access-2kq7x, hostPath: {path: /}}]}`,
			want:     `spec: {volumes: [{name: kube-api-access-2kq7x, hostPath: {path: /}}]}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := content(t, tc.resource, decode(t, tc.object))
			if diff := cmp.Diff(decode(t, tc.want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestContentRefuses(t *testing.T) {
	cases := map[string]struct {
		reason   string
		resource schema.GroupResource
		object   map[string]any
	}{
		"NotGated": {
			"it runs nothing", schema.GroupResource{Resource: "limitranges"}, map[string]any{"spec": map[string]any{}},
		},
		"NoSpec":      {"there is nothing to approve", deployments, map[string]any{}},
		"NullSpec":    {"there is nothing to approve", deployments, map[string]any{"spec": nil}},
		"NoData":      {"there is nothing to approve", revisions, map[string]any{"revision": int64(1)}},
		"NoObject":    {"there is nothing to approve", pods, nil},
		"NotJSON":     {"it has no canonical form", pods, map[string]any{"spec": map[string]any{"a": []any{1}}}},
		"BadMetadata": {"it has no canonical form", pods, decodeBadLabels()},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := workload.Content(tc.resource, tc.object); err == nil {
				t.Errorf("%s: got %v", tc.reason, got)
			}
		})
	}
}

func decodeBadLabels() map[string]any {
	labels := map[string]any{"a": 1}
	return map[string]any{"metadata": map[string]any{"labels": labels}, "spec": map[string]any{}}
}
