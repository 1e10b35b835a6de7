// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"context"
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/hack/controlplane"
	"github.com/countersign-dev/countersign/hack/process"
)

const (
	pollInterval = 50 * time.Millisecond
	// breakGlass is the group that may change the objects of the installation itself.
	breakGlass = "countersign:break-glass"
)

// Installer logs in whoever installs Countersign: the guards stop even administrators from changing the installation.
func Installer(cp *controlplane.ControlPlane) (*rest.Config, error) {
	return cp.User("installer", "system:masters", breakGlass)
}

// await waits until the operator says that it is ready, and the API server reaches it.
func (o *Operator) await(ctx context.Context, p *process.Process) error {
	config, err := Installer(o.controlPlane)
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var last error
	err = wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		if !p.Running() {
			return false, fmt.Errorf("the operator ended; %s", p.LogTail())
		}
		if last = o.healthy(ctx); last == nil {
			last = reached(ctx, client)
		}
		return last == nil, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("the operator is not ready: %w (%w); %s", last, err, p.LogTail())
	}
	return err
}

// healthy asks the operator itself.
func (o *Operator) healthy(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+o.addresses.Health+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // nothing is read from it
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answers %s", response.Status)
	}
	return nil
}

// reached asks the API server to try out an object that goes through the operator's webhooks. What they say of it does
// not matter, but a call that fails does: the API server learns of the serving certificate a moment after the operator.
func reached(ctx context.Context, client dynamic.Interface) error {
	roles := client.Resource(v1alpha1.SchemeGroupVersion.WithResource("pipelineroles"))
	probe := &unstructured.Unstructured{Object: map[string]any{
		"spec": map[string]any{"environments": []any{"probe"}, "capabilities": []any{"View"}},
	}}
	probe.SetAPIVersion(v1alpha1.SchemeGroupVersion.String())
	probe.SetKind("PipelineRole")
	probe.SetName("probe")
	_, err := roles.Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if apierrors.IsInternalError(err) || apierrors.IsTimeout(err) {
		return err
	}
	return nil
}
