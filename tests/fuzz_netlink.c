/* SPDX-License-Identifier: ISC */
/* fuzz_netlink.c - any bytes as a message of the kernel */

/*
 * The input is one message with its header.  Whatever it is, decoding stays
 * inside of it; what it yields is within the limits of kernel.h; and a route
 * that came out of it says the same after it was written and read again.
 */

#include <assert.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/netlink_neighbor.h"
#include "kernel/netlink_route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
encode(const struct kernel_change *c, uint32_t seq, uint8_t *buf, size_t size)
{
	struct nl_msg *scratch = netlink_scratch_new();
	size_t length;

	assert(scratch != NULL);
	length = netlink_encode(scratch, c, seq, buf, size);
	netlink_scratch_free(scratch);
	return length;
}

static void
route_check(const struct kernel_route *r)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct kernel_change c = { .verb = KERNEL_ADD, .route = *r };
	struct netlink_event again;
	struct prefix masked;
	size_t length;
	unsigned int i;

	masked = prefix_of(&r->prefix.address, r->prefix.length);
	assert(prefix_equal(&masked, &r->prefix));
	assert(r->count <= KERNEL_PATHS);
	if (r->type == KERNEL_OTHER)
		return;
	length = encode(&c, 1, buf, sizeof(buf));
	assert(length > 0);
	assert(netlink_decode(buf, length, &again) == NETLINK_TOLD_ROUTE);
	assert(prefix_equal(&again.route.prefix, &r->prefix));
	assert(again.route.type == r->type);
	assert(again.route.metric == r->metric);
	assert(again.route.protocol == r->protocol);
	assert(again.route.table == r->table);
	assert(address_equal(&again.route.source, &r->source));
	assert(again.route.object == r->object);
	if (r->object != 0)
		return;
	assert(again.route.count == r->count);
	for (i = 0; i < r->count; i++) {
		assert(again.route.path[i].index == r->path[i].index);
		assert(again.route.path[i].onlink == r->path[i].onlink);
	}
}

static void
object_check(const struct kernel_object *o)
{
	_Alignas(4) uint8_t buf[NETLINK_MESSAGE_MAX];
	struct kernel_change c = { .verb = KERNEL_OBJECT_ADD, .object = *o };
	struct netlink_event again;
	size_t length = encode(&c, 1, buf, sizeof(buf));
	unsigned int i;

	assert(o->id != 0 && o->count <= KERNEL_PATHS);
	assert(length > 0);
	assert(netlink_decode(buf, length, &again) == NETLINK_TOLD_OBJECT);
	assert(again.object.id == o->id);
	assert(again.object.count == o->count);
	for (i = 0; i < o->count; i++)
		assert(again.object.member[i].id == o->member[i].id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *message = malloc(size); /* aligned, and ends where it ends */
	struct neighbor_entry neighbor;
	struct netlink_event e;

	if (message == NULL)
		return 0;
	memcpy(message, data, size);
	switch (netlink_decode(message, size, &e)) {
	case NETLINK_TOLD_NOTHING:
	case NETLINK_TOLD_MALFORMED: break;
	case NETLINK_TOLD_LINK:
		assert(memchr(e.link.name, '\0', sizeof(e.link.name)) != NULL);
		break;
	case NETLINK_TOLD_ADDRESS:
		assert(
		    e.address.length <= family_bits(e.address.address.family));
		break;
	case NETLINK_TOLD_ROUTE: route_check(&e.route); break;
	case NETLINK_TOLD_OBJECT: object_check(&e.object); break;
	}
	if (size >= sizeof(struct nlmsghdr) &&
	    netlink_neighbor_decode(message, size, &neighbor))
		assert(neighbor.index != 0);
	free(message);
	return 0;
}
