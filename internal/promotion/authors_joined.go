// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion

import (
	"fmt"
	"slices"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// JoinAuthors of one change that are known from several sides, each once. More than a request has room for is an error,
// as it is for Authors.
func JoinAuthors(lists ...[]v1alpha1.Author) ([]v1alpha1.Author, error) {
	var all []v1alpha1.Author
	for _, author := range slices.Concat(lists...) {
		if !slices.Contains(all, author) {
			all = append(all, author)
		}
	}
	if len(all) > maxAuthors {
		return nil, fmt.Errorf("it has %d authors, more than %d", len(all), maxAuthors)
	}
	return all, nil
}
