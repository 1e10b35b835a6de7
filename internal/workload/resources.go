// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// shape says where an object of one resource keeps what it runs, where it sends traffic, or what it holds for others.
type shape struct {
	// gate that the resource belongs to.
	gate v1alpha1.GateType
	// fields at the top of the object that are its content.
	fields []string
	// whole is whether all other fields at the top of the object are its content too.
	whole bool
	// optional are fields at the top of the object that are its content where it has them.
	optional []string
	// metadata that is content as well.
	metadata []string
	// labels and annotations that are content, where not all of them are.
	labels, annotations []string
	// template is the path of the Pod template in which a restart annotation is no change.
	template []string
	// scalable is whether spec.replicas says how many run, where it is a number, and not what runs.
	scalable bool
	// raw is whether the content is JSON that the API server stores as it came, where null has a meaning of its own.
	raw bool
}

var (
	inSpec      = []string{"spec"}
	podTemplate = []string{"spec", "template"}
	jobTemplate = []string{"spec", "jobTemplate", "spec", "template"}
)

// shapes holds every resource that is gated: the built-in ones that can make a container run, those that decide where
// traffic goes, and those that containers take their configuration from.
var shapes = map[schema.GroupResource]shape{
	{Group: "apps", Resource: "controllerrevisions"}: {gate: runs, fields: []string{"data", "revision"}, raw: true},
	{Group: "apps", Resource: "daemonsets"}:          {gate: runs, fields: inSpec, template: podTemplate},
	{Group: "apps", Resource: "deployments"}:         {gate: runs, fields: inSpec, template: podTemplate, scalable: true},
	{Group: "apps", Resource: "replicasets"}:         {gate: runs, fields: inSpec, template: podTemplate, scalable: true},
	{Group: "apps", Resource: "statefulsets"}:        {gate: runs, fields: inSpec, template: podTemplate, scalable: true},
	{Group: "batch", Resource: "cronjobs"}:           {gate: runs, fields: inSpec, template: jobTemplate},
	jobs:                                             {gate: runs, fields: inSpec, template: podTemplate},
	pods:                                             {gate: runs, fields: inSpec, metadata: labelsAndAnnotations},
	{Resource: "podtemplates"}:                       {gate: runs, fields: []string{"template"}},
	{Resource: "replicationcontrollers"}:             {gate: runs, fields: inSpec, template: podTemplate, scalable: true},

	services: {gate: routes, fields: inSpec, metadata: annotated, labels: []string{proxyName}},
	{Group: "networking.k8s.io", Resource: "ingresses"}: route,
	// The label says which Service a slice is of.
	{Group: "discovery.k8s.io", Resource: "endpointslices"}: {
		gate: routes, fields: []string{"addressType"}, optional: []string{"endpoints", "ports"}, metadata: labelled,
	},
	{Resource: "endpoints"}:                     {gate: routes, optional: []string{"subsets"}, metadata: labelled},
	{Group: gatewayAPI, Resource: "gateways"}:   route,
	{Group: gatewayAPI, Resource: "httproutes"}: route,
	{Group: gatewayAPI, Resource: "grpcroutes"}: route,
	{Group: gatewayAPI, Resource: "tcproutes"}:  route,
	{Group: gatewayAPI, Resource: "tlsroutes"}:  route,
	{Group: gatewayAPI, Resource: "udproutes"}:  route,
	// What a Gateway listens on besides, whom a backend is believed to be, and who may be referred to from elsewhere.
	{Group: gatewayAPI, Resource: "listenersets"}:       route,
	{Group: gatewayAPI, Resource: "backendtlspolicies"}: route,
	{Group: gatewayAPI, Resource: "referencegrants"}:    route,

	configMaps: configuration,
	secrets:    {gate: configures, whole: true, annotations: tokenOf},

	pipelineRoles:     rule,
	promotionPolicies: rule,
}

const (
	runs   = v1alpha1.GateWorkloads
	routes = v1alpha1.GateRouting
	// configures : see references.go for what is in use, and sealed.go for how Secrets are looked at.
	configures = v1alpha1.GateConfiguration
	// rules are in no namespace; their identity has that in which requests about them lie.
	rules = v1alpha1.GateRules

	gatewayAPI = "gateway.networking.k8s.io"
	// proxyName is the label that takes a Service away from kube-proxy.
	proxyName = "service.kubernetes.io/service-proxy-name"
)

var (
	labelsAndAnnotations = []string{"labels", "annotations"}

	annotated = []string{"annotations"}
	labelled  = []string{"labels"}
	// route : annotations tell whoever implements it what to do, as much as the spec does.
	route = shape{gate: routes, fields: inSpec, metadata: annotated}

	jobs     = schema.GroupResource{Group: "batch", Resource: "jobs"}
	pods     = schema.GroupResource{Resource: "pods"}
	services = schema.GroupResource{Resource: "services"}

	configMaps = schema.GroupResource{Resource: "configmaps"}
	secrets    = schema.GroupResource{Resource: "secrets"}
	// configuration : all but metadata, also what a later Kubernetes may add.
	configuration = shape{gate: configures, whole: true}

	pipelineRoles     = schema.GroupResource{Group: v1alpha1.GroupName, Resource: "pipelineroles"}
	promotionPolicies = schema.GroupResource{Group: v1alpha1.GroupName, Resource: "promotionpolicies"}
	rule              = shape{gate: rules, fields: inSpec}
)

// Gate that the resource belongs to; false where it belongs to none.
func Gate(resource schema.GroupResource) (v1alpha1.GateType, bool) {
	where, gated := shapeOf(resource)
	return where.gate, gated
}

// Gated reports whether objects of the resource belong to a gate. Those of a custom kind do where a policy names it.
func Gated(resource schema.GroupResource) bool {
	_, gated := Gate(resource)
	return gated
}

// Resources returns the resources of a gate, sorted by group and name.
func Resources(gate v1alpha1.GateType) []schema.GroupResource {
	var resources []schema.GroupResource
	for resource, where := range shapes {
		if where.gate == gate {
			resources = append(resources, resource)
		}
	}
	slices.SortFunc(resources, func(a, b schema.GroupResource) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Resource, b.Resource))
	})
	return resources
}

// Versioned reports whether the content of the resource may be written in the version. What is built in has one, and so
// have rules; the Gateway API is installed in several, which spell the same alike; of custom kinds the API server alone
// knows.
func Versioned(resource schema.GroupResource, version string) bool {
	gate, gated := Gate(resource)
	if gate == rules {
		return version == v1alpha1.SchemeGroupVersion.Version
	}
	return gated && (version == "v1" || version != "" && (gate == v1alpha1.GateResource || resource.Group == gatewayAPI))
}
