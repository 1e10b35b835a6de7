// Copyright 2026 The Countersign Authors.
// SPDX-License-Identifier: Apache-2.0

package workload

import "regexp"

// Environment variables from which a shell, a loader, a runtime or a tool takes code, options that name some, or where
// to fetch it: by their whole name, by how it begins, and by how it ends.
var (
	loaderName = regexp.MustCompile(`^(ENV|BASH_ENV|IFS|PS[0-4]|ZDOTDIR|INPUTRC|LESS|MORE|LESSOPEN|LESSCLOSE|VISUAL|` +
		`GODEBUG|GOENV|GOTOOLCHAIN|CC|CXX|RUSTC|OPENSSL_CONF|OPENSSL_ENGINES|GLIBC_TUNABLES|KUBECONFIG|DOCKER_CONFIG|` +
		`AWS_CONFIG_FILE|PHPRC|PHP_INI_SCAN_DIR|R_PROFILE|R_PROFILE_USER|R_ENVIRON|R_ENVIRON_USER|PERL5DB|PERLIO_DEBUG|` +
		`PYTHON(WARNINGS|BREAKPOINT|INSPECT|USERBASE|EXECUTABLE|PLATLIBDIR|PYCACHEPREFIX)|FLASK_APP|COMSPEC|ComSpec|` +
		`WGETRC|BUNDLE_GEMFILE|LOGGING_CONFIG|MAVEN_CONFIG|DOTNET_ADDITIONAL_DEPS|DOTNET_SHARED_STORE|DOTNET_ROOT)$`)
	loaderPrefix = regexp.MustCompile(`^(LD_|DYLD_|GIT_|BASH_FUNC_|LUA_INIT_|NPM_CONFIG_|npm_config_|YARN_|PIP_|UV_|` +
		`CARGO_|UWSGI_|CORECLR_|COR_|COMPlus_)`)
	loaderSuffix = regexp.MustCompile(`(PATH|Path|OPTIONS|OPTS|OPT|ARGS|FLAGS|_APPEND|_PREPEND|INIT|STARTUP|LIB|LIBS|` +
		`HOME|HOOK|HOOKS|COMMAND|CMD|EXEC|SCRIPT|SCRIPTS|ENTRYPOINT|SHELL|WRAPPER|PRELOAD|PLUGIN|PLUGINS|MODULE|MODULES|` +
		`PAGER|EDITOR|BROWSER|ASKPASS|RSH|_SSH|PROXY|_proxy)$`)
	// credentialName ends the names of credentials of those that are known by how they begin, such as GIT_TOKEN.
	credentialName = regexp.MustCompile(`(?i)(passw(or)?d|passphrase|pwd|secret|token|auth|key|credentials?)$`)
)

// loadsCode reports whether what an environment variable holds is executed, or decides what is.
func loadsCode(name string) bool {
	return loaderName.MatchString(name) || loaderSuffix.MatchString(name) ||
		loaderPrefix.MatchString(name) && !credentialName.MatchString(name)
}
