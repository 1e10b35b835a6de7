// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/internal/index"
)

func TestStaysWith(t *testing.T) {
	for name, test := range map[string]struct {
		reason, resource string
		owned, deleted   bool
		want             bool
	}{
		"Deployment":       {"it refers to it", "deployments", false, false, true},
		"OwnedDeployment":  {"an owner is no template", "deployments", true, false, true},
		"OwnedStatefulSet": {"an owner is no template", "statefulsets", true, false, true},
		"OwnedPod":         {"it is of a former template, or that stands against it", "pods", true, false, false},
		"OwnedReplicaSet":  {"the same", "replicasets", true, false, false},
		"OwnedJob":         {"the same of a CronJob", "jobs", true, false, false},
		"OwnedRevision":    {"the same of a StatefulSet", "controllerrevisions", true, false, false},
		"Pod":              {"nothing else stands against it", "pods", false, false, true},
		"Deleted":          {"that was let in", "deployments", false, true, false},
	} {
		object := &unstructured.Unstructured{Object: map[string]any{index.Owned: test.owned}}
		if test.deleted {
			object.SetDeletionTimestamp(&metav1.Time{Time: time.Unix(0, 0)})
		}
		if got := staysWith(WorkloadKind{Resource: test.resource}, object); got != test.want {
			t.Errorf("%s: %s: got %t", name, test.reason, got)
		}
	}
}

func TestTelling(t *testing.T) {
	for name, test := range map[string]struct {
		reason      string
		users, want []string
	}{
		"Revisions": {"they alone use it", []string{"controllerrevisions/b", "controllerrevisions/a"},
			[]string{"controllerrevisions/a", "controllerrevisions/b"}},
		"Others": {"each has a revision", []string{"statefulsets/a", "controllerrevisions/a", "pods/a"},
			[]string{"pods/a", "statefulsets/a"}},
		"Nothing": {"nothing uses it", nil, nil},
	} {
		if got := telling(test.users); !slices.Equal(got, test.want) {
			t.Errorf("%s: %s: got %q", name, test.reason, got)
		}
	}
}
