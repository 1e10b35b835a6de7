// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package promotion_test

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/countersign-dev/countersign/api/v1alpha1"
	"github.com/countersign-dev/countersign/internal/promotion"
)

const hex32 = "3f9a1c20aa34bb12ccdd34ee56ff7788"

func TestRequestName(t *testing.T) {
	cases := map[string]struct {
		reason  string
		change  v1alpha1.Change
		attempt int
		want    string
	}{
		"First": {
			reason:  "the object and 128 bits of the digest",
			change:  v1alpha1.Change{Name: "checkout", Digest: digest},
			attempt: 1,
			want:    "checkout-" + hex32,
		},
		"Third": {
			reason:  "further ones are numbered",
			change:  v1alpha1.Change{Name: "checkout", Digest: digest},
			attempt: 3,
			want:    "checkout-" + hex32 + "-3",
		},
		"Generated": {
			reason:  "the prefix without its end",
			change:  v1alpha1.Change{GenerateName: "migrate-", Digest: digest},
			attempt: 1,
			want:    "migrate-" + hex32,
		},
		"Long": {
			reason:  "no more than 40 characters of it",
			change:  v1alpha1.Change{Name: strings.Repeat("a", 60), Digest: digest},
			attempt: 1,
			want:    strings.Repeat("a", 40) + "-" + hex32,
		},
		"CutAtADash": {
			reason:  "no dash before the dash",
			change:  v1alpha1.Change{Name: strings.Repeat("a", 39) + "-b", Digest: digest},
			attempt: 1,
			want:    strings.Repeat("a", 39) + "-" + hex32,
		},
		"Dotted": {
			reason:  "names with dots stay names",
			change:  v1alpha1.Change{Name: "a.b", Digest: digest},
			attempt: 1,
			want:    "a.b-" + hex32,
		},
		"Port": {
			reason:  "a proxy is asked for by scheme and port, which no object's name has",
			change:  v1alpha1.Change{Name: "https:web-0:8443", Digest: digest},
			attempt: 1,
			want:    "https-web-0-8443-" + hex32,
		},
		"PortOnly": {
			reason:  "nor does one begin so",
			change:  v1alpha1.Change{Name: ":Web:", Digest: digest},
			attempt: 1,
			want:    "eb-" + hex32,
		},
		"Digits": {
			reason:  "all of them are in names",
			change:  v1alpha1.Change{Name: "web-09az", Digest: digest},
			attempt: 1,
			want:    "web-09az-" + hex32,
		},
		"Beyond": {
			reason:  "what comes after the last letter, or the last digit, is not",
			change:  v1alpha1.Change{Name: "a{büc:d/e!f", Digest: digest},
			attempt: 1,
			want:    "a-b-c-d-e-f-" + hex32,
		},
		"Nothing": {
			reason:  "nothing of it can be in a name",
			change:  v1alpha1.Change{Name: ":::", Digest: digest},
			attempt: 1,
			want:    hex32,
		},
		"NoDigest": {
			reason:  "what a client sends has not been validated yet",
			change:  v1alpha1.Change{Name: "checkout"},
			attempt: 1,
			want:    "checkout-",
		},
		"ShortDigest": {
			reason:  "what a client sends has not been validated yet",
			change:  v1alpha1.Change{Name: "checkout", Digest: "v1:sha256:ab"},
			attempt: 1,
			want:    "checkout-ab",
		},
		"NoName": {
			reason:  "what a client sends has not been validated yet",
			change:  v1alpha1.Change{Digest: digest},
			attempt: 1,
			want:    hex32,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := promotion.RequestName(tc.change, tc.attempt); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

func TestNextRequestName(t *testing.T) {
	change := v1alpha1.Change{Name: "checkout", Digest: digest}
	named := func(names ...string) (attempts []promotion.Attempt) {
		for _, name := range names {
			attempt := promotion.Attempt{}
			attempt.Request.Name = name
			attempts = append(attempts, attempt)
		}
		return attempts
	}
	base := "checkout-" + hex32
	cases := map[string]struct {
		reason   string
		attempts []promotion.Attempt
		want     string
	}{
		"None":     {reason: "the first has no number", want: base},
		"One":      {reason: "the next is the second", attempts: named(base), want: base + "-2"},
		"Several":  {reason: "one after the last", attempts: named(base, base+"-2", base+"-3"), want: base + "-4"},
		"TenToTen": {reason: "numbers are no words", attempts: named(base+"-9", base+"-10"), want: base + "-11"},
		"Part":     {reason: "the oldest may not have been read", attempts: named(base + "-7"), want: base + "-8"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := promotion.NextRequestName(change, tc.attempts); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

// TestNamesAreASeries : from the first on, each name is the next of those before it, and every one is a name to
// Kubernetes.
func TestNamesAreASeries(t *testing.T) {
	for _, object := range []string{"a", "checkout", "a.b-c", strings.Repeat("x", 253)} {
		change := v1alpha1.Change{Name: object, Digest: digest}
		var attempts []promotion.Attempt
		for n := 1; n <= 120; n++ {
			name := promotion.NextRequestName(change, attempts)
			if want := promotion.RequestName(change, n); name != want {
				t.Fatalf("request %d of %s is %s, want %s", n, object, name, want)
			}
			for _, valid := range []string{name, promotion.ApprovalName(name, n)} {
				if problems := validation.IsDNS1123Subdomain(valid); len(problems) > 0 {
					t.Fatalf("%s: %v", valid, problems)
				}
			}
			attempt := promotion.Attempt{}
			attempt.Request.Name = name
			attempts = append(attempts, attempt)
		}
	}
}

func FuzzRequestName(f *testing.F) {
	f.Add("checkout", "", string(digest), 1)
	f.Add("", "migrate-", "", 2)
	f.Fuzz(func(t *testing.T, name, generateName, digest string, attempt int) {
		change := v1alpha1.Change{Name: name, GenerateName: generateName, Digest: v1alpha1.Digest(digest)}
		got := promotion.RequestName(change, attempt)
		if attempt > 1 && got != fmt.Sprintf("%s-%d", promotion.RequestName(change, 1), attempt) {
			t.Errorf("%q is not number %d of its series", got, attempt)
		}
	})
}
