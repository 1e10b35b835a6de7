// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// sourcesWrittenBy is the annotation of an Application in which admission writes down who changed its sources, but for
// their revision: a change a line, the newest last. A line is the digest of the sources since, and after a space by
// whom (see By); nothing where nobody saw who it was. The first line is "new" where all changes are there since the
// Application was made. ../../config/policy/applications.yaml knows that too.
const sourcesWrittenBy = "countersign.dev/sources-written-by"

const (
	// fromTheStart is the first line where no change is missing.
	fromTheStart = "new"
	// maxEdits that are kept.
	maxEdits = 16
)

// edits of an Application's sources, the oldest first.
type edits struct {
	// all that there were since the Application was made; otherwise there were others before.
	all  bool
	made []edit
}

// edit is a change of an Application's sources.
type edit struct {
	// sources is their digest after it.
	sources string
	// by whom it was made; nobody where nobody saw who it was.
	by By
}

// NoteSources writes down in an Application who changed its sources. Before is the Application as it is stored; nil for
// a new one. What it says of earlier changes is what is stored, whatever is sent. By whom is asked only where they are
// changed. What cannot be read is an error.
func NoteSources(application, before map[string]any, by func() By) error {
	sources, err := sourcesOf(application)
	if err != nil {
		return err
	}
	noted := edits{all: true}
	if before != nil {
		was, err := sourcesOf(before)
		if err != nil {
			return err
		}
		if was == sources {
			return annotate(application, noteOn(before))
		}
		noted = editsOf(before).reaching(was)
	}
	return annotate(application, noted.and(edit{sources, by()}).String())
}

// editsOf an Application, as admission wrote them down.
func editsOf(application map[string]any) (read edits) {
	for i, line := range strings.Split(noteOn(application), "\n") {
		if i == 0 && line == fromTheStart {
			read.all = true
			continue
		}
		if sources, by, _ := strings.Cut(line, " "); sources != "" {
			read.made = append(read.made, edit{sources, byOf(by)})
		}
	}
	return read
}

// reaching the sources as they were: where the last change is not to them, there was one that nobody saw.
func (e edits) reaching(sources string) edits {
	if e.reaches(sources) {
		return e
	}
	return e.and(edit{sources: sources})
}

// reaches the sources by the last change.
func (e edits) reaches(sources string) bool {
	return len(e.made) > 0 && e.made[len(e.made)-1].sources == sources
}

// and a further one. A user name that is no line says nothing.
func (e edits) and(further edit) edits {
	if strings.ContainsAny(further.by.Username, "\r\n") {
		further.by = By{}
	}
	made := append(slices.Clone(e.made), further)
	if over := len(made) - maxEdits; over > 0 {
		return edits{made: made[over:]}
	}
	return edits{all: e.all, made: made}
}

// since the sources were so for the last time; all that are known where they never were.
func (e edits) since(sources string) edits {
	for i, made := range slices.Backward(e.made) {
		if made.sources == sources {
			return edits{all: true, made: e.made[i+1:]}
		}
	}
	return e
}

// String is what the annotation says.
func (e edits) String() string {
	var lines []string
	if e.all {
		lines = append(lines, fromTheStart)
	}
	for _, made := range e.made {
		lines = append(lines, made.String())
	}
	return strings.Join(lines, "\n")
}

// String is the line of one.
func (e edit) String() string {
	if by := e.by.String(); by != "" {
		return e.sources + " " + by
	}
	return e.sources
}

// noteOn an Application; empty where there is none.
func noteOn(application map[string]any) string {
	value, _ := field(application, "metadata", "annotations", sourcesWrittenBy)
	text, _ := value.(string)
	return text
}

// annotate an Application with what it says of its sources; with nothing where that is empty.
func annotate(application map[string]any, text string) error {
	if text == "" {
		unstructured.RemoveNestedField(application, "metadata", "annotations", sourcesWrittenBy)
		return nil
	}
	return unstructured.SetNestedField(application, text, "metadata", "annotations", sourcesWrittenBy)
}
