// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"encoding/json"
	"fmt"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
)

// credentialPrefix starts the keys of what the API server says of a login and not of the user: they are other ones next
// time, and nobody's rights depend on them.
const credentialPrefix = "authentication.kubernetes.io/"

// Encode writes down an author, as JSON: who vouches for a role is asked about again when a namespace joins.
func Encode(user authenticationv1.UserInfo) (string, error) {
	kept := map[string]authenticationv1.ExtraValue{}
	for key, value := range user.Extra {
		if !strings.HasPrefix(key, credentialPrefix) {
			kept[key] = value
		}
	}
	user.Extra = kept
	written, err := json.Marshal(user)
	if err != nil {
		return "", fmt.Errorf("encode the author: %w", err)
	}
	return string(written), nil
}

// Decode reads what Encode wrote.
func Decode(written string) (authenticationv1.UserInfo, error) {
	var user authenticationv1.UserInfo
	if err := json.Unmarshal([]byte(written), &user); err != nil {
		return user, fmt.Errorf("decode the author: %w", err)
	}
	return user, nil
}
