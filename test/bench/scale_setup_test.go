// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/countersign-dev/countersign/hack/controlplane"
)

// scale is what BenchmarkScale works on.
type scale struct {
	admin client.Client
	// login of the floor, which may read the metrics too.
	login *rest.Config
	floor *floor
	// dir and metrics are where the operator keeps its logs and shows its metrics.
	dir, metrics string
	// namespaces of the environment.
	namespaces []string
}

// worker is the service account that the floor works as.
const worker = "floor"

// logIn gives the floor the rights of the operator, so that the API server has as much to check.
func (s *scale) logIn(b *testing.B, cluster *controlplane.ControlPlane) {
	b.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: worker}}
	check(b, s.admin.Create(b.Context(), account))
	for _, role := range []string{"countersign-manager-role", "countersign-metrics-reader"} {
		check(b, s.admin.Create(b.Context(), &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: worker + "-" + role},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: "default", Name: worker}},
		}))
	}
	var err error
	s.login, err = cluster.ServiceAccount(b.Context(), "default", worker)
	check(b, err)
	s.floor, err = newFloor(s)
	check(b, err)
}

// calls is how many requests the operator has sent to the API server so far, by its own count.
func (s *scale) calls(b *testing.B) int {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.metrics, nil)
	check(b, err)
	request.Header.Set("Authorization", "Bearer "+s.login.BearerToken)
	// The operator signs the certificate of its metrics itself.
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	check(b, err)
	defer response.Body.Close() //nolint:errcheck // it is only read
	if response.StatusCode != http.StatusOK {
		b.Fatalf("the metrics answer %s", response.Status)
	}
	sum := 0
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "rest_client_requests_total{") {
			sum += number(b, lines.Text())
		}
	}
	return sum
}

// number at the end of a line of metrics.
func number(b *testing.B, line string) int {
	b.Helper()
	words := strings.Fields(line)
	value, err := strconv.ParseFloat(words[len(words)-1], 64)
	check(b, err)
	return int(value)
}

// peakMemory is the most memory that the operator has had resident, in MB.
func (s *scale) peakMemory(b *testing.B) float64 {
	b.Helper()
	pid, err := os.ReadFile(filepath.Join(s.dir, "manager.pid"))
	check(b, err)
	status, err := os.ReadFile(filepath.Join("/proc", strings.Fields(string(pid))[0], "status"))
	check(b, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	_, err = fmt.Sscan(rest, &kilobytes)
	check(b, err)
	return kilobytes / 1024
}
