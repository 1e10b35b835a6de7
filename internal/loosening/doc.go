// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Package loosening says what a change of a PromotionPolicy or a PipelineRole makes easier.
//
// It orders each field of a spec by itself, and says of every one that is looser, or that it cannot order, what it was
// and what it would be. Where it says nothing, whatever may enter after the change might have entered before, by the
// same people (see promotion.Evaluate), and nobody is given a right. It is a pure function of the specs; what other
// rules there are matters where a policy is the first for its namespaces, and where a role conflicts with another.
package loosening
