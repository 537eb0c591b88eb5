/* SPDX-License-Identifier: ISC */
/* test_sim_tls.c - who is encrypted with whom, and what is done if not */

/*
 * Two whole daemons over fake_tls: certificates are lines of text, so that
 * each of these is about what the daemons do with a verdict, and not about how
 * a library comes to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rib/mem.h"
#include "tests/sim/sim.h"
#include "tests/testing.h"

#define NODES 2

static const char *const names[NODES] = { "node-a", "node-b" };
static const char *const addresses[NODES] = { "10.0.0.1", "10.0.0.2" };

struct two {
	struct sim *sim;
	struct sim_node *node[NODES];
	char folder[32];
};

static void
write_file(const struct two *w, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", w->folder, name);
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, 0600), 0);
	free(path);
}

/* settings: inside of the neighbor's block; %s in it is the folder. */
static char *
config_of(const struct two *w, int i, const char *tls, const char *more)
{
	int other = 1 - i;
	char block[512] = "";

	if (tls != NULL)
		snprintf(block, sizeof(block),
		    "tls { ca %s/ca; certificate %s/%s.pem; key %s/key; %s }",
		    w->folder, w->folder, names[i], w->folder, tls);
	return xasprintf("as 64512\nnode %s\nblocks 10.244.%d.0/26\n"
			 "neighbor %s %s { remote-as internal; "
			 "idle-hold 1s\n%s\n%s\n}\n",
	    names[i], i + 1, names[other], addresses[other], block, more);
}

static void
node_make(struct two *w, int i, const char *tls, const char *more)
{
	char *text = config_of(w, i, tls, more);
	char certificate[128];
	char file[32];

	snprintf(file, sizeof(file), "%s.pem", names[i]);
	snprintf(certificate, sizeof(certificate), "ca1 dns:%s ip:%s\n",
	    names[i], addresses[i]);
	write_file(w, file, certificate);
	w->node[i] = sim_node(w->sim, names[i], addresses[i], NULL, text);
	free(text);
}

/* NULL: no TLS there. */
static void
two_make(struct two *w, const char *a, const char *b, const char *more_a,
    const char *more_b)
{
	w->sim = sim_new(7);
	strcpy(w->folder, "/tmp/test_sim_tls.XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	write_file(w, "ca", "ca1\n");
	write_file(w, "key", "key\n");
	node_make(w, 0, a, more_a);
	node_make(w, 1, b, more_b);
}

static void
two_start(struct two *w)
{
	int i;

	for (i = 0; i < NODES; i++)
		sim_start(w->node[i]);
	sim_run(w->sim, 5); /* the first dump of the kernel */
}

static void
two_clear(struct two *w)
{
	static const char *const files[] = { "ca", "key", "node-a.pem",
		"node-b.pem" };
	char path[64];
	size_t i;

	sim_free(w->sim);
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->folder, files[i]);
		unlink(path);
	}
	rmdir(w->folder);
}

static struct peer *
peer_at(struct two *w, int i)
{
	uint32_t cursor = 0;

	return neighbors_walk(sim_bgpd(w->node[i])->neighbors, &cursor);
}

static bool
both_up(void *arg)
{
	struct two *w = arg;

	return peer_established_at(peer_at(w, 0)) != 0 &&
	    peer_established_at(peer_at(w, 1)) != 0;
}

static void
assert_encrypted(struct two *w, bool encrypted)
{
	int i;

	for (i = 0; i < NODES; i++) {
		assert_int_equal(
		    session_tls(peer_session(peer_at(w, i))) != NULL,
		    encrypted);
		if (peer_conf(peer_at(w, i))->settings.tls.on)
			assert_int_equal(
			    peer_why_plain(peer_at(w, i)) == NULL, encrypted);
	}
}

static void
both_with_tls_are_encrypted(void **state)
{
	struct two w;

	(void)state;
	two_make(&w, "required", "preferred", "", "");
	two_start(&w);

	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_encrypted(&w, true);
	two_clear(&w);
}

static void
either_side_may_wait(void **state)
{
	struct two w;

	(void)state;
	two_make(&w, "", "", "passive", "");
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_encrypted(&w, true);
	assert_false(session_dialled(peer_session(peer_at(&w, 0))));
	two_clear(&w);
}

static void
preferred_does_without_and_says_why(void **state)
{
	const struct session *s;
	struct two w;

	(void)state;
	two_make(&w, "preferred", NULL, "", "passive");
	two_start(&w);

	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_encrypted(&w, false);
	s = peer_session(peer_at(&w, 0));
	assert_string_equal(session_why_plain(s),
	    "TLS: connection refused: nothing listens there on port 8179");
	assert_int_equal(session_counters(s)->tls_fallbacks, 1);
	assert_int_equal(session_attempts(s), 0);
	two_clear(&w);
}

static void
preferred_takes_who_connects_without(void **state)
{
	struct two w;

	(void)state;
	two_make(&w, "preferred", NULL, "passive", "");
	two_start(&w);

	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_string_equal(
	    peer_why_plain(peer_at(&w, 0)), "the peer connected without TLS");
	two_clear(&w);
}

static void
required_never_does_without(void **state)
{
	struct two w;

	(void)state;
	two_make(&w, "required", NULL, "", "");
	two_start(&w);

	assert_false(sim_wait(w.sim, both_up, &w, 20000));
	assert_true(peer_counters(peer_at(&w, 0))->plain_refused > 0);
	assert_int_equal(
	    session_counters(peer_session(peer_at(&w, 0)))->tls_fallbacks, 0);
	assert_string_equal(peer_reason_word(peer_at(&w, 0)), "connect-failed");
	two_clear(&w);
}

static void
preferred_dials_plain_when_nobody_answers_at_the_port(void **state)
{
	struct two w;
	const char *why;

	(void)state;
	/* It connects there, and speaks no TLS. */
	two_make(&w, "preferred; port 180", NULL, "", "passive");
	sim_config(w.node[1],
	    "as 64512\nnode node-b\nlisten 0.0.0.0\n"
	    "listen 0.0.0.0 port 180\n"
	    "neighbor node-a 10.0.0.1 { remote-as internal; passive }\n");
	two_start(&w);

	assert_true(sim_wait(w.sim, both_up, &w, 20000));
	why = session_why_plain(peer_session(peer_at(&w, 0)));
	assert_string_equal(
	    why, "TLS: the peer speaks plain BGP: is tls configured on it?");
	two_clear(&w);
}

/* What node-a says when node-b's certificate is that. */
static void
certificate_is_refused(
    const char *certificate, const char *identity, const char *sentence)
{
	const struct io_tls_view *view;
	char text[320];
	struct text t = text_of(text, sizeof(text));
	struct two w;

	two_make(&w, identity, "", "", "passive");
	write_file(&w, "node-b.pem", certificate);
	two_start(&w);
	sim_run(w.sim, 10000);

	assert_int_equal(peer_established_at(peer_at(&w, 0)), 0);
	assert_string_equal(peer_reason_word(peer_at(&w, 0)), "tls");
	view = session_tls(peer_session(peer_at(&w, 0)));
	assert_non_null(view);
	session_tls_explain(view, &t);
	assert_non_null(strstr(text, sentence));
	assert_string_equal(peer_reason(peer_at(&w, 0)), text);
	two_clear(&w);
}

static void
verdict_on_a_certificate_is_the_reason(void **state)
{
	(void)state;
	certificate_is_refused("ca2 dns:node-b\n", "identity node-b",
	    "signed by nobody in our `ca` (ca2 dns:node-b)");
	certificate_is_refused("ca1 dns:node-c\n", "identity node-x",
	    "the peer's certificate is another's");
}

static bool
tls_failed(void *arg)
{
	struct two *w = arg;

	return strcmp(peer_reason_word(peer_at(w, 1)), "tls") == 0;
}

static void
passive_side_says_what_came(void **state)
{
	struct two w;

	(void)state;
	two_make(&w, "", "identity node-x", "", "passive");
	two_start(&w);

	assert_true(sim_wait(w.sim, tls_failed, &w, 10000));
	assert_non_null(strstr(peer_reason(peer_at(&w, 1)),
	    "the peer's certificate is another's"));
	/* And the other one hears of it, too. */
	sim_run(w.sim, 2000);
	assert_string_equal(
	    peer_reason(peer_at(&w, 0)), "TLS: the peer refused us");
	two_clear(&w);
}

static bool
anybody(void *arg, const struct io_endpoint *remote)
{
	(void)arg;
	(void)remote;
	return true;
}

/* Whoever connects hears nothing. */
static void
take_and_wait(void *arg, struct io_conn *conn, const struct io_endpoint *remote,
    const struct io_endpoint *local)
{
	struct io_conn **kept = arg;

	(void)remote;
	(void)local;
	assert_null(*kept);
	*kept = conn;
}

static void
silence_in_a_handshake_is_bounded(void **state)
{
	struct io_endpoint at = { .port = 8179 };
	struct io_listener *listener;
	struct io_conn *kept = NULL;
	struct io *io;
	struct two w;

	(void)state;
	two_make(&w, "", "", "connect-retry 60s", "");
	io = fake_net_node(sim_net(w.sim));
	address_parse(addresses[1], &at.address);
	fake_node_add(io, &at.address);
	listener = io->ops->listen(io, &at, anybody, take_and_wait, &kept);
	sim_start(w.node[0]);
	sim_run(w.sim, 11000);

	assert_string_equal(peer_reason(peer_at(&w, 0)),
	    "TLS: the handshake was not over in time");
	assert_non_null(kept);
	io->ops->close(kept);
	io->ops->unlisten(listener);
	two_clear(&w);
}

static void
renewed_certificate_ends_no_session(void **state)
{
	struct two w;
	int64_t since;
	size_t cursor = 0;
	struct credentials_view view;

	(void)state;
	two_make(&w, "", "", "", "");
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	since = peer_established_at(peer_at(&w, 0));

	write_file(&w, "node-a.pem", "ca1 dns:node-a\n");
	sim_run(w.sim, 2000);
	assert_true(
	    credentials_walk(sim_bgpd(w.node[0])->credentials, &cursor, &view));
	assert_int_equal(view.loads, 2);
	assert_null(view.fault);
	assert_int_equal(peer_established_at(peer_at(&w, 0)), since);
	two_clear(&w);
}

static void
spoilt_certificate_changes_nothing(void **state)
{
	struct two w;
	size_t cursor = 0;
	struct credentials_view view;

	(void)state;
	two_make(&w, "", "", "", "");
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));

	write_file(&w, "node-a.pem", "garbage\n");
	sim_run(w.sim, 2000);
	assert_true(
	    credentials_walk(sim_bgpd(w.node[0])->credentials, &cursor, &view));
	assert_int_equal(view.loads, 1);
	assert_non_null(view.fault);
	assert_false(sim_reload(w.node[0]));
	assert_true(both_up(&w));
	two_clear(&w);
}

static void
change_of_whom_to_expect_resets(void **state)
{
	struct two w;
	int64_t since;
	char *text;

	(void)state;
	two_make(&w, "", "", "", "");
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	since = peer_established_at(peer_at(&w, 0));

	text = config_of(&w, 0, "identity node-b", "");
	sim_config(w.node[0], text);
	free(text);
	assert_true(sim_reload(w.node[0]));
	sim_run(w.sim, 1);
	assert_false(both_up(&w));
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_true(peer_established_at(peer_at(&w, 0)) > since);
	assert_encrypted(&w, true);
	two_clear(&w);
}

static bool
certificate_ended(void *arg)
{
	struct two *w = arg;

	return strstr(peer_reason(peer_at(w, 0)), "certificate has expired") !=
	    NULL;
}

/* Node-a is told to mind only when the session is up. */
static void
expiry_ends_the_session(int whose, const char *reason)
{
	char file[32], certificate[64], *text;
	struct two w;

	two_make(&w, "", "", "", "passive");
	snprintf(file, sizeof(file), "%s.pem", names[whose]);
	snprintf(certificate, sizeof(certificate), "ca1 dns:%s ended\n",
	    names[whose]);
	write_file(&w, file, certificate);
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	assert_false(sim_wait(w.sim, certificate_ended, &w, 10000));

	text = config_of(&w, 0, "expiry close", "");
	sim_config(w.node[0], text);
	free(text);
	assert_true(sim_reload(w.node[0]));
	assert_true(sim_wait(w.sim, certificate_ended, &w, 1000));
	assert_string_equal(peer_reason(peer_at(&w, 0)), reason);
	two_clear(&w);
}

static void
expired_certificate_ends_the_session_if_told(void **state)
{
	(void)state;
	expiry_ends_the_session(0,
	    "sent Cease: administrative reset (6/4): "
	    "\"our certificate has expired\"");
	expiry_ends_the_session(1,
	    "sent Cease: administrative reset (6/4): "
	    "\"your certificate has expired\"");
}

static void
valid_certificates_stay_when_told_to_mind(void **state)
{
	struct two w;
	int64_t since;

	(void)state;
	two_make(&w, "expiry close", "expiry close", "", "");
	two_start(&w);
	assert_true(sim_wait(w.sim, both_up, &w, 10000));
	since = peer_established_at(peer_at(&w, 0));
	/* Past more than one look at the clock. */
	sim_run(w.sim, 3 * 3600 * 1000);
	assert_int_equal(peer_established_at(peer_at(&w, 0)), since);
	two_clear(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_with_tls_are_encrypted),
		cmocka_unit_test(either_side_may_wait),
		cmocka_unit_test(preferred_does_without_and_says_why),
		cmocka_unit_test(preferred_takes_who_connects_without),
		cmocka_unit_test(required_never_does_without),
		cmocka_unit_test(
		    preferred_dials_plain_when_nobody_answers_at_the_port),
		cmocka_unit_test(verdict_on_a_certificate_is_the_reason),
		cmocka_unit_test(passive_side_says_what_came),
		cmocka_unit_test(silence_in_a_handshake_is_bounded),
		cmocka_unit_test(renewed_certificate_ends_no_session),
		cmocka_unit_test(spoilt_certificate_changes_nothing),
		cmocka_unit_test(change_of_whom_to_expect_resets),
		cmocka_unit_test(expired_certificate_ends_the_session_if_told),
		cmocka_unit_test(valid_certificates_stay_when_told_to_mind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
