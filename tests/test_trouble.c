/* SPDX-License-Identifier: ISC */
/* test_trouble.c - routes that the kernel does not take are told of once */
/*
 * A real fib, to which foreign routes are told, and a log into a pipe.  The
 * time in front of a line is no business of these tests.
 */
#include "bgpd/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/testing.h"

#define OURS   186 /* RTPROT_BGP */
#define STATIC 4   /* RTPROT_STATIC */

struct scene {
	struct fib *fib;
	struct trouble trouble;
	struct log *log;
	int ends[2];
	int64_t now;
	char text[8192];
};

static struct prefix
block(unsigned int number)
{
	struct prefix p;
	char text[32];

	snprintf(text, sizeof(text), "10.244.%u.0/26", number);
	assert_true(prefix_parse(text, &p, NULL));
	return p;
}

static struct kernel_route
foreign(unsigned int number, uint8_t protocol)
{
	return (struct kernel_route){ .prefix = block(number),
		.table = 254,
		.metric = 1024,
		.protocol = protocol,
		.type = KERNEL_BLACKHOLE };
}

static void
setup(struct scene *s)
{
	const struct fib_config config = {
		.table = 254, .metric = 1024, .protocol = OURS
	};

	memset(s, 0, sizeof(*s));
	s->now = 1000000;
	s->fib = fib_new(&config);
	fib_dump_begin(s->fib);
	fib_dump_end(s->fib, s->now);
	assert_int_equal(pipe(s->ends), 0);
	assert_int_equal(fcntl(s->ends[0], F_SETFL, O_NONBLOCK), 0);
	s->log = log_new(s->ends[1]);
}

static void
teardown(struct scene *s)
{
	fib_free(s->fib);
	log_free(s->log);
	close(s->ends[0]);
	close(s->ends[1]);
}

/* Somebody else has the route that we want. */
static void
conflict(struct scene *s, unsigned int number)
{
	const struct fib_wish wish = { .type = KERNEL_BLACKHOLE };
	const struct kernel_route r = foreign(number, STATIC);
	const struct prefix p = block(number);

	fib_want(s->fib, &p, &wish);
	fib_route(s->fib, &r, false, s->now);
}

/* What a report says, of all lines together. */
static const char *
report(struct scene *s)
{
	ssize_t n;

	trouble_report(&s->trouble, s->fib, s->log, s->now);
	n = read(s->ends[0], s->text, sizeof(s->text) - 1);
	s->text[n > 0 ? n : 0] = '\0';
	return s->text;
}

static unsigned int
lines(const char *text)
{
	unsigned int count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

static void
fib_without_trouble_says_nothing(void **state)
{
	struct scene s;

	setup(&s);

	assert_string_equal(report(&s), "");
	assert_int_equal(trouble_next(&s.trouble), 0);
	teardown(&s);
}

static void
conflict_is_told_with_its_owner(void **state)
{
	struct scene s;

	setup(&s);
	conflict(&s, 1);

	report(&s);

	assert_non_null(strstr(s.text,
	    "warn: fib: 10.244.1.0/26 is not installed: a route of protocol "
	    "static is there; it is left alone until that goes\n"));
	teardown(&s);
}

static void
conflict_is_told_once(void **state)
{
	struct scene s;

	setup(&s);
	conflict(&s, 1);
	report(&s);

	s.now += 60000;

	assert_string_equal(report(&s), "");
	teardown(&s);
}

static void
next_conflict_waits_for_its_time(void **state)
{
	struct scene s;

	setup(&s);
	conflict(&s, 1);
	s.now += 1000;
	report(&s);
	s.now += 1000;
	conflict(&s, 2);

	assert_string_equal(report(&s), "");
	s.now = trouble_next(&s.trouble);
	report(&s);

	assert_int_equal(s.now, 1006000);
	assert_int_equal(lines(s.text), 1);
	assert_non_null(strstr(s.text, "10.244.2.0/26"));
	teardown(&s);
}

static void
many_conflicts_are_counted(void **state)
{
	struct scene s;
	unsigned int i;

	setup(&s);
	for (i = 0; i < 100; i++)
		conflict(&s, i);

	report(&s);

	assert_int_equal(lines(s.text), 9);
	assert_non_null(strstr(s.text,
	    "fib: 92 more ipv4 routes are not "
	    "installed; `bgpctl show fib` lists them\n"));
	teardown(&s);
}

static void
refused_route_is_told_with_the_error(void **state)
{
	const struct fib_wish wish = { .type = KERNEL_BLACKHOLE };
	const struct prefix p = block(1);
	struct kernel_change change;
	struct scene s;

	setup(&s);
	fib_want(s.fib, &p, &wish);
	assert_int_equal(fib_batch(s.fib, FAMILY_IPV4, &change, 1, s.now), 1);
	fib_failed(s.fib, FAMILY_IPV4, change.cookie, EINVAL, s.now);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	report(&s);

	assert_non_null(strstr(s.text,
	    "10.244.1.0/26 is not installed: Invalid argument; "
	    "it is tried again\n"));
	teardown(&s);
}

static void
last_trouble_that_ends_is_told(void **state)
{
	const struct kernel_route r = foreign(1, STATIC);
	struct kernel_change change;
	struct scene s;

	setup(&s);
	conflict(&s, 1);
	report(&s);
	fib_route(s.fib, &r, true, s.now);
	assert_string_equal(report(&s), "");

	assert_int_equal(fib_batch(s.fib, FAMILY_IPV4, &change, 1, s.now), 1);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	report(&s);

	assert_non_null(
	    strstr(s.text, "info: fib: the kernel has all ipv4 routes\n"));
	teardown(&s);
}

static void
route_put_back_is_told(void **state)
{
	const struct fib_wish wish = { .type = KERNEL_BLACKHOLE };
	struct kernel_route ours = foreign(1, OURS);
	const struct prefix p = block(1);
	struct kernel_change change;
	struct scene s;

	setup(&s);
	fib_want(s.fib, &p, &wish);
	assert_int_equal(fib_batch(s.fib, FAMILY_IPV4, &change, 1, s.now), 1);
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);
	s.now += 5000;
	fib_route(s.fib, &ours, true, s.now);
	assert_int_equal(fib_batch(s.fib, FAMILY_IPV4, &change, 1, s.now), 1);
	assert_string_equal(report(&s), "");
	fib_finished(s.fib, FAMILY_IPV4, 0, s.now);

	assert_non_null(strstr(report(&s),
	    "info: fib: 10.244.1.0/26 was changed or removed by somebody else "
	    "and is put back\n"));
	assert_string_equal(report(&s), "");
	teardown(&s);
}

static void
owner_without_a_name_is_its_number(void **state)
{
	char buf[CONF_PROTOCOL_STRLEN];

	assert_string_equal(conf_protocol_name(4, buf), "static");
	assert_string_equal(conf_protocol_name(200, buf), "200");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fib_without_trouble_says_nothing),
		cmocka_unit_test(conflict_is_told_with_its_owner),
		cmocka_unit_test(conflict_is_told_once),
		cmocka_unit_test(next_conflict_waits_for_its_time),
		cmocka_unit_test(many_conflicts_are_counted),
		cmocka_unit_test(refused_route_is_told_with_the_error),
		cmocka_unit_test(last_trouble_that_ends_is_told),
		cmocka_unit_test(route_put_back_is_told),
		cmocka_unit_test(owner_without_a_name_is_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
