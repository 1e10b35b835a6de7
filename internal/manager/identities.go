// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package manager

import (
	"context"
	"fmt"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
)

// ownIdentities is a readiness check: the built-in controllers have identities of their own. The gate lets each
// controller make exactly what it is there to make, by its name. Where all of them run as one user
// (kube-controller-manager without --use-service-account-credentials) there is no telling them apart, and every Pod
// they make would be turned away.
func ownIdentities(live client.Reader) healthz.Checker {
	return func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), probeTimeout)
		defer cancel()
		key := client.ObjectKey{Namespace: "kube-system", Name: "replicaset-controller"}
		if err := live.Get(ctx, key, &corev1.ServiceAccount{}); err != nil {
			return fmt.Errorf("the built-in controllers seem to share one identity: start kube-controller-manager with "+
				"--use-service-account-credentials=true (%w)", err)
		}
		return nil
	}
}
