// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"slices"
	"strings"
)

// danger ranks what a difference can do. The lowest is the worst.
type danger int

const (
	dangerImage danger = iota
	dangerCommand
	dangerHook
	dangerLoader
	dangerServiceAccount
	dangerHost
	dangerPrivilege
	dangerStorage
	dangerAnnotation
	dangerConfiguration
	dangerOrder
	dangerNone
)

// dangers are the fields that change what is executed or with which rights, wherever they are.
var dangers = map[string]danger{
	"command":                      dangerCommand,
	"args":                         dangerCommand,
	"script":                       dangerCommand,
	"workingDir":                   dangerCommand,
	"lifecycle":                    dangerHook,
	"exec":                         dangerHook,
	"envFrom":                      dangerLoader,
	"serviceAccountName":           dangerServiceAccount,
	"serviceAccount":               dangerServiceAccount,
	"automountServiceAccountToken": dangerServiceAccount,
	"shareProcessNamespace":        dangerHost,
	"runtimeClassName":             dangerHost,
	"securityContext":              dangerPrivilege,
	"volumes":                      dangerStorage,
	"volumeMounts":                 dangerStorage,
	"volumeDevices":                dangerStorage,
	"volumeClaimTemplates":         dangerStorage,
}

// danger returns the worst that a value at the path can do.
func (p path) danger() danger {
	worst := dangerNone
	for i, step := range p {
		if freeKeys(step.key) {
			return min(worst, freeDanger(p[i:]))
		}
		worst = min(worst, fieldDanger(step.key))
		if i > 0 && p[i-1].key == "env" && (loadsCode(step.key) || slices.ContainsFunc(step.names, loadsCode)) {
			worst = min(worst, dangerLoader)
		}
	}
	return worst
}

// freeDanger is that of what people choose the keys of: an annotation is an order to whoever looks for it, be it an
// Ingress controller, what injects a container, or the container itself.
func freeDanger(p path) danger {
	if p[0].key == "annotations" {
		return dangerAnnotation
	}
	return dangerNone
}

// configures tells a text that a ConfigMap holds. It may be a script, or a flag.
func (p path) configures(old, new any) bool {
	_, was := old.(string)
	_, is := new.(string)
	return len(p) == 2 && (p[0].key == "data" || p[0].key == "binaryData") && (was || is)
}

func fieldDanger(key string) danger {
	if isImageField(key) {
		return dangerImage
	}
	if len(key) > 4 && strings.HasPrefix(key, "host") && key[4] <= 'Z' {
		return dangerHost
	}
	if danger, found := dangers[key]; found {
		return danger
	}
	return dangerNone
}

// freeKeys reports whether people choose the keys below a field, so that they say nothing of what the values do.
func freeKeys(key string) bool {
	switch key {
	case "labels", "annotations", "matchLabels", "nodeSelector":
		return true
	}
	return false
}
