// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package guards

import (
	"fmt"
	"io/fs"
	"regexp"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/countersign-dev/countersign/config"
)

// component is what is read of config/certmanager/kustomization.yaml.
type component struct {
	Patches []struct {
		Target struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
		} `json:"target"`
		Patch string `json:"patch"`
	} `json:"patches"`
}

// patchAll changes those guards that config/certmanager names.
func patchAll(guards []*unstructured.Unstructured) error {
	text, err := fs.ReadFile(config.Guards, "certmanager/kustomization.yaml")
	if err != nil {
		return err
	}
	var c component
	if err := yaml.Unmarshal(text, &c); err != nil {
		return fmt.Errorf("read the component: %w", err)
	}
	for _, guard := range guards {
		for _, p := range c.Patches {
			if !matches(p.Target.Kind, guard.GetKind()) || !matches(p.Target.Name, guard.GetName()) {
				continue
			}
			if err := patch(guard, p.Patch); err != nil {
				return fmt.Errorf("patch %s %s: %w", guard.GetKind(), guard.GetName(), err)
			}
		}
	}
	return nil
}

// matches as kustomize does: the whole of a name, by a pattern.
func matches(pattern, name string) bool {
	found, err := regexp.MatchString("^(?:"+pattern+")$", name)
	return err == nil && found
}

func patch(guard *unstructured.Unstructured, text string) error {
	operations, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return err
	}
	change, err := jsonpatch.DecodePatch(operations)
	if err != nil {
		return err
	}
	before, err := guard.MarshalJSON()
	if err != nil {
		return err
	}
	after, err := change.Apply(before)
	if err != nil {
		return err
	}
	return guard.UnmarshalJSON(after)
}
