/* SPDX-License-Identifier: ISC */
/* test_fsm.c - the state machine, held against RFC 4271 section 8 */

/*
 * The whole table is printed to golden/fsm.txt: a changed row shows up there
 * as a line to be read beside the RFC.  The rest are the sentences of the RFC
 * that hurt most when they are broken, as a table of their own, so that a
 * changed row changes behaviour that somebody wrote down twice.
 */
#include "bgpd/session/fsm.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/wire/msg.h"
#include "tests/golden.h"
#include "tests/testing.h"

struct expected {
	enum fsm_state state;
	enum fsm_event event;
	enum fsm_state next;
	uint32_t has; /* actions that must be there */
	uint32_t has_not;
	uint8_t code;
	uint8_t subcode;
};

#define TELL                                                               \
	(FSM_DO_NOTIFY | FSM_DO_CLOSE | FSM_DO_STOP_TIMERS | FSM_DO_DOWN | \
	    FSM_DO_IDLE_HOLD)
#define DROP \
	(FSM_DO_CLOSE | FSM_DO_STOP_TIMERS | FSM_DO_DOWN | FSM_DO_IDLE_HOLD)

static const struct expected sentences[] = {
	{ FSM_IDLE, FSM_START, FSM_CONNECT, FSM_DO_DIAL | FSM_DO_RETRY_TIMER,
	    FSM_DO_SEND_OPEN, 0, 0 },
	{ FSM_IDLE, FSM_START_PASSIVE, FSM_ACTIVE, 0, FSM_DO_DIAL, 0, 0 },
	{ FSM_IDLE, FSM_TCP_ACCEPTED, FSM_IDLE, FSM_DO_CLOSE, FSM_DO_SEND_OPEN,
	    0, 0 },
	{ FSM_CONNECT, FSM_TCP_DIALLED, FSM_OPENSENT,
	    FSM_DO_SEND_OPEN | FSM_DO_OPEN_HOLD | FSM_DO_STOP_RETRY,
	    FSM_DO_KEEPALIVE_TIMER, 0, 0 },
	{ FSM_CONNECT, FSM_TCP_FAILS, FSM_ACTIVE,
	    FSM_DO_RETRY_TIMER | FSM_DO_DOWN, FSM_DO_IDLE_HOLD, 0, 0 },
	{ FSM_CONNECT, FSM_CONNECT_RETRY_EXPIRES, FSM_CONNECT,
	    FSM_DO_CLOSE | FSM_DO_DIAL | FSM_DO_RETRY_TIMER, 0, 0, 0 },
	{ FSM_ACTIVE, FSM_TCP_ACCEPTED, FSM_OPENSENT,
	    FSM_DO_SEND_OPEN | FSM_DO_STOP_RETRY, FSM_DO_DIAL, 0, 0 },
	{ FSM_ACTIVE, FSM_CONNECT_RETRY_EXPIRES, FSM_CONNECT,
	    FSM_DO_DIAL | FSM_DO_RETRY_TIMER, 0, 0, 0 },
	{ FSM_OPENSENT, FSM_OPEN_GOOD, FSM_OPENCONFIRM,
	    FSM_DO_SEND_KEEPALIVE | FSM_DO_HOLD | FSM_DO_KEEPALIVE_TIMER,
	    FSM_DO_UP, 0, 0 },
	{ FSM_OPENSENT, FSM_TCP_FAILS, FSM_ACTIVE, FSM_DO_RETRY_TIMER,
	    FSM_DO_IDLE_HOLD, 0, 0 },
	{ FSM_OPENSENT, FSM_HOLD_EXPIRES, FSM_IDLE, TELL, 0, 4, 0 },
	{ FSM_OPENSENT, FSM_KEEPALIVE, FSM_IDLE, TELL, 0, 5, 1 },
	{ FSM_OPENSENT, FSM_UPDATE_GOOD, FSM_IDLE, TELL, 0, 5, 1 },
	{ FSM_OPENSENT, FSM_REFRESH, FSM_IDLE, TELL, 0, 5, 1 },
	{ FSM_OPENCONFIRM, FSM_KEEPALIVE, FSM_ESTABLISHED,
	    FSM_DO_HOLD | FSM_DO_UP, 0, 0, 0 },
	{ FSM_OPENCONFIRM, FSM_HOLD_EXPIRES, FSM_IDLE, TELL, 0, 4, 0 },
	{ FSM_OPENCONFIRM, FSM_OPEN_GOOD, FSM_IDLE, TELL, 0, 5, 2 },
	{ FSM_OPENCONFIRM, FSM_UPDATE_GOOD, FSM_IDLE, TELL, 0, 5, 2 },
	{ FSM_OPENCONFIRM, FSM_REFRESH, FSM_IDLE, TELL, 0, 5, 2 },
	{ FSM_OPENCONFIRM, FSM_KEEPALIVE_EXPIRES, FSM_OPENCONFIRM,
	    FSM_DO_SEND_KEEPALIVE | FSM_DO_KEEPALIVE_TIMER, 0, 0, 0 },
	{ FSM_OPENCONFIRM, FSM_TCP_FAILS, FSM_IDLE, DROP, 0, 0, 0 },
	{ FSM_OPENCONFIRM, FSM_COLLISION, FSM_IDLE, FSM_DO_NOTIFY,
	    FSM_DO_IDLE_HOLD, 6, 7 },
	{ FSM_ESTABLISHED, FSM_KEEPALIVE, FSM_ESTABLISHED, FSM_DO_HOLD,
	    FSM_DO_UP, 0, 0 },
	{ FSM_ESTABLISHED, FSM_UPDATE_GOOD, FSM_ESTABLISHED,
	    FSM_DO_HOLD | FSM_DO_UPDATE, 0, 0, 0 },
	{ FSM_ESTABLISHED, FSM_REFRESH, FSM_ESTABLISHED, FSM_DO_REFRESH, 0, 0,
	    0 },
	{ FSM_ESTABLISHED, FSM_HOLD_EXPIRES, FSM_IDLE, TELL, 0, 4, 0 },
	{ FSM_ESTABLISHED, FSM_SEND_HOLD_EXPIRES, FSM_IDLE, TELL, 0, 8, 0 },
	{ FSM_ESTABLISHED, FSM_OPEN_GOOD, FSM_IDLE, TELL, 0, 5, 3 },
	{ FSM_ESTABLISHED, FSM_OPEN_BAD, FSM_IDLE, TELL, 0, 5, 3 },
	{ FSM_ESTABLISHED, FSM_UPDATE_BAD, FSM_IDLE, TELL, 0, 0, 0 },
	{ FSM_ESTABLISHED, FSM_HEADER_BAD, FSM_IDLE, TELL, 0, 0, 0 },
	{ FSM_ESTABLISHED, FSM_TCP_FAILS, FSM_IDLE, DROP, FSM_DO_NOTIFY, 0, 0 },
	{ FSM_ESTABLISHED, FSM_NOTIFICATION, FSM_IDLE, DROP, FSM_DO_NOTIFY, 0,
	    0 },
	{ FSM_ESTABLISHED, FSM_STOP, FSM_IDLE, FSM_DO_NOTIFY | FSM_DO_DOWN,
	    FSM_DO_IDLE_HOLD, 0, 0 }
};

/* A text that grows; the table fits with room to spare. */
struct page {
	char text[32768];
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void
print(struct page *page, const char *format, ...)
{
	size_t left = sizeof(page->text) - page->length;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(page->text + page->length, left, format, ap);
	va_end(ap);
	assert_true(n >= 0 && (size_t)n < left);
	page->length += (size_t)n;
}

static void
print_row(struct page *page, enum fsm_event event, const struct fsm_row *row)
{
	unsigned int bit;

	print(page, "  %-22s -> %s", fsm_event_name(event),
	    fsm_state_name(row->next));
	for (bit = 0; bit < FSM_ACTION_BITS; bit++)
		if (row->actions & (1u << bit))
			print(page, ", %s", fsm_action_name(bit));
	if (row->code != 0)
		print(page, " (%u/%u)", row->code, row->subcode);
	else if (row->actions & FSM_DO_NOTIFY)
		print(page, " (the event's error)");
	print(page, "\n");
}

static void
table_is_golden(void **unused)
{
	static struct page page;
	unsigned int state, event;

	(void)unused;
	for (state = 0; state < FSM_STATE_MAX; state++) {
		print(&page, "%s\n", fsm_state_name(state));
		for (event = 0; event < FSM_EVENT_MAX; event++)
			print_row(&page, event, fsm_step(state, event));
	}

	golden_check("fsm.txt", page.text);
}

/* An empty cell would fall to Idle without closing anything. */
static void
cell_outside_idle_is_filled(void **unused)
{
	unsigned int state, event;

	(void)unused;
	for (state = FSM_CONNECT; state < FSM_STATE_MAX; state++)
		for (event = 0; event < FSM_EVENT_MAX; event++) {
			const struct fsm_row *row = fsm_step(state, event);

			assert_true(row->next != FSM_IDLE || row->actions != 0);
		}
}

static void
sentence_of_the_rfc_holds(void **unused)
{
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const struct expected *e = &sentences[i];
		const struct fsm_row *row = fsm_step(e->state, e->event);

		print_message("%s, %s\n", fsm_state_name(e->state),
		    fsm_event_name(e->event));
		assert_int_equal(row->next, e->next);
		assert_int_equal(row->actions & e->has, e->has);
		assert_int_equal(row->actions & e->has_not, 0);
		assert_int_equal(row->code, e->code);
		assert_int_equal(row->subcode, e->subcode);
	}
}

/* Whatever leaves a state that has a connection closes it and says so. */
static void
way_out_of_a_connection_closes_it(void **unused)
{
	const uint32_t needed = FSM_DO_CLOSE | FSM_DO_DOWN | FSM_DO_STOP_TIMERS;
	unsigned int state, event;

	(void)unused;
	for (state = FSM_OPENSENT; state < FSM_STATE_MAX; state++)
		for (event = 0; event < FSM_EVENT_MAX; event++) {
			const struct fsm_row *row = fsm_step(state, event);

			if (row->next < FSM_OPENSENT)
				assert_int_equal(row->actions & needed, needed);
			else
				assert_int_equal(row->actions & needed, 0);
		}
}

/* RFC 4271 4.5: a NOTIFICATION is the last message of a connection. */
static void
notification_is_always_the_end(void **unused)
{
	unsigned int state, event;

	(void)unused;
	for (state = 0; state < FSM_STATE_MAX; state++)
		for (event = 0; event < FSM_EVENT_MAX; event++) {
			const struct fsm_row *row = fsm_step(state, event);

			if (row->actions & FSM_DO_NOTIFY)
				assert_true(row->actions & FSM_DO_CLOSE);
			else
				assert_int_equal(row->code, 0);
		}
}

static void
notification_is_never_answered(void **unused)
{
	unsigned int state;

	(void)unused;
	for (state = 0; state < FSM_STATE_MAX; state++)
		assert_int_equal(
		    fsm_step(state, FSM_NOTIFICATION)->actions & FSM_DO_NOTIFY,
		    0);
}

static void
start_is_ignored_outside_idle(void **unused)
{
	unsigned int state;

	(void)unused;
	for (state = FSM_CONNECT; state < FSM_STATE_MAX; state++) {
		assert_int_equal(fsm_step(state, FSM_START)->next, state);
		assert_int_equal(fsm_step(state, FSM_START)->actions, 0);
	}
}

static void
collision_higher_identifier_keeps_its_own(void **unused)
{
	(void)unused;
	assert_true(fsm_collision_keeps_dialled(2, 1, 1, 9));
	assert_false(fsm_collision_keeps_dialled(1, 9, 2, 1));
	/* unsigned: 192.0.0.1 is higher than 10.0.0.1 */
	assert_true(fsm_collision_keeps_dialled(0xc0000001, 1, 0x0a000001, 1));
}

static void
collision_equal_identifiers_compare_as(void **unused)
{
	(void)unused;
	assert_true(fsm_collision_keeps_dialled(7, 65002, 7, 65001));
	assert_false(fsm_collision_keeps_dialled(7, 65001, 7, 65002));
}

static void
name_stands_for_every_value(void **unused)
{
	unsigned int i;

	(void)unused;
	for (i = 0; i < FSM_STATE_MAX; i++)
		assert_int_equal(
		    strlen(fsm_state_name(i)), strlen(fsm_state_word(i)));
	for (i = 0; i < FSM_EVENT_MAX; i++)
		assert_non_null(fsm_event_name(i));
	for (i = 0; i < FSM_ACTION_BITS; i++)
		assert_non_null(fsm_action_name(i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_golden),
		cmocka_unit_test(cell_outside_idle_is_filled),
		cmocka_unit_test(sentence_of_the_rfc_holds),
		cmocka_unit_test(way_out_of_a_connection_closes_it),
		cmocka_unit_test(notification_is_always_the_end),
		cmocka_unit_test(notification_is_never_answered),
		cmocka_unit_test(start_is_ignored_outside_idle),
		cmocka_unit_test(collision_higher_identifier_keeps_its_own),
		cmocka_unit_test(collision_equal_identifiers_compare_as),
		cmocka_unit_test(name_stands_for_every_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
