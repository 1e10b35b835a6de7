// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

const (
	clientConfig = "clientConfig"
	caBundle     = "caBundle"
)

// callByURL has the entries of a webhook configuration be called at an address, as https://host:port, each by its own
// path, and not by the Service. What is stored is not asked for it: it could have been changed while nobody looked.
func callByURL(configuration *unstructured.Unstructured, address string) {
	for _, entry := range entries(configuration) {
		if service, found := childOf(childOr(entry, clientConfig), "service"); found {
			entry[clientConfig] = map[string]any{"url": address + text(service["path"])}
		}
	}
}

// trustAs has the entries trust the authority that the stored ones of the same name do. Whoever issues the certificates
// keeps it.
func trustAs(mended, stored *unstructured.Unstructured) {
	before := named(stored)
	for name, each := range named(mended) {
		trusted, found := childOr(asMap(before[name]), clientConfig)[caBundle]
		if config, is := childOf(asMap(each), clientConfig); is && found {
			config[caBundle] = trusted
		}
	}
}

// named are the entries of a webhook configuration by their names.
func named(configuration *unstructured.Unstructured) map[string]any {
	all := map[string]any{}
	for _, entry := range entries(configuration) {
		all[text(entry["name"])] = entry
	}
	return all
}

func asMap(value any) map[string]any {
	result, _ := value.(map[string]any)
	return result
}

func text(value any) string {
	result, _ := value.(string)
	return result
}
