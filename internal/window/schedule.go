// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package window

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/robfig/cron/v3"
)

var (
	// scheduleForm is that of the schema of v1alpha1.Window.
	scheduleForm = regexp.MustCompile("^" + field + "( +" + field + "){4}$")

	// parser is that of CronJobs, without descriptors.
	parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
)

const (
	field = item + "(," + item + ")*"
	item  = `([*]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?`

	mostSchedule = 100
)

// parse reads a schedule. One that it returns comes at least every eight years.
func parse(text string) (schedule, error) {
	if len(text) > mostSchedule || !scheduleForm.MatchString(text) {
		return schedule{}, fmt.Errorf("schedule: must be five fields as in \"0 17 * * FRI\": minute, hour, day of month, "+
			"month, day of week; %+.100q is not, and the time zone goes into timeZone", text)
	}
	if err := checkFields(strings.Fields(text)); err != nil {
		return schedule{}, err
	}
	parsed, err := parser.Parse(text)
	if err != nil {
		return schedule{}, fmt.Errorf("schedule: %w", err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return schedule{}, errors.New("schedule: must be five fields as in \"0 17 * * FRI\"")
	}
	read := newSchedule(spec)
	if !read.comes() {
		return schedule{}, fmt.Errorf("schedule: %q never comes: no month that it names has the day that it names", text)
	}
	return read, nil
}

// checkFields reads each field alone: the parser does not say which one it cannot read.
func checkFields(fields []string) error {
	for i, name := range []string{"minute", "hour", "day of month", "month", "day of week"} {
		alone := strings.Fields("* * * * *")
		alone[i] = fields[i]
		if _, err := parser.Parse(strings.Join(alone, " ")); err != nil {
			return fmt.Errorf("schedule: the %s %q cannot be read: %w", name, fields[i], err)
		}
	}
	return nil
}
