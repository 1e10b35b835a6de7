// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

//go:build delivery

package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/gitrepo"
	"github.com/countersign-dev/countersign/test/cluster"
)

// dave commits.
var dave = gitrepo.Person{Name: "Dave", Email: "dave@example.com"}

// fluxManifests are what docs/flux.md has: a bot, and a Kustomization that deploys as that.
func fluxManifests(t *testing.T, has, environment string) string {
	t.Helper()
	return documented(t, "flux.md", has, "checkout-flux", "$E-flux", "shop-production", "$E", "production", "$E",
		"namespace: shop", "namespace: $E-bots",
		"https://git.example.com/shop/checkout.git", repositoryURL(t, environment))
}

// fluxPage runs the commands of docs/flux.md that have a text.
func (p terminal) fluxPage(t *testing.T, e environment, has string) printed {
	t.Helper()
	named := strings.NewReplacer("shop-production", e.name, "shop/checkout", e.bots()+"/checkout")
	return p.play(t, "flux.md", has, named)
}

func repositoryDir(environment string) string {
	return filepath.Join(here.Dir, "repositories", environment)
}

func repository(t *testing.T, environment string) *gitrepo.Repository {
	t.Helper()
	r, err := gitrepo.New(t.Context(), repositoryDir(environment))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func repositoryURL(t *testing.T, environment string) string {
	t.Helper()
	url, err := here.git.URL(repository(t, environment))
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// commit writes workloads of a version, and returns the revision that Flux will make of it.
func (e environment) commit(t *testing.T, version string, workloads ...string) string {
	t.Helper()
	files := map[string]string{}
	for _, name := range workloads {
		files["deploy/"+name+".yaml"] = workload(name, version)
	}
	return e.commitFiles(t, files)
}

func (e environment) commitFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	sha, err := repository(t, e.name).Commit(t.Context(), dave, "Release", files)
	if err != nil {
		t.Fatal(err)
	}
	return "main@sha1:" + sha
}

// fetch has Flux fetch the repository now, as a webhook of a Git host has.
func (e environment) fetch(t *testing.T) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":%q}}}`,
		time.Now().Format(time.RFC3339Nano))
	object := e.fluxObject("source.toolkit.fluxcd.io/v1", "GitRepository")
	merge := client.RawPatch(types.MergePatchType, []byte(patch))
	if err := here.Admin(t).Patch(t.Context(), object, merge); err != nil {
		t.Fatal(err)
	}
}

func (e environment) fluxObject(apiVersion, kind string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	object.SetNamespace(e.bots())
	object.SetName("checkout")
	return object
}

func (e environment) kustomization() *unstructured.Unstructured {
	return e.fluxObject("kustomize.toolkit.fluxcd.io/v1", "Kustomization")
}

// status of a Kustomization, as far as tests look at it.
type status struct {
	Status struct {
		Conditions                                 []metav1.Condition
		LastAppliedRevision, LastAttemptedRevision string
	}
}

// ready says what came of the last reconciliation, and why.
func (s status) ready() metav1.Condition {
	if ready := meta.FindStatusCondition(s.Status.Conditions, "Ready"); ready != nil {
		return *ready
	}
	return metav1.Condition{}
}

// awaitKustomization waits until the Kustomization is as it should be. What says what is not.
func (e environment) awaitKustomization(t *testing.T, what func(status) string) (found status) {
	t.Helper()
	c := here.Admin(t)
	cluster.Eventually(t, func(ctx context.Context) string {
		object := e.kustomization()
		if err := c.Get(ctx, client.ObjectKeyFromObject(object), object); err != nil {
			return err.Error()
		}
		content, err := object.MarshalJSON()
		if err != nil {
			return err.Error()
		}
		found = status{}
		if err := json.Unmarshal(content, &found); err != nil {
			return err.Error()
		}
		return what(found)
	})
	return found
}

// awaitDenied waits until Flux says that it was turned away for a request at a revision.
func (e environment) awaitDenied(t *testing.T, revision, request string) status {
	t.Helper()
	return e.awaitKustomization(t, func(s status) string {
		ready := s.ready()
		if s.Status.LastAttemptedRevision != revision || ready.Status != metav1.ConditionFalse ||
			!strings.Contains(ready.Message, request) {
			return fmt.Sprintf("%s to be denied for %s: %+v", revision, request, s)
		}
		return ""
	})
}

// awaitApplied waits until a revision is applied and well.
func (e environment) awaitApplied(t *testing.T, revision string) status {
	t.Helper()
	return e.awaitKustomization(t, func(s status) string {
		if s.Status.LastAppliedRevision != revision || s.ready().Status != metav1.ConditionTrue {
			return fmt.Sprintf("%s to be applied: %+v", revision, s)
		}
		return ""
	})
}
