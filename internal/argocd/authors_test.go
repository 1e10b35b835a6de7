// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/countersign-dev/countersign/api/v1alpha1"
)

const (
	alice = "alice@example.com"
	bob   = "bob@example.com"
	robot = "argo-cd@example.com"
)

// passed is what Argo CD says of a commit whose signature it found good.
var passed = &Integrity{Checks: []Check{{Name: signatures}}}

func TestAuthors(t *testing.T) {
	t.Parallel()
	byAlice := "Alice <" + alice + ">"
	cases := map[string]struct {
		reason   string
		metadata Metadata
		hydrated bool
		want     []string
		says     string // why there may be others; empty where there are none
	}{
		"Header": {reason: "the usual commit", metadata: Metadata{Author: byAlice}, want: []string{alice}},
		"DisplayName": {
			reason:   "anybody may call themselves what they like",
			metadata: Metadata{Author: "bob@example.com <" + alice + ">"}, want: []string{alice},
		},
		"Brackets": {
			reason: "the last is the address", metadata: Metadata{Author: "A <b@c> <" + alice + ">"}, want: []string{alice},
		},
		"NoAuthor": {reason: "Argo CD says nothing", says: `its author is named by no e-mail address: ""`},
		"NoAddress": {
			reason: "a login, perhaps", metadata: Metadata{Author: "Alice <alice>"}, want: []string{"alice"}, says: "no e-mail",
		},
		"NoBrackets": {
			reason: "what Git shows of a tag begins with its name", metadata: Metadata{Author: "tag alice@example.com"},
			want: []string{"tag alice@example.com"}, says: "no e-mail",
		},
		"NotClosed": {
			reason: "no program writes it so", metadata: Metadata{Author: "Alice <" + alice},
			want: []string{"Alice <" + alice}, says: "no e-mail",
		},
		"NotOpened": {
			reason: "no program writes it so", metadata: Metadata{Author: alice + ">"},
			want: []string{alice + ">"}, says: "no e-mail",
		},
		"NoHost": {reason: "there is nobody nowhere", metadata: Metadata{Author: "Alice <alice@>"}, says: "no e-mail"},
		"Empty": {
			reason: "Git knows no address", metadata: Metadata{Author: "Alice <>"}, want: []string{"Alice"}, says: "no e-mail",
		},
		"Half": {reason: "there is nobody at a host", metadata: Metadata{Author: "Alice <@example.com>"}, says: "no e-mail"},
		"CoAuthors": {
			reason:   "who pairs writes it too",
			metadata: Metadata{Author: byAlice, Message: "Raise it\n\nCo-authored-by: Bob <" + bob + ">\n"},
			want:     []string{alice, bob},
		},
		"CoAuthorOfOneself": {
			reason:   "once is enough",
			metadata: Metadata{Author: byAlice, Message: "Raise it\n\nCo-authored-by: A. <" + alice + ">"},
			want:     []string{alice},
		},
		"CoAuthorUnnamed": {
			reason:   "somebody wrote it too, and nobody knows who",
			metadata: Metadata{Author: byAlice, Message: "Raise it\n\nCo-authored-by: Bob"},
			want:     []string{alice, "Bob"}, says: `a co-author is named by no e-mail address: "Bob"`,
		},
		"Referred": {
			reason: "a program made it of somebody's commit",
			metadata: Metadata{Author: "CI <" + robot + ">", References: []Reference{
				{Commit: &ReferredCommit{Author: `"Alice" <` + alice + `>`, Body: "Co-authored-by: Bob <" + bob + ">"}}, {},
			}},
			want: []string{robot, alice, bob},
		},
		"ReferredUnnamed": {
			reason: "the commit that it was made of is known, and who wrote that is not",
			metadata: Metadata{Author: "CI <" + robot + ">", References: []Reference{
				{Commit: &ReferredCommit{Author: "<@>"}},
			}},
			want: []string{robot}, says: "the author of the commit that it was made of is named by no",
		},
		"Hydrated": {
			reason: "the message of the hydrator names whoever wrote what it was made of",
			metadata: Metadata{
				Author: "Argo CD <" + robot + ">", Message: "abc: Raise it\n\nCo-authored-by: Alice <" + alice + ">",
			},
			hydrated: true, want: []string{robot, alice},
		},
		"HydratedByHand": {
			reason:   "the hydrator is nobody, or somebody who writes where it does",
			metadata: Metadata{Author: "Argo CD <" + robot + ">", Message: "abc: Raise it"},
			hydrated: true, want: []string{robot}, says: "the hydrator made it",
		},
		"NotUTF8": {
			reason: "what cannot be stored", metadata: Metadata{Author: "Alice <alice\xff@example.com>"}, want: []string{alice},
		},
		"Controls": {reason: "as it is written", metadata: Metadata{Author: "Alice <a\x1b@b>"}, want: []string{"a\x1b@b"}},
		"TooLong": {
			reason: "a request has no room", metadata: Metadata{Author: "Alice <" + strings.Repeat("ä", 511) + "@b>"},
			says: "its author is named in more than 512 characters",
		},
		"Longest": {
			reason: "a request has room", metadata: Metadata{Author: "A <" + strings.Repeat("ä", 510) + "@b>"},
			want: []string{strings.Repeat("ä", 510) + "@b"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Authors(tc.metadata, CommitsAll, tc.hydrated)
			if diff := cmp.Diff(authors(v1alpha1.AuthorCommit, tc.want...), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			says(t, tc.reason, err, tc.says)
		})
	}
}

// TestManyAuthors : those who fit are named, and that there are more is said once.
func TestManyAuthors(t *testing.T) {
	t.Parallel()
	var message strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&message, "Co-authored-by: A <a%d@example.com>\nCo-authored-by: <@>\n", i)
	}
	got, err := Authors(Metadata{Author: "A <" + alice + ">", Message: message.String()}, CommitsAll, false)
	if len(got) != maxAuthors || got[0].Name != alice {
		t.Errorf("got %d authors", len(got))
	}
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("want an error of four lines, got: %v", err)
	}
}

// TestMostAuthors : as many as there is room for, and one more.
func TestMostAuthors(t *testing.T) {
	t.Parallel()
	var message strings.Builder
	for i := range maxAuthors - 1 {
		fmt.Fprintf(&message, "Co-authored-by: A <a%d@example.com>\n", i)
	}
	full := Metadata{Author: "A <" + alice + ">", Message: message.String()}
	got, err := Authors(full, CommitsAll, false)
	if len(got) != maxAuthors || err != nil {
		t.Errorf("got %d authors, and: %v", len(got), err)
	}
	full.Message += "Co-authored-by: Bob <" + bob + ">"
	got, err = Authors(full, CommitsAll, false)
	if len(got) != maxAuthors {
		t.Errorf("got %d authors", len(got))
	}
	says(t, "there is room for no more", err, "there are more than 64 of them")
}

func TestClip(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		strings.Repeat("ä", 80): strings.Repeat("ä", 80), strings.Repeat("ä", 81): strings.Repeat("ä", 80) + "…",
	} {
		if got := clip(text); got != want {
			t.Errorf("got %q", got)
		}
	}
}

func TestSigned(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason    string
		integrity *Integrity
		says      string // why it does not count as signed; empty where it does
	}{
		"Good":      {reason: "the project lists the key", integrity: passed},
		"Unchecked": {reason: "the project asks for nothing", says: "its signature was not checked"},
		"Nothing":   {"no check was made", &Integrity{}, "its signature was not checked"},
		"Another":   {"another check is no signature", &Integrity{Checks: []Check{{Name: "GIT/SSH"}}}, "was not checked"},
		"Bad": {"it is not signed, or by another key", &Integrity{Checks: []Check{
			{Name: signatures, Problems: []string{"Failed verifying revision abc by 'Alice': unsigned (key_id=)", "and more"}},
		}}, "its signature does not count: GIT/GPG: Failed verifying revision abc by 'Alice': unsigned (key_id=)"},
		"BadElsewhere": {"it is as it was checked, all of it", &Integrity{Checks: []Check{
			{Name: signatures}, {Name: "GIT/SLSA", Problems: []string{"no provenance"}},
		}}, "GIT/SLSA: no provenance"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			evidence := v1alpha1.AuthorSignedCommit
			if tc.says != "" {
				evidence = v1alpha1.AuthorCommit
			}
			for _, commits := range []Commits{CommitsAll, CommitsSigned, "Whatever"} {
				got, err := Authors(Metadata{Author: "A <" + alice + ">", Integrity: tc.integrity}, commits, false)
				if diff := cmp.Diff(authors(evidence, alice), got); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", commits, tc.reason, diff)
				}
				want := tc.says
				if commits == CommitsAll {
					want = ""
				}
				says(t, tc.reason, err, want)
			}
		})
	}
}

func TestCoAuthors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, message string
		want            []string
	}{
		"None":  {reason: "nobody is named", message: "Raise it"},
		"Empty": {reason: "there is no message"},
		"Last": {
			"among other trailers", "Raise it\n\nFixes: 1\nCo-authored-by: A <a@b>\nSigned-off-by: C <c@d>\n",
			[]string{"A <a@b>"},
		},
		"Case": {"Git does not mind", "Raise it\n\nCO-AUTHORED-BY: A <a@b>", []string{"A <a@b>"}},
		"Space": {
			"nor does it here", "Raise it\n\nCo-Authored-By : A <a@b> \r\n\tco-authored-by:C <c@d>",
			[]string{"A <a@b>", "C <c@d>"},
		},
		"Folded": {
			"a line that begins with space goes on", "Raise it\n\nCo-authored-by: A\n  <a@b>\n\nRest", []string{"A <a@b>"},
		},
		"Closed": {
			"what goes on is another", "Co-authored-by: A <a@b>\n\n <c@d>\nReviewed-by: E\n <e@f>", []string{"A <a@b>"},
		},
		"Squashed": {
			"a squash merge keeps the messages of the commits",
			"Raise it (#1)\n\n* one\n\nCo-authored-by: A <a@b>\n\n* two\n\n---------\n\nCo-authored-by: C <c@d>",
			[]string{"A <a@b>", "C <c@d>"},
		},
		"Nobody": {"it names nobody, and says that there is somebody", "x\n\nCo-authored-by:", []string{""}},
		"Blank": {
			"a line of space is none", "Co-authored-by: A <a@b>\n \n <c@d>", []string{"A <a@b>"},
		},
		"NoColon": {"it names nobody", "x\n\nCo-authored-by", nil},
		"Prose":   {"a word about it is none", "Be Co-authored-by\nSee co-authored-by trailers: A <a@b>", nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, coAuthors(tc.message)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func authors(evidence v1alpha1.AuthorEvidence, names ...string) (all []v1alpha1.Author) {
	for _, name := range names {
		all = append(all, v1alpha1.Author{Name: name, Evidence: evidence})
	}
	return all
}

// says checks that an error has the words; none where there are none.
func says(t *testing.T, reason string, err error, words string) {
	t.Helper()
	if words == "" && err != nil || words != "" && (err == nil || !strings.Contains(err.Error(), words)) {
		t.Errorf("%s: want an error that says %q, got: %v", reason, words, err)
	}
}
