// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// Reference is a ConfigMap or Secret in its own namespace that a content takes configuration from.
type Reference struct {
	Kind v1alpha1.ConfigurationKind
	Name string
	// Optional : Pods start without it.
	Optional bool
}

// Key of the reference, for indexes and maps: ConfigMap/app.
func (r Reference) Key() string { return string(r.Kind) + "/" + r.Name }

// Resource that the object is of.
func (r Reference) Resource() schema.GroupResource {
	if r.Kind == v1alpha1.ConfigurationSecret {
		return secrets
	}
	return configMaps
}

// ReferenceTo an object; false where it is neither a ConfigMap nor a Secret.
func ReferenceTo(resource schema.GroupResource, name string) (Reference, bool) {
	switch resource {
	case configMaps:
		return Reference{Kind: v1alpha1.ConfigurationConfigMap, Name: name}, true
	case secrets:
		return Reference{Kind: v1alpha1.ConfigurationSecret, Name: name}, true
	}
	return Reference{}, false
}

// RootAuthority is the ConfigMap that every Pod finds the cluster's authority in. The cluster keeps it, and may write
// another authority into it at any time.
const RootAuthority = "kube-root-ca.crt"

// References are the ConfigMaps and Secrets that the Pods of a content take configuration from, sorted, each once. It
// is optional only where each use of it is. It does not go by a list of fields of Pods alone: whatever is called a
// reference to one counts, so that volumes of drivers, and fields newer than this, are in.
//
// RootAuthority is left out: what it holds is the cluster's.
func References(content map[string]any) []Reference {
	var found []Reference
	inPods(content, func(pod map[string]any) { addReferences(&found, pod) })
	slices.SortFunc(found, func(a, b Reference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), compareOptional(a, b))
	})
	return slices.CompactFunc(found, func(a, b Reference) bool { return a.Kind == b.Kind && a.Name == b.Name })
}

// NewReferences are those of an object that the stored one does not have; of a new object all.
func NewReferences(object, stored map[string]any) []Reference {
	already := References(stored)
	return slices.DeleteFunc(References(object), func(reference Reference) bool {
		return slices.ContainsFunc(already, func(other Reference) bool { return other.Key() == reference.Key() })
	})
}

// compareOptional puts the use that needs the object first.
func compareOptional(a, b Reference) int {
	switch {
	case a.Optional == b.Optional:
		return 0
	case b.Optional:
		return -1
	}
	return 1
}

// inPods visits what looks like the spec of a Pod, wherever it is: an object with a list of containers.
func inPods(value any, visit func(pod map[string]any)) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			inPods(element, visit)
		}
	case map[string]any:
		if _, ok := value["containers"].([]any); ok {
			visit(value)
			return
		}
		for _, element := range value {
			inPods(element, visit)
		}
	}
}

func addReferences(found *[]Reference, value any) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			addReferences(found, element)
		}
	case map[string]any:
		for key, element := range value {
			*found = append(*found, referencesOf(key, element)...)
			addReferences(found, element)
		}
	}
}

// referencesOf a field: imagePullSecrets, a list, without which a Pod may start; or one object that names another.
func referencesOf(key string, value any) []Reference {
	if key == "imagePullSecrets" {
		elements := elementsOf(value)
		all := make([]Reference, 0, len(elements))
		for _, element := range elements {
			all = append(all, named(v1alpha1.ConfigurationSecret, fieldsOf(element), "name")...)
		}
		for i := range all {
			all[i].Optional = true
		}
		return all
	}
	fields := fieldsOf(value)
	switch {
	case key == "configMap" || key == "configMapRef" || key == "configMapKeyRef":
		return named(v1alpha1.ConfigurationConfigMap, fields, "name")
	case key == "secret":
		return append(named(v1alpha1.ConfigurationSecret, fields, "secretName"),
			named(v1alpha1.ConfigurationSecret, fields, "name")...)
	case key == "secretRef" || key == "secretKeyRef" || strings.HasSuffix(key, "SecretRef"):
		return named(v1alpha1.ConfigurationSecret, fields, "name")
	}
	return named(v1alpha1.ConfigurationSecret, fields, "secretName")
}

// named is the reference that an object makes by one of its fields; none where that is empty.
func named(kind v1alpha1.ConfigurationKind, fields map[string]any, field string) []Reference {
	name, _ := fields[field].(string)
	if name == "" || kind == v1alpha1.ConfigurationConfigMap && name == RootAuthority {
		return nil
	}
	optional, _ := fields["optional"].(bool)
	return []Reference{{Kind: kind, Name: name, Optional: optional}}
}

// InUse are the references of a stored object that its Pods may yet read: none of what has finished, of a ReplicaSet
// that its Deployment has scaled down, and of what keeps a template and runs nothing. A StatefulSet makes Pods of its
// former revisions too, before a partition.
func InUse(resource schema.GroupResource, object map[string]any) []Reference {
	switch resource.String() {
	case "pods":
		if phase := child(object, "status")["phase"]; phase == "Succeeded" || phase == "Failed" {
			return nil
		}
	case "jobs.batch":
		if finished(object) {
			return nil
		}
	case "replicasets.apps":
		if Replicas(object) == 0 && controllerKind(object) != "" {
			return nil
		}
	case "controllerrevisions.apps":
		if controllerKind(object) != "StatefulSet" {
			return nil
		}
		return References(child(object, "data"))
	case "podtemplates":
		return nil
	}
	return References(child(object, "spec"))
}

// controllerKind is the kind of the object's controller; empty where it has none.
func controllerKind(object map[string]any) string {
	controller := metav1.GetControllerOf(&unstructured.Unstructured{Object: object})
	if controller == nil {
		return ""
	}
	return controller.Kind
}
