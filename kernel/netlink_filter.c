/* SPDX-License-Identifier: ISC */
/* netlink_filter.c - which events the kernel is not to send at all */

/*
 * A program of the classic packet filter, written from a value.  It looks at
 * one message: an event stands alone in its buffer, and answers, which do not,
 * pass by the port that they are sent to.  In turn:
 *
 *	sender        what we did ourselves does not pass
 *	route         of a table that nobody asked for: does not pass
 *	link          with the name of a pod's: by its index
 *	address       of IPv6, of the scope of a link: by the index of the link
 *	route         over one link, of IPv6's link-local prefix or of a host
 *	              within the pools: by the index of that link
 *	all others    pass
 *
 * By the index: it passes if the link is one of those that matter.  What is in
 * doubt passes.  The machine reads big-endian, so numbers of the host's order
 * are turned round in what they are compared with.  Attributes are found by its
 * SKF_AD_NLATTR: A is where to begin, X the type, and A becomes the place, or
 *0.
 */

#include "kernel/netlink_filter.h"

#include <sys/socket.h>

#include <arpa/inet.h>
#include <assert.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>

#include "kernel/interest.h"

#define BODY  NLMSG_HDRLEN
#define VALUE 4  /* of an attribute, behind its header */
#define HOLES 32 /* more than jumps to targets */

enum target { TO_LINK, TO_ADDRESS, TO_ROUTE, TO_INDEX, TARGETS };

/* A program in the making; jumps to targets are filled in at its end. */
struct program {
	struct sock_filter *code;
	size_t length;
	size_t target[TARGETS];
	struct {
		size_t at;
		enum target to;
	} hole[HOLES];
	size_t holes;
};

/* ---- instructions ---- */

static void
emit(struct program *p, struct sock_filter instruction)
{
	assert(p->length < NETLINK_FILTER_CODE);
	p->code[p->length++] = instruction;
}

static void
load(struct program *p, unsigned int size, size_t at)
{
	emit(p,
	    (struct sock_filter)BPF_STMT(
		(uint16_t)(BPF_LD | size | BPF_ABS), (uint32_t)at));
}

/* From behind X. */
static void
load_behind(struct program *p, uint32_t at)
{
	emit(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_IND, at));
}

static void
end(struct program *p, bool passes)
{
	emit(p,
	    (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, passes ? UINT32_MAX : 0));
}

static void
end_if(struct program *p, uint32_t value, bool passes)
{
	emit(p,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
	end(p, passes);
}

static void
end_unless(struct program *p, uint32_t value, bool passes)
{
	emit(p,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0));
	end(p, passes);
}

static void
jump(struct program *p, enum target to)
{
	assert(p->holes < HOLES);
	p->hole[p->holes].at = p->length;
	p->hole[p->holes++].to = to;
	emit(p, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
}

static void
jump_if(struct program *p, uint32_t value, enum target to)
{
	emit(p,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
	jump(p, to);
}

static void
target_here(struct program *p, enum target target)
{
	p->target[target] = p->length;
}

static void
holes_fill(struct program *p)
{
	size_t i;

	for (i = 0; i < p->holes; i++)
		p->code[p->hole[i].at].k =
		    (uint32_t)(p->target[p->hole[i].to] - p->hole[i].at - 1);
}

/* X becomes the place of an attribute; the end, if there is none. */
static void
find(struct program *p, size_t begin, uint32_t type, bool passes)
{
	emit(
	    p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, (uint32_t)begin));
	emit(p, (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, type));
	load(p, BPF_W, (uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR));
	end_if(p, 0, passes);
	emit(p, (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TAX, 0));
}

/* A is the index that decides. */
static void
decide_by_index(struct program *p)
{
	emit(p, (struct sock_filter)BPF_STMT(BPF_ST, 0));
	jump(p, TO_INDEX);
}

/* ---- the parts ---- */

static void
write_sender(struct program *p, const struct netlink_filter *f)
{
	unsigned int i;

	load(p, BPF_W, offsetof(struct nlmsghdr, nlmsg_pid));
	end_if(p, htonl(f->port), true);
	for (i = 0; i < f->nignored; i++)
		end_if(p, htonl(f->ignored[i]), false);
}

static void
write_types(struct program *p)
{
	load(p, BPF_H, offsetof(struct nlmsghdr, nlmsg_type));
	jump_if(p, htons(RTM_NEWROUTE), TO_ROUTE);
	jump_if(p, htons(RTM_DELROUTE), TO_ROUTE);
	jump_if(p, htons(RTM_NEWLINK), TO_LINK);
	jump_if(p, htons(RTM_DELLINK), TO_LINK);
	jump_if(p, htons(RTM_NEWADDR), TO_ADDRESS);
	jump_if(p, htons(RTM_DELADDR), TO_ADDRESS);
	end(p, true);
}

static bool
all_links_matter(const struct netlink_filter *f)
{
	return f->interest.pods || f->nlinks > NETLINK_FILTER_LINKS;
}

/* The machine compares four at once. */
static uint32_t
letters(const char *name)
{
	const unsigned char *n = (const unsigned char *)name;

	return (uint32_t)n[0] << 24 | (uint32_t)n[1] << 16 |
	    (uint32_t)n[2] << 8 | n[3];
}

static void
write_link(struct program *p, const struct netlink_filter *f)
{
	size_t i;

	target_here(p, TO_LINK);
	if (all_links_matter(f)) {
		end(p, true);
		return;
	}
	find(p, BODY + sizeof(struct ifinfomsg), IFLA_IFNAME, true);
	load_behind(p, VALUE);
	for (i = 0; i < INTEREST_NAMES; i++) {
		emit(p,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			letters(interest_names[i]),
			(uint8_t)(INTEREST_NAMES - i), 0));
	}
	end(p, true);
	load(p, BPF_W, BODY + offsetof(struct ifinfomsg, ifi_index));
	decide_by_index(p);
}

static void
write_address(struct program *p, const struct netlink_filter *f)
{
	target_here(p, TO_ADDRESS);
	if (all_links_matter(f)) {
		end(p, true);
		return;
	}
	load(p, BPF_B, BODY + offsetof(struct ifaddrmsg, ifa_family));
	end_unless(p, AF_INET6, true);
	load(p, BPF_B, BODY + offsetof(struct ifaddrmsg, ifa_scope));
	end_unless(p, RT_SCOPE_LINK, true);
	load(p, BPF_W, BODY + offsetof(struct ifaddrmsg, ifa_index));
	decide_by_index(p);
}

/* Goes on with the tables that are wanted; those of one octet stand there. */
static void
write_tables(struct program *p, const struct netlink_filter *f)
{
	size_t body = BODY + sizeof(struct rtmsg);
	unsigned int i, small = 0, large;

	for (i = 0; i < f->ntables; i++)
		small += f->tables[i] < 256;
	large = f->ntables - small;
	load(p, BPF_B, BODY + offsetof(struct rtmsg, rtm_table));
	for (i = 0; i < f->ntables; i++) {
		if (f->tables[i] >= 256)
			continue;
		/* Behind the rest of these, and what is about large ones. */
		emit(p,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			f->tables[i],
			(uint8_t)(--small + (large > 0 ? 7 + large : 0) + 1),
			0));
	}
	if (large > 0) {
		find(p, body, RTA_TABLE, false);
		load_behind(p, VALUE);
	}
	for (i = 0; i < f->ntables; i++) {
		if (f->tables[i] < 256)
			continue;
		emit(p,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			htonl(f->tables[i]), (uint8_t)large, 0));
		large--;
	}
	end(p, false);
}

/* X is the destination: does it begin like that?  Then the link decides. */
static void
write_within(struct program *p, const struct prefix *within)
{
	unsigned int word, words = (within->length + 31u) / 32u;
	uint32_t mask, net;

	for (word = 0; word < words; word++) {
		mask = UINT32_MAX;
		if (within->length < 32 * (word + 1))
			mask <<= 32 * (word + 1) - within->length;
		memcpy(&net, within->address.bytes + (size_t)word * 4,
		    sizeof(net));
		load_behind(p, VALUE + word * 4);
		emit(p,
		    (struct sock_filter)BPF_STMT(
			BPF_ALU | BPF_AND | BPF_K, mask));
		/* The next prefix: behind the other words and a jump. */
		emit(p,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			ntohl(net), 0, (uint8_t)((words - word - 1) * 3 + 1)));
	}
	jump(p, TO_INDEX);
}

static void
write_hosts(
    struct program *p, const struct kernel_interest *interest, enum family f)
{
	const struct prefix *within;
	unsigned int i;

	for (i = 0; i < interest->count; i++) {
		within = &interest->within[i];
		if (within->address.family == f && within->length > 0)
			write_within(p, within);
	}
	end(p, true);
}

/* Goes on if A is this; else jump_here says where. */
static size_t
skip_unless(struct program *p, uint32_t value)
{
	emit(p,
	    (struct sock_filter)BPF_JUMP(
		BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0));
	emit(p, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	return p->length - 1;
}

static void
jump_here(struct program *p, size_t from)
{
	p->code[from].k = (uint32_t)(p->length - from - 1);
}

/* X is the destination, M[0] the link. */
static void
write_destination(
    struct program *p, const struct kernel_interest *interest, enum family f)
{
	static const struct prefix link_local = {
		.address = { .family = FAMILY_IPV6, .bytes = { 0xfe, 0x80 } },
		.length = 64
	};
	size_t other;

	load(p, BPF_B, BODY + offsetof(struct rtmsg, rtm_dst_len));
	other = skip_unless(p, family_bits(f));
	write_hosts(p, interest, f);
	jump_here(p, other);
	if (f == FAMILY_IPV6) {
		end_unless(p, link_local.length, true);
		write_within(p, &link_local);
	}
	end(p, true);
}

static void
write_route(struct program *p, const struct netlink_filter *f)
{
	size_t body = BODY + sizeof(struct rtmsg), other;

	target_here(p, TO_ROUTE);
	write_tables(p, f);
	if (all_links_matter(f)) {
		end(p, true);
		return;
	}
	find(p, body, RTA_OIF, true);
	load_behind(p, VALUE);
	emit(p, (struct sock_filter)BPF_STMT(BPF_ST, 0));
	find(p, body, RTA_DST, true);
	load(p, BPF_B, BODY + offsetof(struct rtmsg, rtm_family));
	other = skip_unless(p, AF_INET6);
	write_destination(p, &f->interest, FAMILY_IPV6);
	jump_here(p, other);
	end_unless(p, AF_INET, true);
	write_destination(p, &f->interest, FAMILY_IPV4);
}

static void
write_index(struct program *p, const struct netlink_filter *f)
{
	size_t i;

	target_here(p, TO_INDEX);
	if (!all_links_matter(f)) {
		emit(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_MEM, 0));
		for (i = 0; i < f->nlinks; i++)
			end_if(p, htonl(f->links[i]), true);
	}
	end(p, all_links_matter(f));
}

size_t
netlink_filter_write(const struct netlink_filter *f, struct sock_filter *code)
{
	struct program p = { .code = code };

	write_sender(&p, f);
	write_types(&p);
	write_link(&p, f);
	write_address(&p, f);
	write_route(&p, f);
	write_index(&p, f);
	holes_fill(&p);
	return p.length;
}
