// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package redteam

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// stored writes an object into etcd, past the API server, where that would have stored it.
func stored(resource, body string) step {
	return func(ctx context.Context, s *scene) error {
		s.words["NOW"] = time.Now().UTC().Format(time.RFC3339)
		text, err := yaml.YAMLToJSON([]byte(wordsOf(s.words).Replace(body)))
		if err != nil {
			return err
		}
		object := decoded(text)
		group, _, _ := strings.Cut(at(object, "apiVersion"), "/")
		if !strings.Contains(group, ".") {
			group = "" // built-in kinds are stored without
		}
		key := strings.Join([]string{"/registry", group, resource, at(object, "metadata", "namespace"),
			at(object, "metadata", "name")}, "/")
		return s.put(ctx, strings.ReplaceAll(key, "//", "/"), text)
	}
}

// put is etcd's own call, by gRPC: PutRequest has the key in field 1 and the value in field 2.
func (s *scene) put(ctx context.Context, key string, value []byte) error {
	message := append(field(1, []byte(key)), field(2, value)...)
	framed := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...)
	url, config, err := s.cp.Etcd()
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/etcdserverpb.KV/Put", bytes.NewReader(framed))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it has been read
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if status := response.Trailer.Get("Grpc-Status"); status != "0" {
		return fmt.Errorf("etcd answers %q: %s", status, response.Trailer.Get("Grpc-Message"))
	}
	return nil
}

// field of a message in protobuf, of bytes.
func field(number uint64, content []byte) []byte {
	const ofBytes = 2
	return append(binary.AppendUvarint(binary.AppendUvarint(nil, number<<3|ofBytes), uint64(len(content))), content...)
}

// unsent : no line of the API server's audit log has all the words.
func unsent(words ...string) func(*scene) string {
	return func(s *scene) string {
		if auditedByServer(words...)(s) == "" {
			return fmt.Sprintf("the API server's audit log not to have %q", words)
		}
		return ""
	}
}

// unrecorded : no line of the operator's audit trail has all the words.
func unrecorded(words ...string) func(*scene) string {
	return func(s *scene) string {
		if audited(words...)(s) == "" {
			return fmt.Sprintf("the audit trail not to have %q", words)
		}
		return ""
	}
}

// unlistedInLedger : no ledger of the namespace has the image.
func unlistedInLedger(s *scene) string {
	list, err := s.say(s.t.Context(), installer, read("ConfigMap listed/"))
	if err != nil {
		return err.Error()
	}
	if said := fmt.Sprint(list["items"]); !strings.Contains(said, "countersign-images") || strings.Contains(said, "dead") {
		return "the ledger to be there without the image: " + said
	}
	return ""
}
