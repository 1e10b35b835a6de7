// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/countersign-dev/countersign/internal/argocd"
)

// anew tries to create what takes the place of an object that is deleted before. Its name is still taken, so it is
// tried under another one, and the answer is given the right one, wherever the name is in it: in the labels of a Job's
// Pods, and in what mutation may make of it.
func (f Forecaster) anew(ctx context.Context, target argocd.Target) (Forecast, error) {
	name, other := target.Object.GetName(), "forecast-"+strings.ToLower(rand.Text())
	target.Object = target.Object.DeepCopy()
	target.Object.SetName(other)
	after, err := f.try(ctx, target, nil)
	if err != nil {
		return Forecast{}, fmt.Errorf("try under another name: %w", err)
	}
	renamed, err := rename(after.Object, other, name)
	return Forecast{After: renamed}, err
}

// rename replaces a name wherever it is in an object. Nobody else has a name that was made up at random.
func rename(object map[string]any, from, to string) (renamed map[string]any, err error) {
	content, err := utiljson.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	if err := utiljson.Unmarshal([]byte(strings.ReplaceAll(string(content), from, to)), &renamed); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	return renamed, nil
}
