// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// ofSpec tells whether a sync is of the sources that the Application names, whatever their revision. A rollback may be
// of those it named then. An order that names none is of those of the spec.
func (o syncOperation) ofSpec(application map[string]any) bool {
	if several, ok := field(application, "spec", "sources"); ok {
		listed, _ := several.([]any)
		return len(o.Sources) == 0 || sameSources(o.Sources, listed)
	}
	one, _ := field(application, "spec", "source")
	return len(o.Source) == 0 || sameSource(o.Source, one)
}

// ofSources is ofSpec, also where a hydrator writes what is synced.
func (o syncOperation) ofSources(application map[string]any) bool {
	hydrator, _ := field(application, "spec", "sourceHydrator")
	fields, hydrated := hydrator.(map[string]any)
	if !hydrated {
		return o.ofSpec(application)
	}
	url, _ := field(fields, "drySource", "repoURL")
	path, _ := field(fields, "syncSource", "path")
	return len(o.Sources) == 0 && (len(o.Source) == 0 || o.Source["repoURL"] == url && o.Source["path"] == path)
}

func sameSources(ordered []map[string]any, named []any) bool {
	if len(ordered) != len(named) {
		return false
	}
	for i := range ordered {
		if !sameSource(ordered[i], named[i]) {
			return false
		}
	}
	return true
}

func sameSource(ordered map[string]any, named any) bool {
	source, ok := named.(map[string]any)
	return ok && reflect.DeepEqual(said(ordered), said(source))
}

// sourcesOf an Application: the digest of all that its spec says of them, but for their revision.
func sourcesOf(application map[string]any) (string, error) {
	spec, _, err := unstructured.NestedMap(application, "spec")
	if err != nil {
		return "", fmt.Errorf("read spec: %w", err)
	}
	return digestOf(spec)
}

// lastDeployed sources of an Application, whole; empty where nothing is known of that. A hydrator writes what is
// deployed, and what of is not said.
func lastDeployed(application map[string]any) (string, error) {
	history, _, err := unstructured.NestedSlice(application, "status", "history")
	if err != nil {
		return "", fmt.Errorf("read status.history: %w", err)
	}
	if len(history) == 0 {
		return "", nil
	}
	last, ok := history[len(history)-1].(map[string]any)
	if !ok {
		return "", errors.New("read status.history: its last entry is no object")
	}
	return digestOf(last)
}

// digestOf the sources that a spec, or an entry of the history, has: several, or else the one; and what is hydrated.
func digestOf(fields map[string]any) (string, error) {
	sources, _ := fields["sources"].([]any)
	if len(sources) == 0 {
		sources = []any{fields["source"]}
	}
	all := make([]any, 1, 1+len(sources))
	all[0] = saidOfHydrator(fields["sourceHydrator"])
	for _, source := range sources {
		each, _ := source.(map[string]any)
		all = append(all, said(each))
	}
	return digest(all)
}

// saidOfHydrator is what is said of what is hydrated, and whereto, but for the revision.
func saidOfHydrator(hydrator any) any {
	fields, _ := hydrator.(map[string]any)
	fields = maps.Clone(fields)
	if dry, found := fields["drySource"].(map[string]any); found {
		fields["drySource"] = said(dry)
	}
	return meaningful(fields)
}

// digest of what is written down as JSON.
func digest(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("write down the sources: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// said is what a source says, but for its revision.
func said(source map[string]any) any {
	source = maps.Clone(source)
	delete(source, "targetRevision")
	return meaningful(source)
}

// meaningful is a value without what means the same as nothing: Argo CD writes a source down anew, and leaves that out,
// or adds it.
func meaningful(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, inner := range value {
			if inner = meaningful(inner); inner != nil {
				kept[key] = inner
			}
		}
		if len(kept) > 0 {
			return kept
		}
		return nil
	case []any:
		if len(value) == 0 {
			return nil
		}
	case string:
		if value == "" {
			return nil
		}
	case bool:
		if !value {
			return nil
		}
	}
	return value
}
