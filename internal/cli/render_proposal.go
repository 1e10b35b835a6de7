// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// renderProposal says who asks for what, and what would change.
func renderProposal(p proposal, now time.Time) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", renderHead(p, now), headline(p))
	switch p.request.Spec.Change.Operation {
	case v1alpha1.OperationApply, v1alpha1.OperationOrder:
		before := p.running
		if runsAlready(p) {
			before = nil
		}
		if err := workload.Render(&b, workload.Diff(resourceOf(p.request.Spec.Change), before, p.content)); err != nil {
			return "", err
		}
	case v1alpha1.OperationDelete, v1alpha1.OperationConnect:
	}
	for _, one := range p.referred {
		if err := renderReferred(&b, one); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// renderReferred shows what a ConfigMap holds that enters with the change.
func renderReferred(b *strings.Builder, one referred) error {
	if one.why != "" {
		fmt.Fprintf(b, "\nConfigMap %s %s.\n", safe(one.name), one.why)
		return nil
	}
	fmt.Fprintf(b, "\nConfigMap %s, which it did not refer to before, holds:\n", safe(one.name))
	return workload.Render(b, workload.Diff(schema.GroupResource{Resource: "configmaps"}, nil, one.content))
}

func renderHead(p proposal, now time.Time) string {
	var t table
	line := func(label, value string) {
		if value != "" {
			t.add(label, value)
		}
	}
	r, spec := p.request, p.request.Spec
	line("Request", r.Name)
	line("Change", fmt.Sprintf("%s in %s, environment %s", change(spec.Change), r.Namespace,
		safe(string(spec.Environment))))
	line("Asked by", fmt.Sprintf("%s, %s ago (%s)%s", safe(spec.Requester.Username), age(r.CreationTimestamp, now),
		stamp(r.CreationTimestamp), evidence(spec.RequesterEvidence)))
	if spec.OpenedBy.Username != spec.Requester.Username {
		line("Opened by", safe(spec.OpenedBy.Username))
	}
	line("Authors", authors(spec))
	line("Release", releaseText(spec.Release))
	line("Reason", safe(spec.Reason))
	line("Digest", safe(string(spec.Change.Digest)))
	for i, image := range workload.ImagesOf(resourceOf(spec.Change), p.content) {
		line(first(i, "Images"), safe(image))
	}
	for i, one := range spec.Change.Looser {
		line(first(i, "Looser"), safe(one))
	}
	for i, one := range spec.Change.Configuration {
		line(first(i, "Refers to"), configuration(one))
	}
	return t.String()
}

// evidence says how the requester is known, where the API server did not authenticate them.
func evidence(of v1alpha1.RequesterEvidence) string {
	switch of {
	case v1alpha1.RequesterArgoCD:
		return ", as Argo CD says"
	case v1alpha1.RequesterClaimed:
		return ", as is said, and not known for sure"
	}
	return ""
}

func resourceOf(change v1alpha1.Change) schema.GroupResource {
	return schema.GroupResource{Group: change.Group, Resource: change.Resource}
}

// configuration names what the change is bound to. What it holds is read where it is.
func configuration(c v1alpha1.Configuration) string {
	text := safe(string(c.Kind) + " " + c.Name)
	if c.Digest == "" {
		return text + ", while there is none"
	}
	return text + ", as it was when this was asked for"
}

// authors with what they are known from, where that is more than somebody's word, and whether there may be others.
func authors(spec v1alpha1.PromotionRequestSpec) string {
	names := make([]string, 0, len(spec.Authors))
	for _, author := range spec.Authors {
		name := author.Name
		switch author.Evidence {
		case v1alpha1.AuthorCommit:
			name += " (commit)"
		case v1alpha1.AuthorSignedCommit:
			name += " (signed commit)"
		case v1alpha1.AuthorApplication:
			name += " (Application)"
		case v1alpha1.AuthorDeclared:
		}
		names = append(names, name)
	}
	switch {
	case spec.Authorship != v1alpha1.AuthorshipDeclared:
		return list(names)
	case len(names) == 0:
		return "not known"
	}
	return list(names) + "; not all are known"
}

func releaseText(r *v1alpha1.Release) string {
	switch {
	case r == nil:
		return ""
	case r.Revision == "":
		return fmt.Sprintf("%s (%s)", safe(r.Name), safe(r.Source))
	}
	return fmt.Sprintf("%s, revision %s (%s)", safe(r.Name), safe(r.Revision), safe(r.Source))
}

// headline says what the difference below it is between.
func headline(p proposal) string {
	deletes := p.request.Spec.Change.Operation == v1alpha1.OperationDelete
	does := wordsFor(p.request.Spec.Change)
	switch {
	case p.request.Spec.Change.Operation == v1alpha1.OperationConnect:
		return sessions(p)
	case runsAlready(p):
		return "This runs already, and no record says how it entered. The whole of it:"
	case p.request.Spec.Change.Operation == v1alpha1.OperationOrder:
		return "Its controller would take these orders from its status:"
	case promotion.Orphans(p.request.Spec.Change):
		return "The object alone would be deleted. What was made of it would stay and run on, with nothing that manages it."
	case p.unread != nil:
		return fmt.Sprintf("What %s now cannot be read (%s).\nThe whole of what was asked for:", does.now, reason(p.unread))
	case deletes && p.running == nil:
		return "The object would be deleted. There is none now."
	case deletes:
		return "The object would be deleted, and " + does.gone + " with it."
	case p.running == nil:
		return "There is no such object now. What would " + does.would + ":"
	case ofSecret(p.request):
		return "Compared with what it held when this was asked for, by the seals on record:"
	case moved(p):
		return fmt.Sprintf("What %s now is not what %s when this was asked for. Compared with what %s now:", does.now,
			does.then, does.now)
	}
	return "Compared with what " + does.now + " now:"
}

// words for what an object does.
type words struct{ now, then, would, gone string }

// wordsFor the object of a change: it runs something, or it only says where traffic goes.
func wordsFor(change v1alpha1.Change) words {
	gate, _ := workload.Gate(schema.GroupResource{Group: change.Group, Resource: change.Resource})
	switch gate {
	case v1alpha1.GateConfiguration:
		return words{now: "is there", then: "was there", would: "be there", gone: "what it holds"}
	case v1alpha1.GateRouting:
		return words{now: "is there", then: "was there", would: "be there", gone: "the way for its traffic"}
	case v1alpha1.GateRules:
		return words{now: "is there", then: "was there", would: "be there", gone: "what it asks for or gives"}
	case v1alpha1.GateResource:
		return words{now: "is there", then: "was there", would: "be there", gone: "what is made of it"}
	case v1alpha1.GateWorkloads:
	}
	return words{now: "runs", then: "ran", would: "run", gone: "what it runs"}
}

// sessions says who wants into what. What is typed in a session nobody can review.
func sessions(p proposal) string {
	user, _ := p.content["user"].(string)
	subresource, _ := p.content["subresource"].(string)
	c := p.request.Spec.Change
	return fmt.Sprintf("%s could open sessions (%s) in %s/%s for a time, and do there whatever it lets one do.",
		safe(user), safe(subresource), safe(c.Resource), safe(c.Name))
}

// runsAlready tells whether the request is to put on record what runs, and that is what runs. Whoever asks may say so
// of anything: it is taken from the object and from nothing else.
func runsAlready(p proposal) bool {
	digest, err := workload.Digest(v1alpha1.OperationApply, identityOf(p.request), p.running)
	return promotion.IsBaseline(p.request) && err == nil && digest == p.request.Spec.Change.Digest
}

// moved tells whether something else runs now than when the open request was opened.
func moved(p proposal) bool {
	if ended(p.request) {
		return false
	}
	digest, err := workload.Digest(v1alpha1.OperationApply, identityOf(p.request), p.running)
	return err == nil && digest != p.request.Spec.Change.ReplacesDigest
}
