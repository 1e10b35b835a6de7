// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controlplane runs a real Kubernetes control plane on the loopback interface: etcd, kube-apiserver,
// kube-controller-manager and, where there are to be nodes, kube-scheduler and kwok, whose nodes run Pods without
// containers. Each control plane has a directory, ports, and a certificate authority of its own, so that any number of
// them run side by side.
//
// Everybody is somebody: the controllers have the users and service accounts that they have on a cluster made by
// kubeadm, people log in with client certificates and bots with tokens.
package controlplane
