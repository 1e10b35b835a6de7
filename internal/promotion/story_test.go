// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
	"github.com/countersign-dev/countersign/internal/workload"
)

// The people of the stories, and who is no person.
const (
	alice      = "alice@example.com" // a developer, who asks
	bob        = "bob@example.com"   // release managers
	carol      = "carol@example.com"
	dave       = "dave@example.com"
	sam        = "sam@example.com" // security
	bot        = "system:serviceaccount:cicd:checkout-ci"
	controller = "system:serviceaccount:cert-manager:cert-manager"
	operator   = "system:serviceaccount:countersign-system:countersign-controller-manager"
)

const (
	digest      = v1alpha1.Digest("v1:sha256:3f9a1c20aa34bb12ccdd34ee56ff778800112233445566778899aabbccddeeff")
	otherDigest = v1alpha1.Digest("v1:sha256:3f9a1c20aa34bb12ccdd34ee56ff7788ffffffffffffffffffffffffffffffff")
)

// noon is when the stories are judged. What people did, they did an hour before.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) metav1.Time { return metav1.NewTime(noon.Add(-d)) }

const day = 24 * time.Hour

// step of a story.
type step func(*promotion.Case)

// story is a case that begins like this, and goes on with the steps: alice applies deployments/checkout in namespace
// shop of environment production, whose one policy wants the approval of one of the release managers bob, carol and
// dave.
func story(steps ...step) promotion.Case {
	c := promotion.Case{
		Environment: promotion.Environment{
			Name: "production", Namespace: "shop",
			Labels: map[string]string{v1alpha1.EnvironmentLabel: "production", "team": "shop"},
		},
		Change: promotion.Change{
			Operation: v1alpha1.OperationApply,
			Object:    workload.Identity{Group: "apps", Resource: "deployments", Namespace: "shop", Name: "checkout"},
			Digest:    digest,
			Images:    []string{"registry.example.com/checkout:1.2.3"},
			Deployer:  v1alpha1.UserReference{Username: alice},
		},
	}
	return tell(c,
		policy("production", needs(1, "release", "release-managers")),
		role("release-managers", users(bob, carol, dave)), role("security", users(sam, carol)),
		role("checkout-ci", botOf("cicd", "checkout-ci")),
		also(steps...))
}

func tell(c promotion.Case, steps ...step) promotion.Case {
	for _, next := range steps {
		next(&c)
	}
	return c
}

func also(steps ...step) step {
	return func(c *promotion.Case) { *c = tell(*c, steps...) }
}

func deployedBy(username string) step {
	return func(c *promotion.Case) { c.Change.Deployer = v1alpha1.UserReference{Username: username} }
}

func changing(resource, name string) step {
	return func(c *promotion.Case) { c.Change.Object.Resource, c.Change.Object.Name = resource, name }
}
