// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Sync that runs, as far as it matters to who wrote what it brings.
type Sync struct {
	// Project of the Application.
	Project string
	// Revisions of its sources, in their order.
	Revisions []string
	// Hydrated: the hydrator of Argo CD wrote what is synced.
	Hydrated bool
}

// SyncOf an Application. It is an error where none runs, where it brings what is in no repository, or where it does not
// say for each source at which revision.
func SyncOf(application map[string]any) (Sync, error) {
	running, found, err := unstructured.NestedMap(application, "operation", "sync")
	if err != nil || !found {
		return Sync{}, errors.Join(errors.New("no sync runs"), err)
	}
	if _, local := running["manifests"]; local {
		return Sync{}, errors.New("what is synced comes from somebody's disk (sync.manifests), and not from Git")
	}
	if err := certain(application); err != nil {
		return Sync{}, err
	}
	var sync Sync
	if sync.Project, _, err = unstructured.NestedString(application, "spec", "project"); err != nil {
		return Sync{}, err
	}
	_, sync.Hydrated, err = unstructured.NestedMap(application, "spec", "sourceHydrator")
	if err != nil {
		return Sync{}, err
	}
	sync.Revisions, err = revisionsOf(application, running)
	return sync, err
}

// certain : what is synced is what the Application names, at the revisions that were ordered.
func certain(application map[string]any) error {
	order, err := orderOf(application)
	if err != nil {
		return err
	}
	if _, same := order.runs(application); !same {
		return errors.New("it is not said that the revision that was ordered is synced (status.operationState)")
	}
	if now, _ := runningIn(application); !order.cameTo(now, application) {
		return errors.New("what is synced is something else than was ordered (status.operationState.syncResult)")
	}
	if !order.ofSources(application) {
		return errors.New("what is synced is another source than the Application names")
	}
	return nil
}

// cameTo : the sync that runs is of the sources that the Application names, and where commits were ordered, has come to
// no others. It goes on as its result says, once it has one.
func (o syncOperation) cameTo(now state, application map[string]any) bool {
	result := now.SyncResult
	came := syncOperation{
		Revision: result.Revision, Revisions: result.Revisions, Source: result.Source, Sources: result.Sources,
	}
	return came.ofSources(application) && !o.left(came)
}

// left tells whether what a sync came to is another commit than was ordered.
func (o syncOperation) left(came syncOperation) bool {
	to := append([]string{came.Revision}, came.Revisions...)
	for i, ordered := range append([]string{o.Revision}, o.Revisions...) {
		if IsCommit(ordered) && i < len(to) && to[i] != "" && to[i] != ordered {
			return true
		}
	}
	return false
}

func revisionsOf(application, running map[string]any) ([]string, error) {
	sources, _, err := unstructured.NestedSlice(application, "spec", "sources")
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		revision, _, err := unstructured.NestedString(running, "revision")
		return []string{revision}, err
	}
	revisions, _, err := unstructured.NestedStringSlice(running, "revisions")
	if err != nil {
		return nil, err
	}
	if len(revisions) != len(sources) {
		return nil, fmt.Errorf("%d revisions are synced of %d sources", len(revisions), len(sources))
	}
	return revisions, nil
}

// IsCommit tells whether a revision is a commit of Git, by its whole hash. A branch may have moved since, and a version
// of a chart or a digest of an image has no author.
func IsCommit(revision string) bool {
	if len(revision) != 40 && len(revision) != 64 {
		return false
	}
	for _, r := range revision {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f') {
			return false
		}
	}
	return true
}
