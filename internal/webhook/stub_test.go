// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"io"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/argocd"
	"github.com/countersign-dev/countersign/internal/audit"
	"github.com/countersign-dev/countersign/internal/evidence"
	"github.com/countersign-dev/countersign/internal/served"
)

// stub is an API server that always says the same: each namespace is in environment production, whose one policy gates
// everything it can and is enforced, bob may approve, nobody has asked for anything, and nothing is stored but whatever
// is scaled. A call that it does not answer panics.
type stub struct {
	client.Client

	// admitted is set where something is written down as let in.
	admitted bool
	// request there is; nil for none.
	request *v1alpha1.PromotionRequest
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func (s *stub) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	switch object := object.(type) {
	case *corev1.Namespace:
		object.Name, object.Labels = key.Name, map[string]string{v1alpha1.EnvironmentLabel: "production"}
		return nil
	case *corev1.ConfigMap:
		return nil
	case *unstructured.Unstructured:
		object.SetName(key.Name)
		return unstructured.SetNestedField(object.Object, "checkout:1", "spec", "template", "spec", "image")
	case *v1alpha1.PromotionRequest:
		if s.request != nil && key.Name == s.request.Name {
			s.request.DeepCopyInto(object)
			return nil
		}
	}
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

func (s *stub) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	switch list := list.(type) {
	case *v1alpha1.PromotionPolicyList:
		list.Items = []v1alpha1.PromotionPolicy{enforced()}
	case *v1alpha1.PipelineRoleList:
		list.Items = []v1alpha1.PipelineRole{managers()}
	}
	return nil
}

func (s *stub) Create(context.Context, client.Object, ...client.CreateOption) error { return nil }

func (s *stub) Status() client.SubResourceWriter { return stubStatus{s: s} }

type stubStatus struct {
	client.SubResourceWriter

	s *stub
}

func (w stubStatus) Update(context.Context, client.Object, ...client.SubResourceUpdateOption) error {
	w.s.admitted = true
	return nil
}

func enforced() v1alpha1.PromotionPolicy {
	return v1alpha1.PromotionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: "production"},
		Spec: v1alpha1.PromotionPolicySpec{
			Environment: "production", Entry: v1alpha1.EntryTwoPerson, Enforcement: v1alpha1.EnforcementEnforce,
			Gates:       []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateRouting}},
			Interactive: v1alpha1.Interactive{Mode: v1alpha1.InteractiveDeny},
			Approvals: []v1alpha1.ApprovalRule{{
				Name: "release", Count: 1, From: v1alpha1.ApproverSource{AnyOf: []v1alpha1.RoleName{"managers"}},
			}},
			ApprovalTTLSeconds: 3600, RequestTTLSeconds: 86400,
		},
	}
}

func managers() v1alpha1.PipelineRole {
	return v1alpha1.PipelineRole{
		ObjectMeta: metav1.ObjectMeta{Name: "managers"},
		Spec: v1alpha1.PipelineRoleSpec{
			Environments: []v1alpha1.EnvironmentName{"production"},
			Capabilities: []v1alpha1.Capability{v1alpha1.CapabilityApprove},
			Members:      []v1alpha1.Member{{Kind: v1alpha1.MemberUser, Name: "bob"}},
		},
	}
}

// unserved knows no custom kinds.
type unserved struct{}

func (unserved) ServerGroups() (*metav1.APIGroupList, error) { return &metav1.APIGroupList{}, nil }

func (s *stub) gate() *Gate {
	clock := testingclock.NewFakePassiveClock(noon)
	return &Gate{
		Evidence: s.evidence(), Live: s, Records: s, Clock: clock, Audit: audit.New(clock, logr.Discard(), io.Discard),
		Kinds: &served.Kinds{Discovery: unserved{}, Clock: clock},
		Syncs: Syncs{Live: s, Trust: argocd.Trust{Namespace: "argocd"}}, Authors: argocd.Unasked{},
	}
}

func (s *stub) evidence() evidence.Reader {
	return evidence.Reader{
		Cache: s, Records: s, Identities: evidence.NewIdentities(s, "countersign-system"),
		Clock: testingclock.NewFakePassiveClock(noon),
	}
}
