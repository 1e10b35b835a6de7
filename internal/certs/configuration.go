// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package certs

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// readConfigurations reads the webhook configurations that exist. No calls are made for one that does not.
func (r *rotator) readConfigurations(ctx context.Context) ([]client.Object, error) {
	var found []client.Object
	for _, configuration := range r.serving.options.configurations() {
		err := r.live.Get(ctx, client.ObjectKeyFromObject(configuration), configuration)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read webhook configuration: %w", err)
		}
		found = append(found, configuration)
	}
	return found, nil
}

// inject has API servers trust all authorities of material and no other, wherever they do not yet.
func (r *rotator) inject(ctx context.Context, configurations []client.Object, m material) error {
	bundle, err := m.bundle()
	if err != nil {
		return err
	}
	var errs []error
	for _, configuration := range configurations {
		if err := r.injectOne(ctx, configuration, bundle, m); err != nil {
			errs = append(errs, fmt.Errorf("set the caBundle of %s: %w", configuration.GetName(), err))
		}
	}
	return errors.Join(errs...)
}

// injectOne puts right what one configuration carries, once it is on record what somebody else has changed of it.
func (r *rotator) injectOne(ctx context.Context, configuration client.Object, bundle []byte, m material) error {
	changed := r.carried.changedByOthers(configuration, bundle, m, r.serving.options.Clock.Now())
	if len(changed) > 0 {
		if err := r.gaps.Changed(configuration, changed...); err != nil {
			return err
		}
	}
	set := setBundle(configuration, bundle)
	if noted := Note(configuration); set || noted {
		if err := r.writer.Update(ctx, configuration, FieldOwner); err != nil {
			return err
		}
		logf.FromContext(ctx).Info("Wrote what API servers trust", "configuration", configuration.GetName(), "changed", set)
	}
	r.carried.observe(configuration)
	return r.gaps.Restored(configuration)
}

// setBundle sets the caBundle of every webhook of a configuration, and says whether that changed one.
func setBundle(configuration client.Object, bundle []byte) bool {
	changed := false
	for _, config := range clientConfigs(configuration) {
		if !bytes.Equal(config.CABundle, bundle) {
			config.CABundle, changed = bundle, true
		}
	}
	return changed
}

// clientConfigs are how API servers call the webhooks of a configuration, by their names.
func clientConfigs(configuration client.Object) map[string]*admissionregistrationv1.WebhookClientConfig {
	configs := map[string]*admissionregistrationv1.WebhookClientConfig{}
	switch c := configuration.(type) {
	case *admissionregistrationv1.MutatingWebhookConfiguration:
		for i := range c.Webhooks {
			configs[c.Webhooks[i].Name] = &c.Webhooks[i].ClientConfig
		}
	case *admissionregistrationv1.ValidatingWebhookConfiguration:
		for i := range c.Webhooks {
			configs[c.Webhooks[i].Name] = &c.Webhooks[i].ClientConfig
		}
	}
	return configs
}
