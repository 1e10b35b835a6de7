// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
)

var (
	// brokenGuards are the guards that are not as they should be.
	brokenGuards = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "countersign_guard_broken",
		Help: "1 where a guard in the API server is missing or changed and has not been restored.",
	}, []string{"kind", "name"})
	// restoredGuards counts how often one was put back.
	restoredGuards = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "countersign_guards_restored_total",
		Help: "Guards in the API server that were missing or changed and are as they should be again.",
	}, []string{"kind", "name"})
	// otherGuards is whether guards of another version are installed, which the operator leaves alone.
	otherGuards = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "countersign_guards_of_another_version",
		Help: "1 where another version of the guards is installed than the operator's, and so none is restored.",
	})
)

func init() { ctrlmetrics.Registry.MustRegister(brokenGuards, restoredGuards, otherGuards) }

// OtherGuards says whether guards of another version are installed.
func OtherGuards(others bool) {
	otherGuards.Set(0)
	if others {
		otherGuards.Set(1)
	}
}

// GuardBroken says that a guard is not as it should be.
func GuardBroken(kind, name string) { brokenGuards.WithLabelValues(kind, name).Set(1) }

// GuardRestored says that it is again.
func GuardRestored(kind, name string) {
	brokenGuards.DeleteLabelValues(kind, name)
	restoredGuards.WithLabelValues(kind, name).Inc()
}
