// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package integration

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

// configuration has a policy gate ConfigMaps and Secrets as well.
func configuration(policy *v1alpha1.PromotionPolicy) {
	policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}, {Type: v1alpha1.GateConfiguration}}
	policy.Spec.Rollback = v1alpha1.Rollback{Mode: v1alpha1.RollbackAllowEntered, WithinSeconds: 3600}
}

const password = "correct-horse-battery-staple"

func (s shop) configMap(name, value string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: s.meta(name, ""), Data: map[string]string{"greeting": value}}
}

func (s shop) secret(name, value string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: s.meta(name, ""), Data: map[string][]byte{"password": []byte(value)}}
}

// configured is a Deployment that takes its environment from a ConfigMap, and a password from a Secret.
func (s shop) configured(configMap, secret string) *appsv1.Deployment {
	deployment := s.deployment("checkout")
	web := &deployment.Spec.Template.Spec.Containers[0]
	web.EnvFrom = []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{
		LocalObjectReference: corev1.LocalObjectReference{Name: configMap},
	}}}
	web.Env = []corev1.EnvVar{{Name: "PASSWORD", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: "password",
	}}}}
	return deployment
}

// greets tries to have a stored ConfigMap greet otherwise.
func greets(c client.Client, object *corev1.ConfigMap, value string) try {
	return changing(c, object, func(o *corev1.ConfigMap) { o.Data["greeting"] = value })
}

// opens tries to put another password into a stored Secret.
func opens(c client.Client, object *corev1.Secret, value string) try {
	return changing(c, object, func(o *corev1.Secret) { o.Data["password"] = []byte(value) })
}

// newConfiguredShop makes an environment in which ConfigMaps and Secrets are gated, and developers may write them.
func newConfiguredShop(t *testing.T, change ...func(*v1alpha1.PromotionPolicy)) shop {
	t.Helper()
	s := newShop(t, append(change, configuration)...)
	developer := s.developer(t)
	eventually(t, func(ctx context.Context) string {
		for _, probe := range []client.Object{s.configMap("probe", ""), s.secret("probe", "")} {
			if err := developer.Create(ctx, probe); client.IgnoreAlreadyExists(err) != nil {
				return "developers to be given what Deploy gives here: " + err.Error()
			}
		}
		return ""
	})
	return s
}

// TestConfiguration follows what containers take configuration from: what nobody uses is written freely, by capability
// Deploy; what a workload is asked for with, and what it uses, is changed with approval; and no request holds a value
// of a Secret.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	developer := s.developer(t)
	app, db := s.configMap("app", "hello"), s.secret("db", password)
	goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, app) })
	goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, db) })
	goesThrough(t, "nobody uses it", greets(developer, app, "good morning"))

	asked := s.turnedAway(t, deploying(developer, s.configured("app", "db")))
	if got := len(asked.Spec.Change.Configuration); got != 2 {
		t.Fatalf("the request has %d ConfigMaps and Secrets on record: %+v", got, asked.Spec.Change.Configuration)
	}
	s.awaitAskedWith(t, greets(developer, app, "evil"), asked.Name)
	s.approve(t, asked, bob)
	s.turnedAway(t, greets(developer, app, "evil"), "request "+asked.Name)
	goesThrough(t, "bob approved", deploying(developer, s.configured("app", "db")))
	s.await(t, asked.Name, v1alpha1.ReasonEntered)

	greeting := s.bringIn(t, greets(developer, app, "good day"))
	s.turnedAway(t, opens(developer, db, password+"2"), "deployments/checkout")
	opening := s.bringIn(t, opens(developer, db, password+"3"))
	goesThrough(t, "it was there before", greets(developer, app, "good day"))
	s.turnedAway(t, deleting(developer, app))
	s.holdsNothing(t)
	if greeting.Status.Entry == nil || opening.Status.Entry == nil {
		t.Error("the entries are not on record")
	}

	goesThrough(t, "metadata is no content", changing(developer, app, func(o *corev1.ConfigMap) {
		o.Annotations = map[string]string{"control-plane.alpha.kubernetes.io/leader": "{}"}
	}))
	release := s.secret("sh.helm.release.v1.checkout.v1", "manifest")
	release.Type = "helm.sh/release.v1"
	goesThrough(
		t, "Helm writes down its release", func(ctx context.Context) error { return developer.Create(ctx, release) },
	)
	goesThrough(t, "and what has become of it", opens(developer, release, "deployed"))
}

// awaitAskedWith waits until the operator's cache has the request, which keeps others from writing to what it is for.
func (s shop) awaitAskedWith(t *testing.T, attempt try, request string) {
	t.Helper()
	eventually(t, func(ctx context.Context) string {
		if err := attempt(ctx); err == nil || !strings.Contains(err.Error(), "request "+request) {
			return "a write to be turned away because of request " + request
		}
		return ""
	})
}

// holdsNothing checks that no request shows a value of a Secret.
func (s shop) holdsNothing(t *testing.T) {
	t.Helper()
	for _, request := range s.requests(t) {
		raw, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{password, "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ", "correct-horse"} {
			if strings.Contains(string(raw), value) {
				t.Errorf("request %s shows %s", request.Name, value)
			}
		}
	}
}

// TestContentAddressedConfiguration: a new name for each content, as kustomize makes them, needs no approval of its own
// and can be cleaned up; and who goes back gets what was approved, or nothing.
func TestContentAddressedConfiguration(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	developer := s.developer(t)
	make := func(name, value string) try {
		return making(developer, func() client.Object {
			object := s.configMap(name, value)
			object.Immutable = new(true)
			return object
		})
	}
	goesThrough(
		t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, s.secret("db", password)) },
	)
	for _, name := range []string{"app-5h7m2k", "app-99hbct"} {
		goesThrough(t, "nobody uses it", make(name, name))
		s.bringIn(t, deploying(developer, s.configured(name, "db")))
	}
	old := s.configMap("app-5h7m2k", "")
	goesThrough(t, "only a former template uses it", deleting(developer, old))
	s.turnedAway(t, make("app-5h7m2k", "evil"), "request ")
	err := deploying(developer, s.configured("app-5h7m2k", "db"))(t.Context())
	denied(t, err, "does not exist", "created first")
	goesThrough(t, "it holds what was approved", make("app-5h7m2k", "app-5h7m2k"))
	goesThrough(t, "all is as it was", deploying(developer, s.configured("app-5h7m2k", "db")))
}

// TestConfigurationChangesMeanwhile: what was asked for with one content does not enter with another. A controller that
// may write Secrets has written one; the request is over, and the next try asks anew.
func TestConfigurationChangesMeanwhile(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.TrustedControllers = []v1alpha1.TrustedController{{
			ServiceAccount: v1alpha1.ServiceAccountReference{
				Namespace: string(policy.Spec.Environment) + "-bots", Name: "renewer",
			},
			Resources: []string{"secrets"},
		}}
	})
	create(t, accountIn(s.bots, "renewer", false))
	grantIn(t, s.namespace, serviceAccountName(s.bots, "renewer"), "cluster-admin")
	developer, db := s.developer(t), s.secret("db", password)
	for _, object := range []client.Object{s.configMap("app", "hello"), db} {
		goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, object) })
	}
	asked := s.turnedAway(t, deploying(developer, s.configured("app", "db")))
	s.approve(t, asked, bob)
	goesThrough(t, "the policy trusts it", opens(bot(t, s.bots, "renewer"), db, "renewed"))
	again := s.turnedAway(t, deploying(developer, s.configured("app", "db")))
	if again.Name == asked.Name {
		t.Fatal("the approval was given for another Secret")
	}
	s.await(t, asked.Name, v1alpha1.ReasonConfigurationChanged)
	s.approve(t, again, bob)
	goesThrough(t, "bob approved", deploying(developer, s.configured("app", "db")))
	s.await(t, again.Name, v1alpha1.ReasonEntered)
	goesThrough(t, "the policy trusts it", opens(bot(t, s.bots, "renewer"), db, "renewed again"))
	zero := deploying(developer, s.configured("app", "db"))
	goesThrough(t, "what it uses is gated by itself", zero)
}

// TestSecretUnsaid: who comes after a password was replaced cannot try out by dry-runs what it was, though the Secret
// may return to it unasked.
func TestSecretUnsaid(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	developer, secret := s.developer(t), s.secret("db", "first")
	for _, object := range []client.Object{s.configMap("app", "hello"), secret} {
		goesThrough(t, "nobody uses it", func(ctx context.Context) error { return developer.Create(ctx, object) })
	}
	s.bringIn(t, deploying(developer, s.configured("app", "db")))
	s.bringIn(t, opens(developer, secret, "second"))
	s.bringIn(t, opens(developer, secret, "third"))
	guesser, said := warned(t, alice, s.developers)
	answer := func(guess string) string {
		said.clear()
		goesThrough(t, "a dry-run writes nothing", opens(client.NewDryRunClient(guesser), secret, guess))
		return said.String()
	}
	wrong := answer("wrong")
	if !strings.Contains(wrong, "not to a dry-run") || strings.Contains(wrong, "sha256") {
		t.Errorf("a dry-run is told: %s", wrong)
	}
	for _, guess := range []string{"first", "second"} {
		if right := answer(guess); right != wrong {
			t.Errorf("of what it held before a dry-run is told %q, and of anything else %q", right, wrong)
		}
	}
	goesThrough(t, "it may return", opens(developer, secret, "second"))
}

// TestTokenSecret: a Secret that gives its reader the rights of a service account is nothing to write without asking,
// nor to point at another account. What Kubernetes writes into it is asked for by nobody.
func TestTokenSecret(t *testing.T) {
	t.Parallel()
	s := newConfiguredShop(t)
	for _, account := range []string{"ci", "strong"} {
		create(t, accountIn(s.namespace, account, false))
	}
	developer, secret := s.developer(t), s.tokenSecret("ci")
	makes := making(developer, func() client.Object { return s.tokenSecret("ci") })
	asked := s.turnedAway(t, makes, "whoever reads it, with the rights of service account ci")
	s.approve(t, asked, bob)
	s.turnedAway(t, making(developer, func() client.Object { return s.tokenSecret("strong") }), "service account strong")
	goesThrough(t, "bob approved", makes)
	s.await(t, asked.Name, v1alpha1.ReasonEntered)
	eventually(t, func(ctx context.Context) string {
		if err := admin(t).Get(ctx, client.ObjectKeyFromObject(secret), secret); err != nil {
			return err.Error()
		}
		if len(secret.Data[corev1.ServiceAccountTokenKey]) == 0 {
			return "a token of service account ci"
		}
		return ""
	})
	for _, key := range []string{corev1.ServiceAccountNameKey, corev1.ServiceAccountUIDKey} {
		points := changing(developer, secret, func(o *corev1.Secret) { o.Annotations[key] = "strong" })
		s.turnedAway(t, points, "whoever reads it")
	}
	goesThrough(t, "it says nothing of the token", changing(developer, secret, func(o *corev1.Secret) {
		o.Annotations["example.com/note"] = "for the registry"
	}))
	goesThrough(t, "nothing uses it", deleting(developer, secret))
}

// tokenSecret is one that Kubernetes writes a token of the account into.
func (s shop) tokenSecret(account string) *corev1.Secret {
	secret := s.secret("token", "")
	secret.Data, secret.Type = nil, corev1.SecretTypeServiceAccountToken
	secret.Annotations = map[string]string{corev1.ServiceAccountNameKey: account}
	return secret
}

// TestConfigurationAccess: the operator reads ConfigMaps and Secrets where a policy asks for that, and nowhere else;
// and Deploy lets one write them there, and nowhere else.
func TestConfigurationAccess(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.awaitConfigurationAccess(t, false)
	if err := s.developer(t).Create(t.Context(), s.configMap("app", "")); !apierrors.IsForbidden(err) {
		t.Errorf("Deploy writes ConfigMaps where they are not gated: %v", err)
	}
	s.policyIs(t, configuration)
	s.awaitConfigurationAccess(t, true)
	goesThrough(t, "somebody must be able to", deleting(breakGlass(t), &rbacv1.RoleBinding{
		ObjectMeta: s.meta("countersign-read-configuration", ""),
	}))
	s.awaitConfigurationAccess(t, true)
	s.policyIs(t, func(policy *v1alpha1.PromotionPolicy) {
		policy.Spec.Gates = []v1alpha1.Gate{{Type: v1alpha1.GateWorkloads}}
	})
	s.awaitConfigurationAccess(t, false)
}

func (s shop) awaitConfigurationAccess(t *testing.T, want bool) {
	t.Helper()
	c := admin(t)
	key := client.ObjectKey{Namespace: s.namespace, Name: "countersign-read-configuration"}
	eventually(t, func(ctx context.Context) string {
		err := c.Get(ctx, key, &rbacv1.RoleBinding{})
		if client.IgnoreNotFound(err) != nil {
			return err.Error()
		}
		if apierrors.IsNotFound(err) == want {
			return "RoleBinding " + key.String() + " to be as the policy says"
		}
		return ""
	})
}
