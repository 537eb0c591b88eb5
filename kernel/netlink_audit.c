/* SPDX-License-Identifier: ISC */
/* netlink_audit.c - all routes of a table, slowly, beside everything else */

/*
 * The kernel hands out a dump as fast as it is read, some hundred routes at a
 * time, and holds nothing meanwhile.  So a reading that nobody waits for takes
 * one message a slice, on a socket of its own, because events must not stand
 * behind it.  What a message says was so when the one before it was read.
 *
 * A table that changes meanwhile may be shown with a gap or a repetition; who
 * judges what was told has to live with that.  The kernel says so for some of
 * these (NLM_F_DUMP_INTR), and then the audit has failed.
 */

#include <sys/socket.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <string.h>

#include "kernel/netlink_private.h"
#include "kernel/netlink_route.h"
#include "kernel/netlink_socket.h"

#define AUDIT_BYTES (256 << 10)

static const int afs[] = { AF_INET, AF_INET6 };

#define AUDIT_STEPS (sizeof(afs) / sizeof(*afs))

void
netlink_audit_end(struct netlink *n)
{
	nl_socket_free(n->audit.socket);
	n->audit = (struct audit){ .socket = NULL, .seq = n->audit.seq };
}

static enum kernel_audit
audit_over(struct netlink *n, enum kernel_audit result)
{
	netlink_audit_end(n);
	return result;
}

static enum kernel_audit
audit_ask(struct netlink *n)
{
	if (netlink_socket_dump(n->audit.socket, RTM_GETROUTE,
		afs[n->audit.step], n->table, ++n->audit.seq) < 0)
		return audit_over(n, KERNEL_AUDIT_FAILED);
	n->audit.asked = true;
	return KERNEL_AUDIT_MORE;
}

static void
audit_tell(struct netlink *n, struct nlmsghdr *h)
{
	struct netlink_event e;

	if (netlink_decode(h, h->nlmsg_len, &e) == NETLINK_TOLD_ROUTE &&
	    e.route.table == n->table)
		n->events->audited(n->arg, &e.route);
}

/* The family is over.  A kernel without it says so by an error. */
static enum kernel_audit
audit_step(struct netlink *n)
{
	n->audit.asked = false;
	return ++n->audit.step == AUDIT_STEPS ? audit_over(n, KERNEL_AUDIT_DONE)
					      : KERNEL_AUDIT_MORE;
}

static enum kernel_audit
audit_take(struct netlink *n, int length)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)n->buf;
	int error = 0;

	for (; nlmsg_ok(h, length); h = nlmsg_next(h, &length)) {
		if (h->nlmsg_seq != n->audit.seq)
			continue;
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			return audit_over(n, KERNEL_AUDIT_FAILED);
		if (h->nlmsg_type != NLMSG_DONE &&
		    h->nlmsg_type != NLMSG_ERROR) {
			audit_tell(n, h);
			continue;
		}
		if (nlmsg_datalen(h) >= (int)sizeof(error))
			memcpy(&error, nlmsg_data(h), sizeof(error));
		if (error == -EBUSY || error == -ENOBUFS || error == -ENOMEM)
			return audit_over(n, KERNEL_AUDIT_FAILED);
		return audit_step(n);
	}
	return KERNEL_AUDIT_MORE;
}

enum kernel_audit
netlink_audit(struct netlink *n, bool anew)
{
	ssize_t length;

	if (anew)
		netlink_audit_end(n);
	if (n->audit.socket == NULL)
		n->audit.socket = netlink_socket_open(AUDIT_BYTES);
	if (n->audit.socket == NULL)
		return KERNEL_AUDIT_FAILED;
	if (!n->audit.asked)
		return audit_ask(n);
	length = recv(nl_socket_get_fd(n->audit.socket), n->buf, sizeof(n->buf),
	    MSG_DONTWAIT | MSG_TRUNC);
	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return KERNEL_AUDIT_MORE;
	if (length < 0 || length > (ssize_t)sizeof(n->buf))
		return audit_over(n, KERNEL_AUDIT_FAILED);
	return audit_take(n, (int)length);
}
