// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
)

// pollInterval is how often to ask whether it is ready.
const pollInterval = 100 * time.Millisecond

// await waits until the cluster says that the node is ready.
func (n *Node) await(ctx context.Context) error {
	config, err := n.controlPlane.Admin()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	last := errors.New("it is not in the cluster")
	err = wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		if !n.process.Running() {
			return false, fmt.Errorf("the node ended; %s", n.process.LogTail())
		}
		last = ready(ctx, client)
		return last == nil, nil
	})
	if wait.Interrupted(err) {
		return fmt.Errorf("the node is not ready: %w (%w); %s", last, err, n.process.LogTail())
	}
	return err
}

func ready(ctx context.Context, client kubernetes.Interface) error {
	node, err := client.CoreV1().Nodes().Get(ctx, Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	i := slices.IndexFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool { return c.Type == corev1.NodeReady })
	if i < 0 {
		return errors.New("it says nothing of itself")
	}
	if is := node.Status.Conditions[i]; is.Status != corev1.ConditionTrue {
		return errors.New(is.Message)
	}
	return nil
}
