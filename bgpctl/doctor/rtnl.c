/* SPDX-License-Identifier: ISC */
/* rtnl.c - the kernel's tables, read once */

/*
 * The doctor asks the kernel by itself, so that it has something to say while
 * the daemon is down and of what the daemon does not look at.  One socket for
 * each dump, blocking, with a limit of time: nothing here is fast or has to
 * be.  Each length is checked before it is used; what does not parse is left
 * out.  rtnetlink(7).
 */

#include "bgpctl/doctor/rtnl.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "rib/mem.h"

#define BUFFER   (64 * 1024)
#define PATIENCE 5 /* seconds without a word */

static bool
ask(int fd, unsigned short type)
{
	struct {
		struct nlmsghdr h;
		char body[64]; /* of any kind: all zero is all there is */
	} request = { .h = { .nlmsg_len = sizeof(request),
			  .nlmsg_type = type,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			  .nlmsg_seq = 1 } };
	struct timeval patience = { .tv_sec = PATIENCE };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return sendto(fd, &request, sizeof(request), 0,
		   (struct sockaddr *)&kernel,
		   sizeof(kernel)) == (ssize_t)sizeof(request);
}

static void
message_take(const struct nlmsghdr *h, size_t header, unsigned int max,
    rtnl_take *take, void *arg)
{
	const struct rtattr *attributes[RTNL_ATTRIBUTES + 1] = { NULL };
	const char *body = (const char *)h + NLMSG_HDRLEN;
	size_t left, size;
	const struct rtattr *a;

	if (h->nlmsg_len < NLMSG_HDRLEN + NLMSG_ALIGN(header))
		return;
	body += NLMSG_ALIGN(header);
	left = h->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(header);
	while (left >= sizeof(*a)) {
		/* aligned: the kernel pads headers and attributes to four */
		a = (const struct rtattr *)(const void *)body;
		if (a->rta_len < sizeof(*a) || a->rta_len > left)
			return;
		if ((a->rta_type & NLA_TYPE_MASK) <= max)
			attributes[a->rta_type & NLA_TYPE_MASK] = a;
		size = RTA_ALIGN(a->rta_len);
		if (size > left)
			break;
		body += size;
		left -= size;
	}
	take(arg, h, attributes);
}

/* 1: more is to come, 0: that was all, -1: no. */
static int
datagram_take(const char *buf, size_t length, size_t header, unsigned int max,
    rtnl_take *take, void *arg)
{
	const struct nlmsghdr *h;
	size_t size;

	while (length >= sizeof(*h)) {
		h = (const struct nlmsghdr *)(const void *)buf;
		if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > length ||
		    h->nlmsg_type == NLMSG_ERROR)
			return -1;
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		message_take(h, header, max, take, arg);
		size = NLMSG_ALIGN(h->nlmsg_len);
		if (size >= length)
			break;
		buf += size;
		length -= size;
	}
	return 1;
}

int
rtnl_dump(unsigned short type, size_t header, unsigned int max, rtnl_take *take,
    void *arg)
{
	char *buf = xmalloc(BUFFER);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int more = 1;
	ssize_t n;

	if (max > RTNL_ATTRIBUTES)
		max = RTNL_ATTRIBUTES;
	if (fd == -1) {
		free(buf);
		return -1;
	}
	if (!ask(fd, type))
		more = -1;
	while (more == 1) {
		n = recv(fd, buf, BUFFER, 0);
		more = n <= 0
		    ? -1
		    : datagram_take(buf, (size_t)n, header, max, take, arg);
	}
	close(fd);
	free(buf);
	return more;
}

unsigned int
rtnl_number(const struct rtattr *a)
{
	uint32_t number = 0;

	if (a != NULL && a->rta_len >= RTA_LENGTH(sizeof(number)))
		memcpy(&number, rtnl_data(a), sizeof(number));
	return number;
}
