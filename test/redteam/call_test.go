// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/types"
)

// call is one call to the API server. Objects are called by kind and place: "Deployment shop/web", "Namespace shop".
// In all texts $ME is the name of the attack, and there may be other words that steps have set.
type call struct {
	verb string
	// object that is called; of a creation it stands in the body.
	object string
	// sub is the subresource; empty for the object itself.
	sub string
	// body is YAML.
	body string
	// kind of the patch.
	patch types.PatchType
	// query of the URL, such as dryRun=All.
	query string
	// path in place of all that: for what is no object.
	path string
	// header to be sent besides.
	header map[string][]string
	// connects: no body comes back, and a node that is not there is as good as an answer.
	connects bool
}

// create makes an object.
func create(body string) call { return call{verb: http.MethodPost, body: body} }

// change merges a patch into an object.
func change(object, body string) call {
	return call{verb: http.MethodPatch, object: object, body: body, patch: types.MergePatchType}
}

// amend merges a patch into an object, or into a subresource of it, as kubectl patch does: of lists it changes what it
// names.
func amend(object, sub, body string) call {
	return call{verb: http.MethodPatch, object: object, sub: sub, body: body, patch: types.StrategicMergePatchType}
}

// changeAt merges a patch into a subresource of an object.
func changeAt(object, sub, body string) call {
	c := change(object, body)
	c.sub = sub
	return c
}

// replaceAt writes the whole of a subresource.
func replaceAt(object, sub, body string) call {
	return call{verb: http.MethodPut, object: object, sub: sub, body: body}
}

// createAt makes something of a subresource: a binding, an eviction, a token.
func createAt(object, sub, body string) call {
	return call{verb: http.MethodPost, object: object, sub: sub, body: body}
}

// remove deletes an object.
func remove(object string) call { return call{verb: http.MethodDelete, object: object} }

// removeAll deletes all objects of the kind in the namespace that carry a label.
func removeAll(object, label string) call {
	return call{verb: http.MethodDelete, object: object, query: "labelSelector=" + label}
}

// read reads an object.
func read(object string) call { return call{verb: http.MethodGet, object: object} }

// connect opens a session.
func connect(object, sub, query string) call {
	return call{verb: http.MethodPost, object: object, sub: sub, query: query, connects: true}
}

// raw is a call by its path.
func raw(verb, path, body string) call { return call{verb: verb, path: path, body: body} }

// with a query.
func (c call) with(query string) call {
	c.query = query
	return c
}

// rehearsed is a dry-run: it is admitted or not, and has no effect.
// Sessions and tokens know none, and leave nothing behind either.
func (c call) rehearsed() call {
	if c.connects || c.sub == "token" || strings.Contains(c.query, "dryRun") {
		return c
	}
	return c.with(strings.Trim(c.query+"&dryRun=All", "&"))
}

// unique tells whether the call cannot be made twice, or would take away what others need.
func (c call) unique() bool { return c.verb == http.MethodDelete || c.sub == "scale" }

// applied is server-side apply, which takes fields from whoever has them.
func (c call) applied() call { return c.appliedBy("countersign&force=true") }

// appliedBy is server-side apply by a manager that has no fields yet.
func (c call) appliedBy(manager string) call {
	c.patch, c.query = types.ApplyPatchType, strings.Trim(c.query+"&fieldManager="+manager, "&")
	return c
}

// pretending acts as somebody else, by impersonation.
func (c call) pretending(name string, groups ...string) call {
	c.header = map[string][]string{"Impersonate-User": {name}, "Impersonate-Group": groups}
	return c
}
