// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/url"
	"strconv"

	"github.com/countersign-dev/countersign/internal/argocd"
)

// What an answer may have, in bytes.
const (
	maxMetadata  = 1 << 20
	maxManifests = 32 << 20
)

// Application that is asked about.
type Application struct {
	Namespace, Name string
	// Project of the Application. With it the server can say that something is missing, and not only that it refuses.
	Project string
}

func (a Application) query() url.Values {
	query := url.Values{}
	set(query, "appNamespace", a.Namespace)
	set(query, "project", a.Project)
	return query
}

func set(query url.Values, key, value string) {
	if value != "" {
		query.Set(key, value)
	}
}

// Metadata of a revision of one source of an Application. The revision is a commit: what is no 40 hexadecimal digits
// the server refuses. Sources are counted from 0, as in spec.sources; an Application with one source has number 0.
func (c *Client) Metadata(
	ctx context.Context, application Application, source int, revision string,
) (metadata argocd.Metadata, err error) {
	query := application.query()
	query.Set("sourceIndex", strconv.Itoa(source))
	err = c.get(ctx, []string{application.Name, "revisions", revision, "metadata"}, query, maxMetadata, &metadata)
	return metadata, err
}

// Manifests that an Application renders to at revisions, as JSON, hooks included. An Application with one source has
// one revision; of one with several sources, each source has its own, in their order. What Secrets hold the server
// does not say.
func (c *Client) Manifests(ctx context.Context, application Application, revisions ...string) ([]string, error) {
	query := application.query()
	if len(revisions) == 1 {
		query.Set("revision", revisions[0])
	}
	// An Application that has its one source in a list is one with several; the server ignores what does not apply.
	for i, revision := range revisions {
		query.Add("revisions", revision)
		query.Add("sourcePositions", strconv.Itoa(i+1))
	}
	var answer struct{ Manifests []string }
	err := c.get(ctx, []string{application.Name, "manifests"}, query, maxManifests, &answer)
	return answer.Manifests, err
}
