// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"maps"
	"reflect"
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
