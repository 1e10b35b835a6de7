// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Entries of an operation's info in which admission writes down who wrote the operation, and for which sources of the
// Application. They stay with it wherever Argo CD takes it. ../../config/policy/applications.yaml knows the names too.
const (
	writtenBy    = "countersign.dev/written-by"
	writtenByUID = "countersign.dev/written-by-uid"
	writtenFor   = "countersign.dev/written-for"
)

// writer is who wrote an operation, and for what.
type writer struct {
	username, uid string
	// sources is the digest of what the Application deployed, and where, when the operation was written.
	sources string
}

// Stamp writes down, in the operation of an Application, that the user wrote it. Before is the Application as it is
// stored; nil for a new one. Argo CD's own service accounts write whole Applications: where one finds an operation and
// leaves it, it stays with whom it was. An Application whose operation nobody writes is left as it is, and so is one
// that says that somebody else wrote it, which a ValidatingAdmissionPolicy refuses; what cannot be read is an error.
func (t Trust) Stamp(application, before map[string]any, user v1alpha1.UserReference) error {
	operation, found, err := unstructured.NestedMap(application, "operation")
	if there, _ := field(before, "operation"); err != nil || !found || reflect.DeepEqual(there, any(operation)) {
		return err
	}
	by, err := t.writerOf(application, before, user)
	if err != nil {
		return err
	}
	if sent := stampOn(operation).username; sent != "" && sent != by.username {
		return nil
	}
	info, _, err := unstructured.NestedSlice(operation, "info")
	if err != nil {
		return fmt.Errorf("read operation.info: %w", err)
	}
	operation["info"] = append(slices.DeleteFunc(info, isStamp), by.entries()...)
	return unstructured.SetNestedMap(application, operation, "operation")
}

func (t Trust) writerOf(application, before map[string]any, user v1alpha1.UserReference) (writer, error) {
	there, found, err := unstructured.NestedMap(before, "operation")
	if err == nil && found && t.own(user.Username) && sameOrder(application, before) {
		return stampOn(there), nil
	}
	sources, err := digestOfSources(application)
	return writer{username: user.Username, uid: user.UID, sources: sources}, err
}

// sameOrder : the same is to be done, in the same name.
func sameOrder(a, b map[string]any) bool {
	for _, what := range []string{"initiatedBy", "sync"} {
		one, _ := field(a, "operation", what)
		other, _ := field(b, "operation", what)
		if !reflect.DeepEqual(one, other) {
			return false
		}
	}
	return true
}

// digestOfSources of an Application: from where it deploys what, and whereto. By it can be told whether somebody has
// changed that.
func digestOfSources(application map[string]any) (string, error) {
	spec, _, err := unstructured.NestedMap(application, "spec")
	if err != nil {
		return "", fmt.Errorf("read spec: %w", err)
	}
	return digest([]any{
		spec["project"], spec["destination"], spec["source"], spec["sources"], spec["sourceHydrator"],
	})
}

func (w writer) entries() []any {
	var entries []any
	for _, entry := range [][2]string{{writtenBy, w.username}, {writtenByUID, w.uid}, {writtenFor, w.sources}} {
		if entry[1] != "" {
			entries = append(entries, map[string]any{"name": entry[0], "value": entry[1]})
		}
	}
	return entries
}

func isStamp(entry any) bool {
	fields, ok := entry.(map[string]any)
	return ok && slices.Contains([]any{writtenBy, writtenByUID, writtenFor}, fields["name"])
}

// stampOn an operation; empty where there is none. Of one given twice none counts.
func stampOn(operation map[string]any) writer {
	info, _, err := unstructured.NestedSlice(operation, "info")
	if err != nil {
		return writer{}
	}
	found := map[any]string{}
	for _, entry := range info {
		fields, ok := entry.(map[string]any)
		if !ok || !isStamp(entry) {
			continue
		}
		value, ok := fields["value"].(string)
		if _, twice := found[fields["name"]]; twice || !ok {
			return writer{}
		}
		found[fields["name"]] = value
	}
	return writer{username: found[writtenBy], uid: found[writtenByUID], sources: found[writtenFor]}
}
