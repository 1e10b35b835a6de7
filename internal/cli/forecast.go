// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/openapi3"
	"k8s.io/kubectl/pkg/cmd/apply"
	"k8s.io/kubectl/pkg/cmd/diff"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// forecast is what would come of applying one object, as the API server answers a dry-run by the caller: after
// defaulting and every mutation.
type forecast struct {
	resource        schema.GroupVersionResource
	namespace, name string
	// before is what is stored now; nil for a new object.
	before map[string]any
	// after is what would be stored; nil for an object that is not gated, which nobody needs to ask for.
	after map[string]any
	// secret : what it would hold only the operator can write down, and it is asked for by applying it.
	secret bool
}

// change that the forecast would be.
func (f forecast) change() (v1alpha1.Change, error) {
	return workload.Change(f.resource, f.namespace, f.after, f.before)
}

// manifests says what would be applied, and how.
type manifests struct {
	resource.FilenameOptions
	serverSide     bool
	forceConflicts bool
	fieldManager   string
}

// forecaster tells what would come of applying manifests.
type forecaster interface {
	forecast(ctx context.Context, files manifests) ([]forecast, error)
}

// kubectl forecasts as "kubectl diff" does, with its code: the digest must be that of what "kubectl apply" will send.
type kubectl struct {
	factory cmdutil.Factory
	app     *app
}

func (a *app) newForecaster() (forecaster, error) {
	return kubectl{factory: cmdutil.NewFactory(cmdutil.NewMatchVersionFlags(a.flags)), app: a}, nil
}

// forecast implements forecaster.
func (k kubectl) forecast(ctx context.Context, files manifests) ([]forecast, error) {
	namespace, enforce, err := k.factory.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	objects := k.factory.NewBuilder().Unstructured().
		NamespaceParam(namespace).DefaultNamespace().FilenameParam(enforce, &files.FilenameOptions).Flatten().Do()
	if err := objects.Err(); err != nil {
		return nil, err
	}
	var all []forecast
	err = objects.Visit(func(info *resource.Info, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		one, err := k.forecastOne(info, files)
		all = append(all, one)
		return err
	})
	return all, err
}

func (k kubectl) forecastOne(info *resource.Info, files manifests) (forecast, error) {
	one := forecast{resource: info.Mapping.Resource, namespace: info.Namespace, name: info.Name}
	if one.secret = info.Mapping.Resource.GroupResource() == (schema.GroupResource{Resource: "secrets"}); one.secret {
		return one, nil
	}
	if !workload.Gated(info.Mapping.Resource.GroupResource()) {
		return one, nil
	}
	if info.Name == "" {
		return one, problem{
			fmt.Sprintf("%s: one of the %s has no name, and apply needs one", info.Source, one.resource.Resource),
			"create it with kubectl create; if it is turned away, that opens the request",
		}
	}
	applied, err := k.applying(info, files)
	if err != nil {
		return one, err
	}
	if one.before, err = plain(applied.Live()); err != nil {
		return one, err
	}
	merged, err := applied.Merged()
	if apierrors.IsForbidden(err) && one.isConfigMap() {
		return one, nil // whoever may not write them where they are not gated need not ask
	}
	if err != nil {
		return one, fmt.Errorf("dry-run of %s/%s: %w", one.resource.Resource, one.name, err)
	}
	one.after, err = plain(merged)
	return one, err
}

func (f forecast) isConfigMap() bool {
	return f.resource.GroupResource() == schema.GroupResource{Resource: "configmaps"}
}

// applying reads what is stored and prepares the dry-run.
func (k kubectl) applying(info *resource.Info, files manifests) (diff.InfoObject, error) {
	local := info.Object.DeepCopyObject()
	switch err := info.Get(); {
	case apierrors.IsNotFound(err):
		info.Object = nil
	case err != nil:
		return diff.InfoObject{}, fmt.Errorf("read %s: %w", info.ObjectName(), err)
	}
	schemas, err := k.factory.OpenAPIV3Client()
	if err != nil {
		return diff.InfoObject{}, fmt.Errorf("read the schemas: %w", err)
	}
	return diff.InfoObject{
		LocalObj: local, Info: info, Force: true, IOStreams: k.app.IOStreams,
		OpenAPIGetter: k.factory, OpenAPIV3Root: openapi3.NewRoot(schemas),
		ServerSideApply: files.serverSide, ForceConflicts: files.forceConflicts, FieldManager: files.manager(),
	}, nil
}

// serverSideManager is how kubectl apply --server-side calls itself.
const serverSideManager = "kubectl"

// manager is the name under which kubectl apply would own the fields.
func (m manifests) manager() string {
	switch {
	case m.fieldManager != "":
		return m.fieldManager
	case m.serverSide:
		return serverSideManager
	}
	return apply.FieldManagerClientSideApply
}

// plain is the object as plain JSON; nil for no object.
func plain(object runtime.Object) (map[string]any, error) {
	if object == nil {
		return nil, nil
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(object)
}
