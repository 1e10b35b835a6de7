// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// WindowType says what a window means for changes while it lasts.
//
// +kubebuilder:validation:Enum=Allow;Deny
type WindowType string

const (
	// WindowAllow lets changes enter while it lasts. Outside all of its Allow windows a policy lets nothing in.
	WindowAllow WindowType = "Allow"
	// WindowDeny lets nothing in while it lasts, whatever Allow windows there are.
	WindowDeny WindowType = "Deny"
)

// Window is a span of time, once or again and again, in which changes may enter, or must not.
//
// +kubebuilder:validation:XValidation:rule="has(self.schedule) == has(self.durationSeconds) && has(self.startTime) == has(self.endTime) && has(self.schedule) != has(self.startTime)",message="must have either `schedule` and `durationSeconds`, for a window that comes again, or `startTime` and `endTime`, for one that comes once"
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.endTime) || self.startTime < self.endTime",fieldPath=".endTime",message="must be after startTime"
type Window struct {
	// name of the window, shown in messages.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name,omitempty"`

	// type is Allow or Deny. Deny wins.
	// +required
	Type WindowType `json:"type,omitempty"`

	// schedule is when the window starts: minute, hour, day of month, month and day of week, as in the schedule of a
	// CronJob. It is read on the clock of timeZone. A start that the clock skips, because it is put forward, is when the
	// clock goes on; of a start that it shows twice, because it is put back, the first one counts.
	// +optional
	// +kubebuilder:validation:MinLength=9
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^([*]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?(,([*]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?)*( +([*]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?(,([*]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?)*){4}$')",message="must be five fields as in '0 17 * * FRI': minute, hour, day of month, month, day of week. The time zone goes into `timeZone`"
	Schedule string `json:"schedule,omitempty"`

	// durationSeconds is how long the window lasts from each start, in seconds that pass, not on the clock: a window of a
	// day (86400) that starts at midnight ends at 23:00 on the day the clock is put back by an hour. Where windows
	// of one schedule shall leave no gap, let them overlap: those that do are one.
	// +optional
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=2678400
	DurationSeconds int32 `json:"durationSeconds,omitempty"`

	// timeZone is the clock that schedule is read on and messages are written in: a name of the IANA time zone database
	// with its area, as Europe/Berlin, or UTC. Default Etc/UTC.
	// +optional
	// +default="Etc/UTC"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^(UTC|[A-Z][A-Za-z_]*(/[A-Z][A-Za-z0-9_+-]*){1,2})$')",message="must be a name of the IANA time zone database with its area, as 'Europe/Berlin', or 'UTC'"
	TimeZone string `json:"timeZone,omitempty"`

	// startTime begins a window that comes once (RFC 3339).
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// endTime ends it: the first moment after it (RFC 3339).
	// +optional
	EndTime *metav1.Time `json:"endTime,omitempty"`
}
