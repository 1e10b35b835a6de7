// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/internal/workload"
)

func TestImages(t *testing.T) {
	cases := map[string]struct {
		reason  string
		content string
		want    []string
	}{
		"Containers": {
			reason: "each kind of container, sorted, each image once, as written",
			content: `
spec:
  template:
    spec:
      initContainers: [{image: "b:1"}, {image: "docker.io/library/a:1", restartPolicy: Always}]
      containers: [{image: "b:1"}, {image: c@sha256:1}]
      ephemeralContainers: [{image: d}]`,
			want: []string{"b:1", "c@sha256:1", "d", "docker.io/library/a:1"},
		},
		"ImageVolume": {
			reason:  "its files run as well as any",
			content: `spec: {volumes: [{name: model, image: {reference: "m:1", pullPolicy: Always}}]}`,
			want:    []string{"m:1"},
		},
		"CronJob": {
			reason:  "below jobTemplate",
			content: `spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a}]}}}}}`,
			want:    []string{"a"},
		},
		"ControllerRevision": {
			reason:  "below data",
			content: `data: {spec: {template: {spec: {containers: [{image: a}]}}}}`,
			want:    []string{"a"},
		},
		"FutureField": {
			reason:  "a field that is not known yet",
			content: `spec: {sandbox: {kernelImage: a, image: {reference: b}, helpers: [{deep: {image: c}}]}}`,
			want:    []string{"a", "b", "c"},
		},
		"InlineVolume": {
			reason:  "a storage driver that mounts images",
			content: `spec: {volumes: [{csi: {driver: image.example.com, volumeAttributes: {image: a}}}]}`,
			want:    []string{"a"},
		},
		"NotImages": {
			reason: "a label, a block device, a policy, an image that is left to somebody else",
			content: `
metadata: {labels: {image: a}, annotations: {image: a}}
spec:
  nodeSelector: {image: a}
  selector: {matchLabels: {image: a}}
  volumes: [{rbd: {image: a, pool: p}}]
  containers: [{imagePullPolicy: Always, image: ""}, {image: 5}]`,
			want: nil,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, workload.Images(decode(t, tc.content))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestImagesOutside : what is below a field is left out, also where the same image stands elsewhere.
func TestImagesOutside(t *testing.T) {
	content := decode(t, `
spec:
  template:
    spec:
      containers: [{image: web}, {image: both}]
      ephemeralContainers: [{image: debug}]
      volumes: [{image: {reference: model}}, {image: {reference: both}}, {csi: {volumeAttributes: {image: driver}}}]`)
	for name, tc := range map[string]struct {
		outside []string
		want    []string
	}{
		"Nothing":   {nil, []string{"both", "debug", "driver", "model", "web"}},
		"Volumes":   {[]string{"volumes"}, []string{"both", "debug", "web"}},
		"Debuggers": {[]string{"volumes", "ephemeralContainers"}, []string{"both", "web"}},
		"All":       {[]string{"spec"}, nil},
	} {
		if diff := cmp.Diff(tc.want, workload.ImagesOutside(content, tc.outside...)); diff != "" {
			t.Errorf("outside %s (-want +got):\n%s", name, diff)
		}
	}
}

// TestImagesOf : what is only called an image in a ConfigMap, a Secret or a rule is none.
func TestImagesOf(t *testing.T) {
	content := decode(t, `spec: {image: a}`)
	for resource, want := range map[string]int{
		"deployments.apps": 1, "rollouts.argoproj.io": 1, "configmaps": 0, "secrets": 0,
		"promotionpolicies.countersign.dev": 0,
	} {
		if got := workload.ImagesOf(schema.ParseGroupResource(resource), content); len(got) != want {
			t.Errorf("%s: %q, want %d", resource, got, want)
		}
	}
}
