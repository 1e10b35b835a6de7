// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

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

// digestOfSpec is that of what an Application deploys, whereto and how, but for the revision. By it can be told who has
// changed that.
func digestOfSpec(application map[string]any) (string, error) {
	spec, _, err := unstructured.NestedMap(application, "spec")
	if err != nil {
		return "", fmt.Errorf("read spec: %w", err)
	}
	policy, _ := spec["syncPolicy"].(map[string]any)
	all := []any{
		spec["project"], meaningful(spec["destination"]), meaningful(spec["ignoreDifferences"]),
		meaningful(policy["syncOptions"]), meaningful(policy["managedNamespaceMetadata"]),
		saidOfHydrator(spec["sourceHydrator"]),
	}
	for _, source := range sourcesOf(spec) {
		fields, _ := source.(map[string]any)
		all = append(all, said(fields))
	}
	return digest(all)
}

// sourcesOf a spec: several, or else the one.
func sourcesOf(spec map[string]any) []any {
	if several, _ := spec["sources"].([]any); len(several) > 0 {
		return several
	}
	return []any{spec["source"]}
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

// verbatim are fields of a source in which nothing is left out: what is empty there is deployed as such.
var verbatim = []string{"valuesObject", "commonLabels", "commonAnnotations", "plugin"}

// meaningful is a value without what means the same as nothing: Argo CD writes a source down anew, and leaves that out,
// or adds it.
func meaningful(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return meaningfulFields(value)
	case []any:
		return meaningfulList(value)
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

func meaningfulFields(fields map[string]any) any {
	kept := map[string]any{}
	for name, inner := range fields {
		if !slices.Contains(verbatim, name) {
			inner = meaningful(inner)
		}
		if inner != nil {
			kept[name] = inner
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// meaningfulList leaves none out: what an element has counts, and which one it is.
func meaningfulList(list []any) any {
	if len(list) == 0 {
		return nil
	}
	kept := make([]any, 0, len(list))
	for _, element := range list {
		if fields, ok := element.(map[string]any); ok {
			element = meaningful(fields)
		}
		kept = append(kept, element)
	}
	return kept
}
