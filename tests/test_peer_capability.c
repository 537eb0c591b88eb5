/* SPDX-License-Identifier: ISC */
/* test_peer_capability.c - what a session announces, demands and then uses */
/*
 * A whole daemon and the far end of its only neighbor: the OPEN that comes,
 * and what the daemon does with messages that only a capability allows.
 */
#include <string.h>

#include "tests/sim/pair.h"
#include "tests/testing.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define ROUTE        "10.9.0.0/24"

/* ---- what is announced ------------------------------------------------- */

static const uint32_t usual = OPEN_HAS_MULTIPROTOCOL | OPEN_HAS_REFRESH |
    OPEN_HAS_FOUR_OCTET_AS | OPEN_HAS_RESTART | OPEN_HAS_EXTENDED_MESSAGE |
    OPEN_HAS_ENHANCED_REFRESH | OPEN_HAS_FQDN;

/* The OPEN that these settings make, beside the usual ones. */
static struct open
open_of(const char *settings)
{
	char text[512];
	struct pair p;
	struct open open;

	snprintf(text, sizeof(text), PAIR_USUAL "%s", settings);
	pair_init(&p, text);
	open = far_heard_open(far_accepted(&p.far));
	far_clear(&p.far);
	sim_free(p.sim);
	return open;
}

static void
open_has_the_usual_capabilities(void **state)
{
	(void)state;

	assert_int_equal(open_of("").has, usual);
}

static void
open_lacks_what_is_off(void **state)
{
	static const struct {
		const char *settings;
		uint32_t lacks;
	} cases[] = {
		{ "capability multiprotocol off", OPEN_HAS_MULTIPROTOCOL },
		{ "capability route-refresh off", OPEN_HAS_REFRESH },
		{ "capability enhanced-route-refresh off",
		    OPEN_HAS_ENHANCED_REFRESH },
		{ "capability four-octet-as off", OPEN_HAS_FOUR_OCTET_AS },
		{ "capability graceful-restart off", OPEN_HAS_RESTART },
		{ "capability extended-message off",
		    OPEN_HAS_EXTENDED_MESSAGE },
		{ "capability fqdn off", OPEN_HAS_FQDN },
		{ "graceful-restart off", OPEN_HAS_RESTART },
		{ "graceful-restart off; capability graceful-restart on",
		    OPEN_HAS_RESTART },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (open_of(cases[i].settings).has != (usual & ~cases[i].lacks))
			fail_msg("%s: has %#x", cases[i].settings,
			    open_of(cases[i].settings).has);
}

static void
open_has_add_path_where_that_is_set(void **state)
{
	static const struct {
		const char *settings;
		uint8_t ipv4, ipv6;
	} cases[] = {
		{ "", 0, 0 },
		{ "add-path receive", 1, 0 },
		{ "add-path send", 2, 0 },
		{ "add-path both max 3; families ipv4 ipv6", 3, 3 },
		{ "add-path both; families ipv6", 0, 3 },
		{ "add-path both; capability add-path off", 0, 0 },
		{ "capability add-path on", 0, 0 },
	};
	struct open open;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		open = open_of(cases[i].settings);
		assert_int_equal(
		    open.family[FAMILY_IPV4].add_path, cases[i].ipv4);
		assert_int_equal(
		    open.family[FAMILY_IPV6].add_path, cases[i].ipv6);
		assert_int_equal((open.has & OPEN_HAS_ADD_PATH) != 0,
		    cases[i].ipv4 + cases[i].ipv6 > 0);
	}
}

static void
open_names_the_node(void **state)
{
	struct open open = open_of("");

	(void)state;

	assert_string_equal(open.host, "ours");
}

static void
open_names_the_software_where_that_is_on(void **state)
{
	struct open open = open_of("capability software-version on");

	(void)state;

	assert_int_equal(open.has, usual | OPEN_HAS_SOFTWARE_VERSION);
	assert_string_equal(open.software, PACKAGE_NAME "/" PACKAGE_VERSION);
}

/* 62 octets of it, for the 63rd and 64th are one character. */
static void
open_cuts_a_long_name_between_characters(void **state)
{
	static const char name[] =
	    "n12345678901234567890123456789012345678901234567890123456789"
	    "01\xc3\xa4.example.net";
	char config[512];
	struct pair p;
	struct open open;

	(void)state;
	pair_init(&p, PAIR_USUAL);
	sim_kill(p.node);
	snprintf(config, sizeof(config),
	    "as 64512\nnode \"%s\"\nrouter-id 10.0.0.1\n"
	    "neighbor far 10.0.0.2 { remote-as 65001; import all;"
	    " export all }\n",
	    name);
	sim_config(p.node, config);
	sim_start(p.node);
	far_accepted(&p.far);
	open = far_heard_open(far_accepted(&p.far));

	assert_int_equal(strlen(open.host), 62);
	assert_memory_equal(open.host, name, 62);
	far_clear(&p.far);
	sim_free(p.sim);
}

/* ---- what is demanded -------------------------------------------------- */

static void
peer_without_a_required_one_is_told_which(void **state)
{
	static const uint8_t wanted[] = { 65, 4, 0, 0, 0xfc, 0 };
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "capability four-octet-as require");
	p.far.open.has &= ~(uint32_t)OPEN_HAS_FOUR_OCTET_AS;
	l = far_accepted(&p.far);
	far_say_open(l);

	assert_int_equal(far_notified(l), 0x0207);
	assert_int_equal(far_notified_data(l).length, sizeof(wanted));
	assert_memory_equal(far_notified_data(l).data, wanted, sizeof(wanted));
	assert_non_null(strstr(peer_reason(pair_peer(&p)),
	    "capability four-octet-as is required"));
	far_clear(&p.far);
	sim_free(p.sim);
}

static void
peer_with_a_required_one_comes_up(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "capability four-octet-as require");

	pair_up(&p);

	far_clear(&p.far);
	sim_free(p.sim);
}

/* What is not announced, for want of a setting, is not demanded either. */
static void
required_and_not_announced_is_not_demanded(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p,
	    PAIR_USUAL "graceful-restart off\n"
		       "capability graceful-restart require");

	pair_up(&p);

	far_clear(&p.far);
	sim_free(p.sim);
}

/* ---- extended messages, RFC 8654 --------------------------------------- */

/* An UPDATE of that length: the route, and an attribute nobody knows. */
static void
say_long_route(struct far_line *l, size_t length)
{
	static uint8_t bytes[MSG_MAX_SIZE_EXTENDED];
	const size_t head = MSG_HEADER_SIZE + 4, known = 4 + 9 + 7, tail = 4;
	struct wr w = wr_of(bytes, sizeof(bytes));
	size_t start = msg_begin(&w, MSG_UPDATE), i;
	size_t filler = length - head - known - tail - 4;

	wr_u16(&w, 0);
	wr_u16(&w, (uint16_t)(known + 4 + filler));
	/* ORIGIN, AS_PATH 65001, NEXT_HOP 10.0.0.2 */
	wr_bytes(&w, "\x40\x01\x01\x00", 4);
	wr_bytes(&w, "\x40\x02\x06\x02\x01\x00\x00\xfd\xe9", 9);
	wr_bytes(&w, "\x40\x03\x04\x0a\x00\x00\x02", 7);
	wr_bytes(&w, "\xd0\xf0", 2);
	wr_u16(&w, (uint16_t)filler);
	for (i = 0; i < filler; i++)
		wr_u8(&w, 0);
	wr_bytes(&w, "\x18\x0a\x09\x00", 4);
	msg_end(&w, start);
	assert_int_equal(wr_length(&w), length);
	far_say(l, wr_written(&w));
}

static void
extended_message_is_taken_where_both_have_it(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	p->far.open.has |= OPEN_HAS_EXTENDED_MESSAGE;
	l = pair_up(p);
	say_long_route(l, MSG_MAX_SIZE_EXTENDED);

	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
}

static void
message_of_4096_octets_is_taken_without(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	say_long_route(l, MSG_MAX_SIZE);

	pair_assert_up(p, true);
	assert_true(pair_has(p, ROUTE));
}

static void
extended_message_resets_without(void **state)
{
	struct pair *p = *state;
	struct far_line *l = pair_up(p);

	say_long_route(l, MSG_MAX_SIZE + 1);

	assert_int_equal(far_notified(l), 0x0102);
}

static void
extended_message_resets_where_we_do_not_announce_it(void **state)
{
	struct far_line *l;
	struct pair p;

	(void)state;
	pair_init(&p, PAIR_USUAL "capability extended-message off");
	p.far.open.has |= OPEN_HAS_EXTENDED_MESSAGE;
	l = pair_up(&p);
	say_long_route(l, MSG_MAX_SIZE + 1);

	assert_int_equal(far_notified(l), 0x0102);
	far_clear(&p.far);
	sim_free(p.sim);
}

/* The next connection begins anew. */
static void
extended_message_is_not_remembered(void **state)
{
	struct pair *p = *state;
	struct far_line *l;

	p->far.open.has |= OPEN_HAS_EXTENDED_MESSAGE;
	l = pair_up(p);
	say_long_route(l, MSG_MAX_SIZE + 1);
	pair_assert_up(p, true);
	far_hang_up(l);
	p->far.open.has &= ~(uint32_t)OPEN_HAS_EXTENDED_MESSAGE;
	l = pair_up(p);
	say_long_route(l, MSG_MAX_SIZE + 1);

	assert_int_equal(far_notified(l), 0x0102);
}

#define PAIRED(test) \
	cmocka_unit_test_setup_teardown(test, pair_setup, pair_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_has_the_usual_capabilities),
		cmocka_unit_test(open_lacks_what_is_off),
		cmocka_unit_test(open_has_add_path_where_that_is_set),
		cmocka_unit_test(open_names_the_node),
		cmocka_unit_test(open_names_the_software_where_that_is_on),
		cmocka_unit_test(open_cuts_a_long_name_between_characters),
		cmocka_unit_test(peer_without_a_required_one_is_told_which),
		cmocka_unit_test(peer_with_a_required_one_comes_up),
		cmocka_unit_test(required_and_not_announced_is_not_demanded),
		PAIRED(extended_message_is_taken_where_both_have_it),
		PAIRED(message_of_4096_octets_is_taken_without),
		PAIRED(extended_message_resets_without),
		cmocka_unit_test(
		    extended_message_resets_where_we_do_not_announce_it),
		PAIRED(extended_message_is_not_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
