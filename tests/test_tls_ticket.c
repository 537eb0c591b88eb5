/* SPDX-License-Identifier: ISC */
/* test_tls_ticket.c - tls_private.h: how long tickets come of tickets */

#include "bgpd/session/tls_private.h"
#include "tests/testing.h"

static void
mark_is_inherited_and_stays(void **state)
{
	SSL_SESSION *first = SSL_SESSION_new(), *next;

	(void)state;
	assert_true(tls_session_mark(first, 5000));
	next = SSL_SESSION_dup(first);
	assert_true(tls_session_mark(next, 5000 + TLS_TICKET_LASTS));
	assert_true(tls_session_is_fresh(next, 5000 + TLS_TICKET_LASTS));
	assert_false(tls_session_is_fresh(next, 5001 + TLS_TICKET_LASTS));
	SSL_SESSION_free(first);
	SSL_SESSION_free(next);
}

static void
strange_marks_are_not_fresh(void **state)
{
	SSL_SESSION *session = SSL_SESSION_new();

	(void)state;
	assert_false(tls_session_is_fresh(session, 5000));
	SSL_SESSION_set1_ticket_appdata(session, "x", 1);
	assert_false(tls_session_is_fresh(session, 5000));
	SSL_SESSION_free(session);
	/* A clock that was set back does not make it last longer. */
	session = SSL_SESSION_new();
	assert_true(tls_session_mark(session, 5000));
	assert_false(tls_session_is_fresh(session, 4999));
	SSL_SESSION_free(session);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mark_is_inherited_and_stays),
		cmocka_unit_test(strange_marks_are_not_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
