// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

// Command herald is what runs in the containers of a local node: it tells a listener, at the address in HERALD, what it
// is and where it is, so that whoever listens knows what was run.
//
//	herald              waits
//	herald say WORD     says WORD
//	herald serve WORD   says WORD, and waits
//	herald install FILE copies itself to FILE, and waits
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// build is which of the programs this is. The linker sets it.
var build = "unknown"

// patience is how long the listener may take.
const patience = 10 * time.Second

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "herald:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return thenWait(nil)
	}
	if len(args) != 2 {
		return fmt.Errorf("what is %q? Say WORD, serve WORD or install FILE", args)
	}
	switch order, what := args[0], args[1]; order {
	case "say":
		return say(what)
	case "serve":
		return thenWait(say(what))
	case "install":
		return thenWait(install(what))
	default:
		return fmt.Errorf("what is %q? Say WORD, serve WORD or install FILE", order)
	}
}

// thenWait waits until a signal ends it, where nothing has failed.
func thenWait(err error) error {
	if err != nil {
		return err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	<-end
	return nil
}

func say(word string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	said := url.Values{"build": {build}, "word": {word}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("HERALD")+"?"+said.Encode(), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// install puts the copy in place at once: what is there may be running.
func install(file string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", program, 0o755); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
