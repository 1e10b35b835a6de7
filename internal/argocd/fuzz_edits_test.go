// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// FuzzEdits : whoever changes the sources of an Application is an author of what it deploys, or it is not known who is;
// and nobody is one for whom that was not written down.
func FuzzEdits(f *testing.F) {
	const (
		one   = `{"spec":{"source":{"path":"a","targetRevision":"x"}}}`
		two   = `{"metadata":{"annotations":{"a":"b"}},"spec":{"source":{"path":"b"}}}`
		noted = `{"metadata":{"annotations":{"countersign.dev/sources-written-by":"new\n0 ` + carol + `"}},"spec":{}}`
		told  = `{"status":{"history":[{"source":{"path":"b"}}]},"spec":{"source":{"path":"b"}}}`
		many  = `{"spec":{"sources":[{"path":"b"},{"chart":"c"}],"sourceHydrator":{"drySource":{"targetRevision":"x"}}}}`
	)
	for _, pair := range [][2]string{
		{one, ""}, {one, two}, {two, one}, {noted, ""}, {one, noted}, {told, one}, {many, told},
	} {
		f.Add(pair[0], pair[1], bob)
	}
	f.Add(one, two, server)
	f.Add(one, two, "x\n0 "+carol)
	f.Fuzz(func(t *testing.T, text, stored, username string) {
		application, ok := parsed(text)
		before, also := parsed(stored)
		if !ok || stored != "" && !also || application == nil || username == "" {
			return
		}
		if err := NoteSources(application, before, user(username)); err != nil {
			return
		}
		checkEdited(t, application, before, username)
		again := runtime.DeepCopyJSON(application)
		if err := NoteSources(again, application, user(carol)); err != nil ||
			noteOn(again) != noteOn(application) {
			t.Fatalf("nothing was changed, and it says %v: %v", again, err)
		}
	})
}

// checkEdited looks at who the authors are of what somebody stored.
func checkEdited(t *testing.T, application, before map[string]any, username string) {
	t.Helper()
	authors, _, err := Editors(application)
	sources, _ := sourcesOf(application)
	was, _ := sourcesOf(before)
	deployed, _ := lastDeployed(application)
	changed := (before == nil || was != sources) && deployed != sources
	if changed && err == nil && !names(authors)[username] {
		t.Fatalf("%q changed the sources, and these wrote them: %v\n%v", username, authors, application)
	}
	for name := range names(authors) {
		if !(changed && name == username) && !strings.Contains(noteOn(before), " "+name) {
			t.Fatalf("%q is an author of %v", name, application)
		}
	}
}

func names(authors []v1alpha1.Author) map[string]bool {
	all := map[string]bool{}
	for _, author := range authors {
		all[author.Name] = true
	}
	return all
}
