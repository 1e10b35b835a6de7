// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/config"
)

// Site is what differs from cluster to cluster.
type Site struct {
	// CertManager issues the certificates: those guards are changed that config/certmanager changes.
	CertManager bool
	// WebhookURL is where API servers call the operator, as https://host:port; empty where they do by its Service.
	WebhookURL string
	// ArgoCD has the namespaces of each Argo CD; none for the one that the manifests name.
	ArgoCD []string
}

// Shipped are the guards as API servers store what is installed: policies, bindings and webhook configurations, in the
// order of their files.
func Shipped(site Site) ([]*unstructured.Unstructured, error) {
	files, err := fs.Glob(config.Guards, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, file := range files {
		found, err := guardsIn(file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all = append(all, found...)
	}
	if site.CertManager {
		if err := patchAll(all); err != nil {
			return nil, fmt.Errorf("change what cert-manager needs: %w", err)
		}
	}
	for _, guard := range all {
		if site.WebhookURL != "" {
			callByURL(guard, site.WebhookURL)
		}
		knowArgoCD(guard, site.ArgoCD)
		setDefaults(guard)
	}
	return all, nil
}

// guardsIn a file, which has a document for each; a kustomization has none.
func guardsIn(file string) ([]*unstructured.Unstructured, error) {
	text, err := fs.ReadFile(config.Guards, file)
	if err != nil {
		return nil, err
	}
	var found []*unstructured.Unstructured
	for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
		content, err := yaml.YAMLToJSON(document)
		if err != nil {
			return nil, err
		}
		guard := &unstructured.Unstructured{}
		if err := guard.UnmarshalJSON(content); err != nil {
			return nil, err
		}
		if guard.GroupVersionKind().Group == Group {
			found = append(found, guard)
		}
	}
	return found, nil
}

// Group of the API that all guards are of.
const Group = "admissionregistration.k8s.io"

// Version of the guards that this operator is shipped with: of all that their files say, in sixteen hexadecimal digits.
func Version() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(config.Guards, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(config.Guards, name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(hash, "%s %d\n%s", name, len(text), text)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:16], err
}
