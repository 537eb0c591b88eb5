/* SPDX-License-Identifier: ISC */
/* server.c - HTTP behind a narrow door: libevent's evhttp, with bounds */

/*
 * evhttp reads requests and writes replies; what it leaves open is closed
 * here.  It takes as many connections as come, gives a client that dribbles
 * one byte at a time for ever, and tells nobody when a connection has gone.
 * So each connection has a place among SERVER_CONNECTIONS, with a reference
 * to its bufferevent: evhttp has done with it when the callbacks are gone.
 * While there is any connection, a look once a second frees the places of
 * those that went and hangs up on those whose time is over; without a free
 * place the listeners rest, and who waits is in the kernel's backlog.  Then a
 * connection that only keeps itself warm has less time.
 *
 * An answer is made in slices: the next one when the last has left for the
 * socket.  So a table of thousands of rows costs the loop a slice at a time,
 * and a client that does not read costs one slice of memory.
 *
 * Out of descriptors, accepting rests for a moment instead of spinning.
 */

#include "bgpd/http/server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bgpd/session/io_event.h"
#include "rib/mem.h"

#define LISTENERS_MAX 16u
#define HEADERS_MAX   8192
#define SLICE         32768u /* bytes made at once */
#define STEPS_MAX     128u   /* and steps */

/* Milliseconds. */
static const int64_t look_interval = 1000;
static const int64_t starved_rest = 1000;
static const int64_t ask_limit = 20000;    /* from one reply to the next ask */
static const int64_t first_limit = 5000;   /* from accept to the first */
static const int64_t crowded_limit = 2000; /* the same without free places */
static const int64_t reply_limit = 60000;

struct connection {
	struct server *server;
	struct bufferevent *bev; /* a reference; NULL: the place is free */
	int64_t since;           /* accept, ask, or end of the reply */
	bool asked;              /* at least once */
	struct evhttp_request *request; /* being answered, or NULL */
	struct server_answer answer;    /* next is NULL when it is made */
	struct io_timer *again;         /* a slice without a byte */
	bool started;                   /* its head is out */
};

struct server {
	struct io *io;
	struct log *log;
	struct evhttp *http;
	struct io_timer *look;
	int64_t rest_until; /* out of descriptors; 0: no */
	bool accepting;
	struct {
		struct evhttp_bound_socket *bound; /* NULL: free */
		struct evconnlistener *listener;
	} doors[LISTENERS_MAX];
	struct connection connections[SERVER_CONNECTIONS];
	struct server_counters counters;
	server_answer_cb *cb;
	void *arg;
};

static int64_t
server_now(const struct server *s)
{
	return s->io->ops->now(s->io);
}

static void
server_look_at(struct server *s, int64_t at)
{
	s->io->ops->timer_set(s->look, at);
}

/* ---- answers ---- */

static void
answer_end(struct connection *c)
{
	if (c->answer.next == NULL)
		return;
	c->answer.next = NULL;
	if (c->answer.end != NULL)
		c->answer.end(c->answer.state);
	c->server->io->ops->timer_stop(c->again);
}

static void answer_go(void *);

static void
slice_sent(struct evhttp_connection *evcon, void *arg)
{
	(void)evcon;
	answer_go(arg);
}

/* The next part of an answer that did not fit into one. */
static void
answer_continue(struct connection *c, struct evbuffer *bytes, bool more)
{
	if (!c->started)
		evhttp_send_reply_start(c->request, c->answer.status, NULL);
	c->started = true;
	if (!more) {
		answer_end(c);
		evhttp_send_reply_chunk(c->request, bytes);
		evhttp_send_reply_end(c->request);
	} else if (evbuffer_get_length(bytes) > 0) {
		evhttp_send_reply_chunk_with_cb(
		    c->request, bytes, slice_sent, c);
	} else {
		c->server->io->ops->timer_set(c->again, server_now(c->server));
	}
}

static void
answer_go(void *arg)
{
	struct connection *c = arg;
	struct evbuffer *bytes;
	struct outbox out;
	unsigned int steps;
	bool more = true;

	if (c->answer.next == NULL)
		return;
	outbox_init(&out);
	for (steps = 0; more && steps < STEPS_MAX && out.length < SLICE;
	     steps++)
		more = c->answer.next(c->answer.state, &out);
	bytes = evbuffer_new();
	if (bytes == NULL ||
	    evbuffer_add(bytes, outbox_unsent(&out), out.length) != 0)
		abort(); /* out of memory, as in mem.c */
	outbox_clear(&out);
	if (c->started || more) {
		answer_continue(c, bytes, more);
	} else {
		answer_end(c);
		evhttp_send_reply(c->request, c->answer.status, NULL, bytes);
	}
	evbuffer_free(bytes);
}

static void
answer_head(struct connection *c, const struct server_answer *a)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "Content-Type", a->type },
		{ "Cache-Control", "no-store" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Content-Security-Policy", a->policy },
	};
	struct evkeyvalq *head = evhttp_request_get_output_headers(c->request);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value != NULL)
			evhttp_add_header(head, rows[i].name, rows[i].value);
}

/* ---- connections ---- */

/* The last byte of a reply has left. */
static void
request_complete(struct evhttp_request *request, void *arg)
{
	struct connection *c = arg;

	(void)request;
	c->request = NULL;
	c->since = server_now(c->server);
}

/*
 * In the middle of an answer, too: then evhttp has left the request to us,
 * unless it is about to free that by itself.
 */
static void
connection_closed(struct evhttp_connection *evcon, void *arg)
{
	struct connection *c = arg;
	struct evhttp_request *request = c->request;
	bool ours = c->answer.next != NULL;

	(void)evcon;
	answer_end(c);
	c->request = NULL;
	if (ours && evhttp_request_get_connection(request) == NULL)
		evhttp_request_free(request);
	server_look_at(c->server, server_now(c->server));
}

static struct connection *
connection_of(struct server *s, struct evhttp_connection *evcon)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);
	unsigned int i;

	for (i = 0; i < SERVER_CONNECTIONS; i++)
		if (s->connections[i].bev == bev)
			return &s->connections[i];
	return NULL;
}

static bool
came_to_loopback(const struct connection *c)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t length = sizeof(to);
	struct address a;

	getsockname(bufferevent_getfd(c->bev), &to.any, &length);
	if (to.any.sa_family == AF_INET)
		a = address_from(FAMILY_IPV4, (const uint8_t *)&to.v4.sin_addr);
	else if (to.any.sa_family == AF_INET6)
		a = address_from(FAMILY_IPV6, to.v6.sin6_addr.s6_addr);
	else
		return false;
	return address_is_loopback(&a);
}

static const char *
text_or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void
request_came(struct evhttp_request *request, void *arg)
{
	struct server *s = arg;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	struct evkeyvalq *head = evhttp_request_get_input_headers(request);
	struct evhttp_connection *evcon =
	    evhttp_request_get_connection(request);
	struct connection *c = connection_of(s, evcon);
	struct server_ask ask = {
		.path = text_or_empty(evhttp_uri_get_path(uri)),
		.query = text_or_empty(evhttp_uri_get_query(uri)),
		.accept = evhttp_find_header(head, "Accept"),
		.host = evhttp_find_header(head, "Host"),
	};

	if (c == NULL) {
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	ask.to_loopback = came_to_loopback(c);
	s->counters.requests++;
	c->request = request;
	c->since = server_now(s);
	c->asked = true;
	c->started = false;
	evhttp_connection_set_closecb(evcon, connection_closed, c);
	evhttp_request_set_on_complete_cb(request, request_complete, c);
	c->answer = (struct server_answer){ .status = HTTP_OK };
	s->cb(s->arg, &ask, &c->answer);
	answer_head(c, &c->answer);
	if (evhttp_request_get_command(request) == EVHTTP_REQ_HEAD) {
		answer_end(c);
		evhttp_send_reply(request, c->answer.status, NULL, NULL);
		return;
	}
	answer_go(c);
}

/* ---- how many, and for how long ---- */

static void
accepting_set(struct server *s, bool on)
{
	unsigned int i;

	s->accepting = on;
	for (i = 0; i < LISTENERS_MAX; i++) {
		if (s->doors[i].bound == NULL)
			continue;
		if (on)
			evconnlistener_enable(s->doors[i].listener);
		else
			evconnlistener_disable(s->doors[i].listener);
	}
}

/* evhttp wants a bufferevent for a connection that it has accepted. */
static struct bufferevent *
connection_new(struct event_base *base, void *arg)
{
	struct server *s = arg;
	struct connection *c = s->connections;

	while (c < s->connections + SERVER_CONNECTIONS && c->bev != NULL)
		c++;
	if (c == s->connections + SERVER_CONNECTIONS)
		return NULL; /* it makes one, and is told 503 */
	c->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (c->bev == NULL)
		return NULL;
	bufferevent_incref(c->bev);
	c->since = server_now(s);
	c->asked = false;
	s->counters.connections++;
	if (++s->counters.open == SERVER_CONNECTIONS)
		accepting_set(s, false);
	if (s->counters.open == 1)
		server_look_at(s, c->since + look_interval);
	return c->bev;
}

/* Has evhttp let go of it? */
static bool
connection_is_over(const struct connection *c)
{
	bufferevent_event_cb failed;

	bufferevent_getcb(c->bev, NULL, NULL, &failed, NULL);
	return failed == NULL;
}

static void
connection_free(struct connection *c)
{
	bufferevent_decref(c->bev);
	c->bev = NULL;
	c->server->counters.open--;
}

static int64_t
connection_limit(const struct connection *c)
{
	if (c->request != NULL)
		return reply_limit;
	if (c->server->counters.open == SERVER_CONNECTIONS)
		return crowded_limit;
	return c->asked ? ask_limit : first_limit;
}

/* evhttp sees an end of file, and tidies up. */
static void
connection_hang_up(struct connection *c)
{
	c->server->counters.hung_up++;
	shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
	c->since = server_now(c->server);
}

static void
connections_look(void *arg)
{
	struct server *s = arg;
	struct connection *c;
	int64_t now = server_now(s);

	for (c = s->connections; c < s->connections + SERVER_CONNECTIONS; c++) {
		if (c->bev == NULL)
			continue;
		if (connection_is_over(c))
			connection_free(c);
		else if (now - c->since >= connection_limit(c))
			connection_hang_up(c);
	}
	if (s->rest_until != 0 && now >= s->rest_until)
		s->rest_until = 0;
	if (!s->accepting && s->rest_until == 0 &&
	    s->counters.open < SERVER_CONNECTIONS)
		accepting_set(s, true);
	if (s->counters.open > 0 || s->rest_until != 0)
		server_look_at(s, now + look_interval);
}

static void
accept_failed(struct evconnlistener *listener, void *arg)
{
	struct server *s = arg;
	int64_t now = server_now(s);

	(void)listener;
	log_limited(s->log, CONF_WARN, "http accept", now,
	    "http: cannot accept: %s", strerror(errno));
	s->rest_until = now + starved_rest;
	accepting_set(s, false);
	server_look_at(s, s->rest_until);
}

/* ---- doors ---- */

bool
server_listen(struct server *s, int fd)
{
	unsigned int i = 0;

	while (i < LISTENERS_MAX && s->doors[i].bound != NULL)
		i++;
	if (i == LISTENERS_MAX)
		return false;
	s->doors[i].listener = evconnlistener_new(
	    io_event_base(s->io), NULL, NULL, LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (s->doors[i].listener == NULL)
		return false;
	s->doors[i].bound = evhttp_bind_listener(s->http, s->doors[i].listener);
	if (s->doors[i].bound == NULL) {
		evconnlistener_free(s->doors[i].listener);
		return false;
	}
	evconnlistener_set_error_cb(s->doors[i].listener, accept_failed);
	accepting_set(s, s->accepting);
	return true;
}

void
server_unlisten(struct server *s, int fd)
{
	unsigned int i;

	for (i = 0; i < LISTENERS_MAX; i++) {
		if (s->doors[i].bound == NULL ||
		    evconnlistener_get_fd(s->doors[i].listener) != fd)
			continue;
		evhttp_del_accept_socket(s->http, s->doors[i].bound);
		s->doors[i].bound = NULL;
	}
}

void
server_counters(const struct server *s, struct server_counters *counters)
{
	*counters = s->counters;
}

struct server *
server_new(struct io *io, struct log *log, server_answer_cb *cb, void *arg)
{
	struct evhttp *http = evhttp_new(io_event_base(io));
	struct server *s;
	unsigned int i;

	if (http == NULL)
		return NULL;
	s = xcalloc(1, sizeof(*s));
	s->io = io;
	s->log = log;
	s->http = http;
	s->cb = cb;
	s->arg = arg;
	s->accepting = true;
	s->look = io->ops->timer_new(io, connections_look, s);
	for (i = 0; i < SERVER_CONNECTIONS; i++) {
		s->connections[i].server = s;
		s->connections[i].again =
		    io->ops->timer_new(io, answer_go, &s->connections[i]);
	}
	evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(http, HEADERS_MAX);
	evhttp_set_max_body_size(http, 0);
	evhttp_set_bevcb(http, connection_new, s);
	evhttp_set_gencb(http, request_came, s);
	return s;
}

void
server_free(struct server *s)
{
	unsigned int i;

	if (s == NULL)
		return;
	evhttp_free(s->http);
	for (i = 0; i < SERVER_CONNECTIONS; i++) {
		if (s->connections[i].bev != NULL)
			connection_free(&s->connections[i]);
		s->io->ops->timer_free(s->connections[i].again);
	}
	s->io->ops->timer_free(s->look);
	free(s);
}
