// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build argocd

package argocd

import (
	"cmp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/hack/argocd"
)

var argoVersion = schema.GroupVersion{Group: "argoproj.io", Version: "v1alpha1"}

// inCluster is how Argo CD names the cluster that it runs in.
const inCluster = "https://kubernetes.default.svc"

// application is what tests look at of an Application.
type application struct {
	Operation *operation
	Status    struct {
		ReconciledAt metav1.Time
		Sync         syncStatus
		History      []struct {
			ID int64
			revisions
		}
		Health         struct{ Status string }
		Conditions     []struct{ Type, Message string }
		Resources      []resourceStatus
		OperationState *operationState
	}
}

type syncStatus struct {
	Status string
	revisions
}

// revisions that something is about: one, or of several sources all.
type revisions struct {
	Revision  string
	Revisions []string
}

// joined are all, with commas between.
func (r revisions) joined() string { return cmp.Or(strings.Join(r.Revisions, ","), r.Revision) }

// resourceStatus is how one object compares.
type resourceStatus struct {
	Kind, Namespace, Name, Status string
	RequiresPruning               bool
}

type operationState struct {
	Operation      operation
	Phase, Message string
	StartedAt      metav1.Time
	FinishedAt     *metav1.Time
	RetryCount     int64
	SyncResult     struct {
		revisions
		Resources []resourceResult
	}
}

type operation struct {
	InitiatedBy initiator
	Info        []struct{ Name, Value string }
}

// initiator is who began a sync.
type initiator struct {
	Username  string
	Automated bool
}

type resourceResult struct {
	Group, Kind, Namespace, Name, Status, Message, HookPhase, SyncPhase string
}

// apply makes an Application of its repository, as part of a project. Without a sync policy somebody has to ask for
// each sync.
func apply(t *testing.T, name, project, namespace string, syncPolicy map[string]any) {
	t.Helper()
	here.Create(t, applicationOf(t, name, project, namespace, syncPolicy))
}

// applyWith makes one with options of how to compare.
func applyWith(t *testing.T, compare, name, project, namespace string, syncPolicy map[string]any) {
	t.Helper()
	object := applicationOf(t, name, project, namespace, syncPolicy)
	object.SetAnnotations(map[string]string{"argocd.argoproj.io/compare-options": compare})
	here.Create(t, object)
}

func applicationOf(
	t *testing.T, name, project, namespace string, syncPolicy map[string]any,
) *unstructured.Unstructured {
	t.Helper()
	spec := map[string]any{
		"project":     project,
		"source":      map[string]any{"repoURL": repository(t, name).URL(), "path": ".", "targetRevision": "main"},
		"destination": map[string]any{"server": inCluster, "namespace": namespace},
	}
	if syncPolicy != nil {
		spec["syncPolicy"] = syncPolicy
	}
	return argoObject("Application", name, spec)
}

// argoObject has a name, or is namespace/name where it is in another namespace than Argo CD.
func argoObject(kind, name string, spec map[string]any) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	object.SetGroupVersionKind(argoVersion.WithKind(kind))
	namespace, name := argocd.Qualified(name)
	object.SetNamespace(namespace)
	object.SetName(name)
	return object
}
