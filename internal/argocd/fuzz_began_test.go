// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// FuzzBegan : whatever somebody writes into an Application, the sync was begun by themselves, or by nobody, or it is a
// claim. What config/policy/applications.yaml refuses is left out: an operation that says that another wrote it.
func FuzzBegan(f *testing.F) {
	for _, username := range []string{carol, server, promoter, trust.Controller()} {
		for _, operation := range []string{"", aliceSyncs, `{info: [{name: a, value: b}]}`} {
			before := written(f, shop(f, operation))
			f.Add(written(f, wrote(f, username, operation)), before, username, "uid of "+username)
			f.Add(before, written(f, wrote(f, username, operation)), carol, "")
		}
	}
	f.Add(`{"operation":{"info":[{"name":"countersign.dev/written-by","value":"carol@example.com"}]}}`, `null`, carol, "1")
	f.Add(`{"operation":{"info":[1,{"name":"countersign.dev/written-for"}]},"spec":{}}`, `{"operation":1}`, server, "1")
	f.Fuzz(func(t *testing.T, text, stored, username, uid string) {
		application, ok := parsed(text)
		before, also := parsed(stored)
		if !ok || !also || username == "" {
			return
		}
		was := runtime.DeepCopyJSON(application)
		err := trust.Stamp(application, before, v1alpha1.UserReference{Username: username, UID: uid})
		if err != nil && !reflect.DeepEqual(was, application) {
			t.Fatalf("changed, though it cannot be read: %v\n%v\n%v", err, was, application)
		}
		checkStamped(t, was, application)
		checkStampedAgain(t, application, before, v1alpha1.UserReference{Username: username, UID: uid})
		if began := trust.Began(application); !believed(username) && !refused(was, username, uid) {
			checkBegan(t, began, username)
		}
		checkOthers(t, application)
	})
}

// checkBegan looks at who began a sync that a user began past Argo CD.
func checkBegan(t *testing.T, began Initiator, username string) {
	t.Helper()
	said := began.User.Username
	if said != "" && said != username && began.Evidence != v1alpha1.RequesterClaimed {
		t.Fatalf("%q wrote it, and %q began it", username, said)
	}
}

// checkOthers : a sync of other sources than it was written for is nobody's for sure.
func checkOthers(t *testing.T, application map[string]any) {
	t.Helper()
	path, _, err := unstructured.NestedString(application, "spec", "source", "path")
	if err != nil || unstructured.SetNestedField(application, path+"/another", "spec", "source", "path") != nil {
		return
	}
	if began := trust.Began(application); began.User.Username != "" && began.Evidence != v1alpha1.RequesterClaimed {
		t.Fatalf("of other sources than it was written for: %v", began)
	}
}

// checkStamped : no more was written than who wrote it, and what others noted stays.
func checkStamped(t *testing.T, was, application map[string]any) {
	t.Helper()
	same := slices.EqualFunc(remarks(was), remarks(application), func(a, b any) bool { return reflect.DeepEqual(a, b) })
	if !same || !reflect.DeepEqual(unnoted(was), unnoted(application)) {
		t.Fatalf("of %v became %v", was, application)
	}
}

func checkStampedAgain(t *testing.T, application, before map[string]any, user v1alpha1.UserReference) {
	t.Helper()
	once := runtime.DeepCopyJSON(application)
	if err := trust.Stamp(application, before, user); err == nil && !reflect.DeepEqual(once, application) {
		t.Fatalf("written down again it is another: %v\n%v", once, application)
	}
}

// remarks are the entries of an operation's info but for the stamps.
func remarks(application map[string]any) []any {
	info, _, err := unstructured.NestedSlice(application, "operation", "info")
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(info, isStamp)
}

func unnoted(application map[string]any) map[string]any {
	rest := runtime.DeepCopyJSON(application)
	unstructured.RemoveNestedField(rest, "operation", "info")
	return rest
}

func believed(username string) bool {
	return username == promoter || username == server || username == trust.Controller() ||
		username == "system:serviceaccount:argocd:argocd-applicationset-controller"
}

// refused is what the policy says of an operation.
func refused(application map[string]any, username, uid string) bool {
	info, _, err := unstructured.NestedSlice(application, "operation", "info")
	return err == nil && slices.ContainsFunc(info, func(entry any) bool {
		fields, _ := entry.(map[string]any)
		name, _ := fields["name"].(string)
		return strings.HasPrefix(name, "countersign.dev/written-") && name != "countersign.dev/written-for" &&
			!(name == "countersign.dev/written-by" && fields["value"] == username) &&
			!(name == "countersign.dev/written-by-uid" && fields["value"] == uid)
	})
}

func parsed(text string) (map[string]any, bool) {
	var object map[string]any
	err := utiljson.Unmarshal([]byte(text), &object)
	return object, err == nil && len(text) < 1<<16
}

func written(f *testing.F, object any) string {
	f.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		f.Fatal(err)
	}
	return string(text)
}
