/* SPDX-License-Identifier: ISC */
/* test_host.c - host.h: names of this machine, and of those who pretend */

#include "bgpd/http/host.h"

#include <string.h>

#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static void
names_of_this_machine_are_here(void **state)
{
	static const char *const hosts[] = { NULL, "localhost", "LocalHost",
		"127.0.0.1", "10.0.0.1", "[::1]", "[::1]:9179",
		"127.0.0.1:9179", "localhost:1", "localhost:", "one:9179",
		"[2001:db8:1111:2222:3333:4444:5555:6666]", "one", "ONE" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hosts); i++)
		assert_true(host_is_here(hosts[i], "one"));
}

static void
endless_name_is_not(void **state)
{
	char host[8192];

	(void)state;
	memset(host, '1', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	assert_false(host_is_here(host, "one"));
}

static void
names_that_somebody_can_choose_are_not(void **state)
{
	static const char *const hosts[] = { "", ":", ":9179", "localhost:x",
		"evil.example", "evil.example:9179", "localhost.evil.example",
		"127.0.0.1.evil.example", "one.evil.example", "on",
		"127.0.0.1.", "127.1", "[", "[]", "[::1", "::1]", "::1",
		"[127.0.0.1]", "[::1]x", "[[::1]]",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hosts); i++)
		assert_false(host_is_here(hosts[i], "one"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_this_machine_are_here),
		cmocka_unit_test(names_that_somebody_can_choose_are_not),
		cmocka_unit_test(endless_name_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
