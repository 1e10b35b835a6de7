// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
)

// decisions of the gate since the start of the process, by what became of the change and by which rule.
var decisions = prometheus.NewCounterVec(prometheus.CounterOpts{
	Name: "countersign_decisions_total",
	Help: "Decisions of the gate, by environment, verdict (Allowed, Denied, Warned, Error) and rule of entry.",
}, []string{"environment", "verdict", "rule"})

func init() { ctrlmetrics.Registry.MustRegister(decisions) }

// Decided counts one decision.
func Decided(environment, verdict, rule string) {
	decisions.WithLabelValues(environment, verdict, rule).Inc()
}
