// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"context"
	"errors"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/internal/identity"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const (
	// IdentitiesName of the ConfigMap, in the operator's namespace, that says which names are one person's.
	IdentitiesName = "countersign-identities"
	// identitiesKey has the mapping. Without any data nothing is mapped.
	identitiesKey = "people.yaml"
)

var errNoIdentities = errors.New("the reader of identities was not set up")

// Identities reads which names are one person's. A ConfigMap that is missing, or cannot be understood, is no error: the
// answer says so, and the last good one is not kept, since another replica may never have seen it.
type Identities struct {
	cache     client.Reader
	namespace string

	mutex  sync.Mutex
	parsed promotion.Identities
	// version of the ConfigMap that was parsed.
	version string
}

// NewIdentities reads from a cache that is limited by WatchedIdentities.
func NewIdentities(reader client.Reader, namespace string) *Identities {
	return &Identities{cache: reader, namespace: namespace}
}

// by another reader.
func (i *Identities) by(reader client.Reader) *Identities {
	if i == nil {
		return nil
	}
	return NewIdentities(reader, i.namespace)
}

// WatchedIdentities limits a cache to the one ConfigMap that the operator may read in its own namespace.
func WatchedIdentities() cache.Config {
	return cache.Config{FieldSelector: fields.OneTermEqualSelector(metav1.ObjectNameField, IdentitiesName)}
}

// Read the mapping as the cache has it now.
func (i *Identities) Read(ctx context.Context) (promotion.Identities, error) {
	if i == nil {
		return promotion.Identities{}, errNoIdentities
	}
	var object corev1.ConfigMap
	err := i.cache.Get(ctx, client.ObjectKey{Namespace: i.namespace, Name: IdentitiesName}, &object)
	switch {
	case apierrors.IsNotFound(err):
		return i.damaged(errors.New("it is missing; apply config/manager again")), nil
	case err != nil:
		return promotion.Identities{}, fmt.Errorf("read ConfigMap %s: %w", IdentitiesName, err)
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if version := string(object.UID) + "/" + object.ResourceVersion; i.version != version {
		i.parsed, i.version = i.parse(object), version
	}
	return i.parsed, nil
}

func (i *Identities) parse(object corev1.ConfigMap) promotion.Identities {
	if len(object.Data) == 0 && len(object.BinaryData) == 0 {
		return promotion.Identities{}
	}
	text, ok := object.Data[identitiesKey]
	if !ok || len(object.Data) > 1 || len(object.BinaryData) > 0 {
		return i.damaged(fmt.Errorf("its data must have key %s, and no other", identitiesKey))
	}
	mapping, err := identity.ParseMapping(text)
	if err != nil {
		return i.damaged(fmt.Errorf("%s: %w", identitiesKey, err))
	}
	return promotion.Identities{Mapping: mapping}
}

func (i *Identities) damaged(err error) promotion.Identities {
	return promotion.Identities{Damaged: fmt.Sprintf("ConfigMap %s/%s: %v", i.namespace, IdentitiesName, err)}
}
