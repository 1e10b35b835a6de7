// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/workload"
)

// TestAskFirst: who asks before trying, with the digest that a dry-run tells, gets in like any other.
func TestAskFirst(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	request := s.asking(t, s.deployment("checkout"))
	goesThrough(t, "alice asks", making(developer, func() client.Object { return request }))
	if got := request.Spec.Requester.Username; got != alice {
		t.Errorf("the request is in the name of %q", got)
	}
	if again := s.turnedAway(t, deploying(developer, s.deployment("checkout"))); again.UID != request.UID {
		t.Errorf("a try opened another request: %s, not %s", again.Name, request.Name)
	}
	s.approve(t, *request, bob)
	goesThrough(t, "bob approved", deploying(developer, s.deployment("checkout")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// TestRequestSaysWhatItIs: what a request says of itself is what it holds, or it is refused.
func TestRequestSaysWhatItIs(t *testing.T) {
	s := newShop(t)
	nowhere := shop{namespace: s.bots}
	developer := s.developer(t)
	grantIn(t, nowhere.namespace, alice, "countersign-request")
	another := s.asking(t, s.release("checkout", "v2"))
	for name, tc := range map[string]struct {
		reason string
		edit   func(*v1alpha1.PromotionRequest)
		says   string
	}{
		"Digest": {"the digest of other content", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Digest = another.Spec.Change.Digest
		}, "spec.change.digest"},
		"Content": {"content that the digest is not of", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Content = another.Spec.Change.Content
		}, "spec.change.digest"},
		"Object": {"the digest of the same content for another object", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Name = "other"
		}, "spec.change.digest"},
		"Operation": {"the digest of a deletion", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Operation = v1alpha1.OperationDelete
		}, "spec.change.digest"},
		"OtherImages": {"images that the content does not run", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Images = []string{"registry.example.com/trusted:v1"}
		}, "spec.change.images"},
		"NoImages": {"no images, of content that runs one", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Images = nil
		}, "spec.change.images"},
		"Environment": {"an environment where less is asked", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Environment = "staging"
		}, "spec.environment"},
		"Name": {"a name by which the gate would not find it", func(r *v1alpha1.PromotionRequest) {
			r.Name = "checkout"
		}, "metadata.name"},
		"Gap": {"a name that leaves a gap", func(r *v1alpha1.PromotionRequest) {
			r.Name = "checkout-" + strings.TrimPrefix(string(r.Spec.Change.Digest), "v1:sha256:")[:32] + "-2"
		}, "metadata.name"},
		"Requester": {"in the name of another", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Requester = v1alpha1.UserReference{Username: carol}
		}, "spec.requester"},
		"OpenedBy": {"by another", func(r *v1alpha1.PromotionRequest) {
			r.Spec.OpenedBy = v1alpha1.UserReference{Username: carol}
		}, "spec.openedBy"},
		"Resource": {"what is not gated", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Group, r.Spec.Change.Resource = "", "limitranges"
		}, "not gated"},
		"Version": {"a version that nothing is written in", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Version = "v9"
		}, "spec.change.version"},
		"NoObject": {"content that is none", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Content.Raw = []byte(`"spec"`)
		}, "spec.change.content"},
		"Large": {"more than anybody reads", func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Content.Raw = []byte(`{"spec":"` + strings.Repeat("x", v1alpha1.MaxContentBytes) + `"}`)
		}, "256 KiB"},
		"NoEnvironment": {"where nothing is gated", func(r *v1alpha1.PromotionRequest) {
			*r = *nowhere.asking(t, nowhere.deployment("checkout"))
			r.Spec.Environment = s.environment
		}, "no label " + v1alpha1.EnvironmentLabel},
	} {
		t.Run(name, func(t *testing.T) {
			t.Log(tc.reason)
			request := s.asking(t, s.deployment("checkout"))
			tc.edit(request)
			denied(t, developer.Create(t.Context(), request), tc.says)
		})
	}
	if all := s.requests(t); len(all) != 0 {
		t.Errorf("something was asked for: %s", describe(all))
	}
}

// TestRequestStaysAsItIs: what was asked for is not changed afterwards, by nobody.
func TestRequestStaysAsItIs(t *testing.T) {
	s := newShop(t)
	request := s.turnedAway(t, deploying(s.developer(t), s.deployment("checkout")))
	for name, edit := range map[string]func(*v1alpha1.PromotionRequest){
		"Content": func(r *v1alpha1.PromotionRequest) {
			r.Spec.Change.Content.Raw = []byte(strings.Replace(string(r.Spec.Change.Content.Raw), image, otherImage, 1))
		},
		"Requester": func(r *v1alpha1.PromotionRequest) { r.Spec.Requester.Username = carol },
		"Authors": func(r *v1alpha1.PromotionRequest) {
			r.Spec.Authors = []v1alpha1.Author{{Name: bob, Evidence: v1alpha1.AuthorDeclared}}
		},
		"Metadata": func(r *v1alpha1.PromotionRequest) { r.Labels = map[string]string{"a": "b"} },
	} {
		t.Run(name, func(t *testing.T) {
			err := changing(admin(t), request.DeepCopy(), edit)(t.Context())
			if !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) {
				t.Errorf("want a refusal, got: %v", err)
			}
		})
	}
}

// TestAskedAlready: one change is one request, whoever asks.
func TestAskedAlready(t *testing.T) {
	s := newShop(t)
	request := s.turnedAway(t, deploying(s.developer(t), s.deployment("checkout")))
	denied(
		t,
		s.manager(t, carol).Create(t.Context(), s.asking(t, s.deployment("checkout"))),
		"asked for already",
		request.Name,
	)
	if other := s.turnedAway(
		t,
		deploying(s.ci(t), s.deployment("checkout")),
		"asked for by "+alice,
	); other.UID != request.UID {
		t.Errorf("the bot waits for %s, not %s", other.Name, request.Name)
	}
}

// TestSuperseded: a later try of the same person takes the place of one that nobody has approved, and of no other.
func TestSuperseded(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	approved := s.turnedAway(t, deploying(developer, s.release("checkout", "v1")))
	s.approve(t, approved, bob)
	byBot := s.turnedAway(t, deploying(s.ci(t), s.release("checkout", "v2")))
	elsewhere := s.turnedAway(t, deploying(developer, s.release("other", "v3")))
	first := s.turnedAway(t, deploying(developer, s.release("checkout", "v3")))
	awaitNextSecond(t, first)
	second := s.turnedAway(t, deploying(developer, s.release("checkout", "v4")))
	s.await(t, first.Name, v1alpha1.ReasonSuperseded)
	for _, request := range []v1alpha1.PromotionRequest{approved, byBot, elsewhere, second} {
		if got := state(s.get(t, request.Name)); got == v1alpha1.ReasonSuperseded {
			t.Errorf("%s gave way too", request.Name)
		}
	}
	denied(t, s.manager(t, bob).Create(t.Context(), decide(first, v1alpha1.DecisionApprove)), "has ended")
	if again := s.turnedAway(t, deploying(developer, s.release("checkout", "v3"))); again.Name != first.Name+"-2" {
		t.Errorf("the change waits for %s after its first request gave way", again.Name)
	}
}

// TestLimits: nobody floods who has to decide.
func TestLimits(t *testing.T) {
	s := newShop(t)
	developer := s.developer(t)
	for _, version := range []string{"v1", "v2", "v3", "v4", "v5"} {
		s.approve(t, s.turnedAway(t, deploying(developer, s.release("checkout", version))), bob)
	}
	s.refusedForGood(t, deploying(developer, s.release("checkout", "v6")), "5 requests for this object")
	denied(t, developer.Create(t.Context(), s.asking(t, s.release("checkout", "v6"))), "5 requests for this object")
	s.turnedAway(t, deploying(developer, s.release("other", "v1")))
	s.turnedAway(t, deploying(s.ci(t), s.release("checkout", "v6")))
}

// TestTooLarge: what no request can hold does not enter, and the message says so.
func TestTooLarge(t *testing.T) {
	for name, policy := range map[string]func(*v1alpha1.PromotionPolicy){
		"TwoPerson": func(*v1alpha1.PromotionPolicy) {}, "Open": openEntry, "Audit": enforcement(v1alpha1.EnforcementAudit),
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, policy)
			large := s.release("large", strings.Repeat("x", v1alpha1.MaxContentBytes))
			many := s.deployment("many")
			many.Spec.Template.Spec.Containers[0].Image = "registry.example.com/" + strings.Repeat("x/", 600) + "x"
			s.refusedForGood(t, deploying(s.developer(t), large), "256 KiB")
			s.refusedForGood(t, deploying(s.developer(t), many), "1024 characters")
			if all := s.requests(t); len(all) != 0 {
				t.Errorf("something was asked for: %s", describe(all))
			}
		})
	}
}

// TestUnlistedController: who is neither a person nor anybody's bot gets no request, and is told what to do.
func TestUnlistedController(t *testing.T) {
	s := newShop(t)
	create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: s.bots, Name: "argocd"}})
	s.grant(t, serviceAccountName(s.bots, "argocd"), "edit")
	s.grant(t, serviceAccountName(s.bots, "argocd"), "countersign-request")
	controller := bot(t, s.bots, "argocd")
	s.refusedForGood(t, deploying(controller, s.deployment("checkout")), "spec.bots of a PipelineRole")
	denied(t, controller.Create(t.Context(), s.asking(t, s.deployment("checkout"))), "spec.bots of a PipelineRole")

	request := s.asking(t, s.deployment("checkout"))
	goesThrough(t, "alice asks", making(s.developer(t), func() client.Object { return request }))
	s.approve(t, *request, bob)
	goesThrough(t, "it may carry out what people asked for and approved", deploying(controller, s.deployment("checkout")))
	s.await(t, request.Name, v1alpha1.ReasonEntered)
}

// asking is a request for a Deployment to enter, as somebody writes it who asks first: from what a dry-run answers.
func (s shop) asking(t *testing.T, deployment *appsv1.Deployment) *v1alpha1.PromotionRequest {
	t.Helper()
	return s.askingFor(t, deployment, schema.GroupResource{Group: "apps", Resource: "deployments"})
}

func (s shop) askingFor(
	t *testing.T, wanted client.Object, resource schema.GroupResource,
) *v1alpha1.PromotionRequest {
	t.Helper()
	if err := admin(t).Create(t.Context(), wanted, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(wanted)
	if err != nil {
		t.Fatal(err)
	}
	content, err := workload.Content(resource, object)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := workload.Digest(v1alpha1.OperationApply, workload.IdentityOf(resource, s.namespace, object), content)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return &v1alpha1.PromotionRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, GenerateName: "ask-"},
		Spec: v1alpha1.PromotionRequestSpec{Environment: s.environment, Change: v1alpha1.Change{
			Operation: v1alpha1.OperationApply, Group: resource.Group, Version: "v1", Resource: resource.Resource,
			Name: wanted.GetName(), Content: apiextensionsv1.JSON{Raw: raw}, Digest: digest, Images: workload.Images(content),
		}},
	}
}

// awaitNextSecond waits until what is made now is later than the object, by the clock of the API server.
func awaitNextSecond(t *testing.T, request v1alpha1.PromotionRequest) {
	t.Helper()
	eventually(t, func(context.Context) string {
		if time.Since(request.CreationTimestamp.Time) < time.Second {
			return "the next second"
		}
		return ""
	})
}
