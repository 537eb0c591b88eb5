/* SPDX-License-Identifier: ISC */
/* netlink_neighbor.c - which hosts on our links do not answer, by the kernel */

/*
 * The kernel keeps a table of the hosts on its links (ARP, neighbour
 * discovery).  When a host leaves three questions unanswered its entry becomes
 * NUD_FAILED, and that is all we want to hear.  Entries come and go with the
 * traffic of the node, so a filter in the kernel lets only failures through: a
 * node with thousands of quiet neighbours is not woken by any of them.
 * A failure that is lost in an overrun is no harm: whoever is in doubt asks
 * again.
 *
 * A probe makes the kernel ask now.  What it takes depends on the entry: one
 * that is thought to be good goes to NUD_PROBE, one that is missing or has
 * failed is used (NTF_USE).  One that is somebody else's is left alone, for it
 * would be lost to him: made by an administrator (permanent, noarp), learned
 * elsewhere (NTF_EXT_LEARNED), or one that the kernel was told to look after.
 * Three questions are three seconds by default (retrans_time, ucast_solicit).
 *
 * Changes of the table wait for the lock of all network configuration, just as
 * routes do (netlink_worker.c).  So a thread asks; it is made with the first
 * probe, and gets what to probe through a socket pair, which drops what is too
 * much.  Nothing comes back from it, and nothing is shared.
 */

#include "kernel/netlink_neighbor.h"

#include <sys/socket.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/netlink_socket.h"
#include "rib/mem.h"

#define WATCH_BYTES  (256 << 10) /* receive buffer: 500 failures, about */
#define ASK_BYTES    (64 << 10)
#define ANSWER_BYTES 4096
#define READS_MAX    64 /* in one turn */

/* Entries that the kernel believes in until it asks. */
#define NUD_ASKABLE (NUD_REACHABLE | NUD_STALE | NUD_DELAY)
/* Nobody knows, so a use of it leads to a question. */
#define NUD_UNKNOWN (NUD_FAILED | NUD_NONE)

/* What the thread is handed. */
struct question {
	uint32_t index;
	struct address address;
};

struct neighbor_watch {
	struct nl_sock *socket;
	bool asking; /* the thread runs */
	pthread_t thread;
	int ask_fd; /* questions go in here */
};

/* The thread's own. */
struct asker {
	struct nl_sock *socket;
	int fd;
	uint32_t seq;
	_Alignas(NLMSG_ALIGNTO) uint8_t answer[ANSWER_BYTES];
};

/* ---- what is heard ---- */

static enum family
family_of(unsigned char af)
{
	return af == AF_INET ? FAMILY_IPV4
	    : af == AF_INET6 ? FAMILY_IPV6
			     : FAMILY_MAX;
}

bool
netlink_neighbor_decode(
    struct nlmsghdr *h, size_t length, struct neighbor_entry *out)
{
	const struct ndmsg *info;
	struct nlattr *a[NDA_MAX + 1];
	enum family family;

	if (length > INT32_MAX || !nlmsg_ok(h, (int)length) ||
	    h->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse(h, sizeof(*info), a, NDA_MAX, NULL) < 0)
		return false;
	info = nlmsg_data(h);
	family = family_of(info->ndm_family);
	if (family == FAMILY_MAX || info->ndm_ifindex <= 0 ||
	    a[NDA_DST] == NULL ||
	    nla_len(a[NDA_DST]) != (int)family_octets(family))
		return false;
	out->index = (uint32_t)info->ndm_ifindex;
	out->address = address_from(family, nla_data(a[NDA_DST]));
	out->state = info->ndm_state;
	out->foreign = (info->ndm_flags & NTF_EXT_LEARNED) != 0 ||
	    a[NDA_FLAGS_EXT] != NULL;
	return true;
}

/* One event is one message, so the filter sees each; words are big-endian. */
static int
filter_attach(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
		    offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
		    NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_state)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(NUD_FAILED), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	return setsockopt(
	    fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

struct neighbor_watch *
neighbor_watch_open(void)
{
	struct neighbor_watch *w = xcalloc(1, sizeof(*w));

	w->ask_fd = -1;
	w->socket = netlink_socket_open(WATCH_BYTES);
	if (w->socket != NULL &&
	    filter_attach(nl_socket_get_fd(w->socket)) == 0) {
		if (nl_socket_add_memberships(
			w->socket, RTNLGRP_NEIGH, RTNLGRP_NONE) == 0)
			return w;
		errno = EPROTONOSUPPORT;
	}
	neighbor_watch_close(w);
	return NULL;
}

int
neighbor_watch_fd(const struct neighbor_watch *w)
{
	return nl_socket_get_fd(w->socket);
}

static void
watch_tell(
    void *message, size_t length, const struct kernel_events *events, void *arg)
{
	struct neighbor_entry entry;

	if (netlink_neighbor_decode(message, length, &entry) &&
	    entry.state == NUD_FAILED)
		events->silent(arg, entry.index, &entry.address);
}

void
neighbor_watch_ready(
    struct neighbor_watch *w, const struct kernel_events *events, void *arg)
{
	_Alignas(NLMSG_ALIGNTO) uint8_t buf[ANSWER_BYTES];
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t length;
	int i;

	for (i = 0; i < READS_MAX; i++) {
		length = recvfrom(nl_socket_get_fd(w->socket), buf, sizeof(buf),
		    MSG_DONTWAIT, (struct sockaddr *)(void *)&from, &size);
		if (length < 0 && errno == EAGAIN)
			return;
		if (length > 0 && from.nl_pid == 0) /* the kernel */
			watch_tell(buf, (size_t)length, events, arg);
	}
}

/* ---- what is asked, in the thread ---- */

static bool
ask_send(struct asker *a, int type, int flags, const struct question *q,
    unsigned int state, unsigned int use)
{
	struct ndmsg info = {
		.ndm_family =
		    q->address.family == FAMILY_IPV4 ? AF_INET : AF_INET6,
		.ndm_ifindex = (int)q->index,
		.ndm_state = (uint16_t)state,
		.ndm_flags = (uint8_t)use,
	};
	struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	bool sent;

	if (m == NULL)
		return false;
	nlmsg_hdr(m)->nlmsg_seq = ++a->seq;
	sent = nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO) == 0 &&
	    nla_put(m, NDA_DST, (int)family_octets(q->address.family),
		q->address.bytes) == 0 &&
	    nl_send_auto(a->socket, m) >= 0;
	nlmsg_free(m);
	return sent;
}

/* The kernel has answered by the time that a request was sent. */
static bool
answer_take(struct asker *a, struct neighbor_entry *entry)
{
	ssize_t length;
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)a->answer;

	while ((length = recv(nl_socket_get_fd(a->socket), a->answer,
		    sizeof(a->answer), MSG_DONTWAIT)) > 0) {
		if (length >= (ssize_t)sizeof(*h) && h->nlmsg_seq == a->seq)
			return netlink_neighbor_decode(
			    h, (size_t)length, entry);
	}
	return false;
}

/* A kernel that cannot show one entry (before 5.0) is not trusted with more. */
static void
ask(struct asker *a, const struct question *q)
{
	struct neighbor_entry entry;

	/* One that is not there yet; EEXIST otherwise, and nothing is done. */
	ask_send(
	    a, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, q, NUD_NONE, NTF_USE);
	if (!ask_send(a, RTM_GETNEIGH, 0, q, 0, 0) || !answer_take(a, &entry) ||
	    entry.foreign)
		return;
	if (entry.state & NUD_ASKABLE)
		ask_send(a, RTM_NEWNEIGH, NLM_F_REPLACE, q, NUD_PROBE, 0);
	else if (entry.state == NUD_NONE || entry.state & NUD_UNKNOWN)
		ask_send(a, RTM_NEWNEIGH, 0, q, NUD_NONE, NTF_USE);
}

static void *
asker_run(void *arg)
{
	struct asker *a = arg;
	struct question q;

	while (recv(a->fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q))
		ask(a, &q);
	close(a->fd);
	nl_socket_free(a->socket);
	free(a);
	return NULL;
}

/* ---- from the loop ---- */

static bool
asker_begin(struct neighbor_watch *w, struct asker *a)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&w->thread, NULL, asker_run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

static void
asker_start(struct neighbor_watch *w)
{
	struct asker *a = xcalloc(1, sizeof(*a));
	int pair[2] = { -1, -1 };

	a->socket = netlink_socket_open(ASK_BYTES);
	if (a->socket != NULL &&
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
		a->fd = pair[1];
		w->ask_fd = pair[0];
		w->asking = asker_begin(w, a);
		if (w->asking)
			return;
		close(pair[0]);
		close(pair[1]);
		w->ask_fd = -1;
	}
	nl_socket_free(a->socket);
	free(a);
}

void
neighbor_watch_probe(
    struct neighbor_watch *w, uint32_t index, const struct address *address)
{
	struct question q;

	if (!w->asking)
		asker_start(w);
	if (!w->asking)
		return; /* next time, perhaps */
	memset(&q, 0, sizeof(q));
	q.index = index;
	q.address = *address;
	(void)send(w->ask_fd, &q, sizeof(q), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
neighbor_watch_close(struct neighbor_watch *w)
{
	if (w == NULL)
		return;
	if (w->asking) {
		close(w->ask_fd);
		pthread_join(w->thread, NULL);
	}
	if (w->socket != NULL)
		nl_socket_free(w->socket);
	free(w);
}
