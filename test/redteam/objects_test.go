// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"
)

// Images, pinned: one that people have looked at, and one that they have not.
const (
	good = "registry.example.com/checkout@sha256:1111111111111111111111111111111111111111111111111111111111111111"
	evil = "registry.example.com/checkout@sha256:666666666666666666666666666666666666666666666666666666666666dead"
)

// template of Pods of the shop.
const template = `{metadata: {labels: {app: $ME}}, spec: {containers: [{name: web, image: "$GOOD"}]}}`

// deployment of the shop, named after the attack, with changes merged into it.
func deployment(more ...string) string {
	return merged(`{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: shop, name: $ME},
		spec: {selector: {matchLabels: {app: $ME}}, template: `+template+`}}`, more...)
}

// like is an object of another kind that runs the same.
func like(kind, apiVersion string, more ...string) string {
	return merged(deployment(), append([]string{`{kind: ` + kind + `, apiVersion: ` + apiVersion + `}`}, more...)...)
}

func pod(more ...string) string {
	return merged(`{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: $ME},
		spec: {containers: [{name: web, image: "$EVIL"}]}}`, more...)
}

func job(more ...string) string {
	return merged(`{apiVersion: batch/v1, kind: Job, metadata: {namespace: shop, name: $ME},
		spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: "$EVIL"}]}}}}`, more...)
}

func cronJob(more ...string) string {
	return merged(`{apiVersion: batch/v1, kind: CronJob, metadata: {namespace: shop, name: $ME},
		spec: {schedule: "0 0 1 1 *",
		jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: "$GOOD"}]}}}}}}`,
		more...)
}

// web is a patch of the container that people looked at.
func web(fields string) string {
	return `{spec: {template: {spec: {containers: [` + merged(`{name: web, image: "$GOOD"}`, fields) + `]}}}}`
}

// podSpec is a patch of the rest of what a template runs.
func podSpec(fields string) string { return `{spec: {template: {spec: ` + fields + `}}}` }

// merged merges YAML into YAML, as a merge patch does, and returns JSON.
func merged(base string, more ...string) string {
	result := decode(base)
	for _, patch := range more {
		result = merge(result, decode(patch))
	}
	text, err := json.Marshal(result)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func decode(text string) any {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		panic(fmt.Sprintf("%v in:\n%s", err, text))
	}
	return value
}

func merge(base, patch any) any {
	fields, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	result, ok := base.(map[string]any)
	if !ok {
		result = map[string]any{}
	}
	for key, value := range fields {
		if value == nil {
			delete(result, key)
			continue
		}
		result[key] = merge(result[key], value)
	}
	return result
}
