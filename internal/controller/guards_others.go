// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/metrics"
)

// others tells whether guards of another version are installed, which are left alone: somebody is upgrading. It is
// written down, since whoever can say so can have all guards left alone. Where nobody says anything none are.
func (r *GuardReconciler) others(ctx context.Context, installed *corev1.ConfigMap) (bool, error) {
	version := installed.Data[guardsVersion]
	if version == "" || version == r.Version {
		return false, r.kept()
	}
	metrics.OtherGuards(true)
	logf.FromContext(ctx).Info("The guards installed are of another version than the operator, so it leaves them alone",
		"installed", version, "own", r.Version)
	if r.left == version {
		return true, nil
	}
	last := lastWrite(installed)
	since := last.at
	reason := "changed through " + last.manager + " to version " + version
	if err := r.tellOthers(audit.GuardsLeft, since, time.Time{}, reason); err != nil {
		return true, err
	}
	r.left, r.leftSince = version, since
	return true, nil
}

// kept writes down that the guards are the operator's own again, if they were not.
func (r *GuardReconciler) kept() error {
	metrics.OtherGuards(false)
	if r.left == "" {
		return nil
	}
	err := r.tellOthers(audit.GuardsKept, r.leftSince, r.Gaps.Clock.Now(), "version "+r.Version+" again, not "+r.left)
	if err != nil {
		return err
	}
	r.left = ""
	return nil
}

func (r *GuardReconciler) tellOthers(what audit.Type, from, to time.Time, reason string) error {
	return r.Gaps.tell(audit.Event{
		Type: what, Namespace: r.Gaps.Namespace, Object: audit.Object{Resource: "configmaps", Name: GuardsConfigMap},
		From: from, To: to, Reasons: []string{reason},
	}, nil, reason)
}
