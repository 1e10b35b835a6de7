// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"
	"slices"
	"sync"
	"unique"

	rbacv1 "k8s.io/api/rbac/v1"
)

// shared makes the RoleBindings in the cache share what they have in common: those of one role differ in where they are
// and in little else, and there may be thousands of them. It is a cache transform, and nobody changes what the cache
// has.
type shared struct {
	mutex sync.Mutex
	// last has the last binding of each name, which is one capability of one role.
	last map[string]*rbacv1.RoleBinding
}

func (s *shared) transform(watched any) (any, error) {
	binding, ok := watched.(*rbacv1.RoleBinding)
	if !ok {
		return watched, nil
	}
	binding.ManagedFields = nil
	binding.Namespace = unique.Make(binding.Namespace).Value()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if last := s.last[binding.Name]; last != nil {
		share(binding, last)
	}
	s.last[binding.Name] = binding
	return binding, nil
}

// share takes from the other what is the same.
func share(binding, other *rbacv1.RoleBinding) {
	binding.Name = other.Name
	if binding.RoleRef == other.RoleRef {
		binding.RoleRef = other.RoleRef
	}
	if maps.Equal(binding.Labels, other.Labels) {
		binding.Labels = other.Labels
	}
	if maps.Equal(binding.Annotations, other.Annotations) {
		binding.Annotations = other.Annotations
	}
	if slices.Equal(binding.Subjects, other.Subjects) {
		binding.Subjects = other.Subjects
	}
}
