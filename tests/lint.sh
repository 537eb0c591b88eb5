#!/bin/sh
# SPDX-License-Identifier: ISC
# lint.sh - the house rules that a program can judge
#
# Prints the measures beside what is wanted; these are guides. A line that
# starts with "lint:" is a broken rule, and fails. LINT_FORMAT=strict
# makes the formatting a rule too.

set -u
cd "$(dirname "$0")/.." || exit 1

sources() {
	find rib kernel bgpd bgpctl "$@" -name '*.[ch]' | sort
}

scripts() {
	ls dev .ci/run configure.ac Makefile.am 2>/dev/null
	find rib kernel bgpd bgpctl tests \( -name '*.mk' -o -name '*.py' \
	    -o -name '*.sh' -o -perm -u+x -type f \) ! -name '*.[ch]' \
	    ! -path '*/corpus/*' ! -path '*/golden/*' ! -path '*/__pycache__/*'
}

# lines, name, file:line of every function
functions() {
	[ $# -gt 0 ] || return
	ctags -x --languages=C,C++ --langmap=C:.c --c-kinds=f --fields=+ne \
	    --_xformat='%{end} %n %N %F' "$@" |
	    awk 'NF == 4 { print $1 - $2 + 1, $3, $4 ":" $2 }' | sort -n
}

# the value at percent $1 of the sorted first column
percentile() {
	awk -v percent="$1" '{ value[NR] = $1 }
	    END { i = int(NR * percent / 100 + 0.999999)
	    print NR ? value[i < 1 ? 1 : i] : "-" }'
}

measure() {
	printf '  %-42s %18s   %s\n' "$1" "$2" "$3"
}

including() {
	sources | xargs grep -lE "#include <($1)" | wc -l
}

measures() {
	list=$(functions $(sources | grep '\.c$'))
	lengths=$(sources | grep '\.c$' | xargs wc -l |
	    awk '$2 != "total" { print $1 }' | sort -n)
	at() { echo "$1" | sed '/^$/d' | percentile "$2"; }

	measure "" measured wanted
	measure "function length, median / p90 / p99" \
	    "$(at "$list" 50) / $(at "$list" 90) / $(at "$list" 99)" \
	    "16 / 40 / 70"
	measure "longest function" "$(at "$list" 100)" 80
	measure "file length, median / longest .c" \
	    "$(at "$lengths" 50) / $(at "$lengths" 100)" "200 / 500"
	measure "files with libevent / OpenSSL / libnl" \
	    "$(including event2/) / $(including openssl/) / $(including netlink/)" \
	    "2 / 2 / 3"
	measure "function-like macros" \
	    "$(sources | xargs grep -hE '^#[[:space:]]*define [A-Za-z_]+\(' | wc -l)" few
	measure "files that clang-format would change" "$(unformatted | wc -l)" 0
}

# Headers keep their declarations in columns, which clang-format cannot.
unformatted() {
	command -v clang-format >/dev/null || return
	sources tests | grep '\.c$' | while read -r file; do
		clang-format --dry-run --Werror "$file" 2>/dev/null || echo "$file"
	done
}

# A test whose table is long is still one screen of code.
long_functions() {
	functions $(sources | grep '\.c$') |
	    awk '$1 > 80 { print $3 ": " $2 " has " $1 " lines, 80 is the wall" }'
}

long_files() {
	sources | grep '\.c$' | xargs wc -l | awk '$2 != "total" && $1 > 500 {
	    print $2 ": " $1 " lines, 500 is the wall" }'
}

headless() {
	for file in $(sources tests) $(scripts | sort -u); do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: ISC' ||
		    echo "$file: no SPDX line"
		head -n 3 "$file" | grep -q -F "${file##*/} - " ||
		    echo "$file: no line that says what it is for"
	done
}

manuals() {
	command -v mandoc >/dev/null || return
	find man -name '*.[1-8]' 2>/dev/null |
	    xargs -r mandoc -T lint -W warning 2>&1
}

layers() {
	tests/check_layers --includes | sed '/^layers: /d'
}

formatting() {
	[ "${LINT_FORMAT:-}" = strict ] || return
	unformatted | sed 's/$/: clang-format would change it/'
}

for tool in ctags clang-format mandoc; do
	command -v $tool >/dev/null || echo "no $tool: what it judges is skipped"
done
measures
broken=$(long_functions; long_files; headless; manuals; layers; formatting)
[ -z "$broken" ] || echo "$broken" | sed 's/^/lint: /'
[ -z "$broken" ]
