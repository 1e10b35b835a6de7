// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package story

// scene is a part of the story that belongs together.
type scene struct {
	title string
	steps []step
}

// step is one command and what must come of it.
type step struct {
	// say is told before the command.
	say string
	// as is who types it: the name of a kubeconfig. Empty for what is done to the operator.
	as string
	// command for a shell. $REQUEST is the request that a message named last.
	command string
	// fails says that the command must fail.
	fails bool
	// says are parts that its output must have.
	says []string
	// operator is what happens to the operator instead of a command.
	operator operatorAction
}

type operatorAction int

const (
	noAction operatorAction = iota
	stopOperator
	startOperator
)
