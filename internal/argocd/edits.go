// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// specWrittenBy is the annotation of an Application in which admission writes down who changed what it deploys: a
// change a line, the newest last. A line is the digest of that (see digestOfSpec) since the change, and after a space
// by whom (see By); nothing where nobody saw who it was. Where no change is missing, a first line says since when:
// fromTheStart, or deployedLine. ../../config/policy/applications.yaml knows all of that too.
const specWrittenBy = "countersign.dev/spec-written-by"

const (
	// fromTheStart : since the Application was made.
	fromTheStart = "new"
	// deployedLine and a digest: since Argo CD deployed that.
	deployedLine = "deployed "
	// maxEdits that are kept.
	maxEdits = 16
)

// edits of an Application, the oldest first.
type edits struct {
	// since is the first line; empty where there were others before.
	since string
	made  []edit
}

// edit is a change of an Application.
type edit struct {
	// spec is the digest of what it deploys after it.
	spec string
	// by whom it was made; nobody where nobody saw who it was.
	by By
}

// Change is a write of an Application.
type Change struct {
	// Username of who writes it.
	Username string
	// Manager is the field manager that the call names; empty where it names none.
	Manager string
	// Delivery that it is a part of; nil for none. It is asked for only where something is changed.
	Delivery func() *Delivery
}

func (c Change) by() By { return By{Username: c.Username, Delivery: c.Delivery()} }

// NoteSpec writes down in an Application who changed what it deploys, or that it has deployed it. Before is the
// Application as it is stored; nil for a new one. What it says of earlier changes is what is stored, whatever is sent.
// What cannot be read is an error.
func (t Trust) NoteSpec(application, before map[string]any, change Change) error {
	spec, err := digestOfSpec(application)
	if err != nil {
		return err
	}
	if before == nil {
		return annotate(application, edits{since: fromTheStart}.and(edit{spec, change.by()}).String())
	}
	was, err := digestOfSpec(before)
	switch {
	case err != nil:
		return err
	case was != spec:
		return annotate(application, editsOf(before).reaching(was).and(edit{spec, change.by()}).String())
	case change.Username == t.Controller() && change.Manager != FieldManager && deploysAll(application, before):
		return annotate(application, deployedLine+spec)
	}
	return annotate(application, noteOn(before))
}

// editsOf an Application, as admission wrote them down.
func editsOf(application map[string]any) (read edits) {
	for i, line := range strings.Split(noteOn(application), "\n") {
		if i == 0 && (line == fromTheStart || strings.HasPrefix(line, deployedLine)) {
			read.since = line
			continue
		}
		if spec, by, _ := strings.Cut(line, " "); spec != "" {
			read.made = append(read.made, edit{spec, byOf(by)})
		}
	}
	return read
}

// reaching what an Application deploys: where the last change is not to that, there was one that nobody saw.
func (e edits) reaching(spec string) edits {
	if e.reach(spec) {
		return e
	}
	return e.and(edit{spec: spec})
}

// reach what an Application deploys, by the last change.
func (e edits) reach(spec string) bool {
	if len(e.made) == 0 {
		return e.since == deployedLine+spec
	}
	return e.made[len(e.made)-1].spec == spec
}

// and a further one. What is no line says nothing.
func (e edits) and(further edit) edits {
	if strings.ContainsAny(further.by.String(), "\r\n") {
		further.by = By{}
	}
	made := append(slices.Clone(e.made), further)
	if over := len(made) - maxEdits; over > 0 {
		return edits{made: made[over:]}
	}
	return edits{since: e.since, made: made}
}

// String is what the annotation says.
func (e edits) String() string {
	var lines []string
	if e.since != "" {
		lines = append(lines, e.since)
	}
	for _, made := range e.made {
		lines = append(lines, made.String())
	}
	return strings.Join(lines, "\n")
}

// String is the line of one.
func (e edit) String() string {
	if by := e.by.String(); by != "" {
		return e.spec + " " + by
	}
	return e.spec
}

// noteOn an Application; empty where there is none.
func noteOn(application map[string]any) string {
	value, _ := field(application, "metadata", "annotations", specWrittenBy)
	text, _ := value.(string)
	return text
}

// annotate an Application with what it says of its changes; with nothing where that is empty.
func annotate(application map[string]any, text string) error {
	if text == "" {
		unstructured.RemoveNestedField(application, "metadata", "annotations", specWrittenBy)
		return nil
	}
	return unstructured.SetNestedField(application, text, "metadata", "annotations", specWrittenBy)
}
