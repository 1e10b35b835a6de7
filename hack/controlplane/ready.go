// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

// pollInterval is how often readiness is asked for.
const pollInterval = 25 * time.Millisecond

// errPortTaken says that a program ended because somebody else listens on its port.
var errPortTaken = errors.New("a port is taken")

// awaitAPI waits until the API server says that it is ready.
func (cp *ControlPlane) awaitAPI(ctx context.Context) error {
	return cp.await(ctx, apiServer, func(ctx context.Context) error {
		return cp.client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// awaitControllers waits until the controllers have made what every Pod needs.
func (cp *ControlPlane) awaitControllers(ctx context.Context) error {
	return cp.await(ctx, controllerManager, func(ctx context.Context) error {
		_, err := cp.client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

// awaitNodes waits until Pods can be scheduled on every node.
func (cp *ControlPlane) awaitNodes(ctx context.Context) error {
	if cp.options.Nodes == 0 {
		return nil
	}
	return cp.await(ctx, kwok, func(ctx context.Context) error {
		nodes, err := cp.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		return schedulable(nodes.Items)
	})
}

func schedulable(nodes []corev1.Node) error {
	for _, node := range nodes {
		if len(node.Spec.Taints) > 0 {
			return fmt.Errorf("node %s has taint %s", node.Name, node.Spec.Taints[0].Key)
		}
	}
	return nil
}

// await waits until a check of one program's work passes. It fails early where any of the programs has ended.
func (cp *ControlPlane) await(ctx context.Context, program string, check func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		last = check(ctx)
		return last == nil, cp.ended()
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("%s is not ready: %w (%w)\n%s", program, last, err, cp.logTail(program))
	}
	return err
}

// ended is an error where a program has ended, which none should.
func (cp *ControlPlane) ended() error {
	for _, p := range cp.processes {
		if p.Running() {
			continue
		}
		tail := p.LogTail()
		if strings.Contains(tail, "address already in use") {
			return fmt.Errorf("%s ended: %w\n%s", p.Name, errPortTaken, tail)
		}
		return fmt.Errorf("%s ended; %s", p.Name, tail)
	}
	return nil
}

func (cp *ControlPlane) logTail(program string) string {
	for _, p := range cp.processes {
		if p.Name == program {
			return p.LogTail()
		}
	}
	return ""
}
