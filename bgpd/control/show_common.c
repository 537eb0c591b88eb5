/* SPDX-License-Identifier: ISC */
/* show_common.c - what several commands ask in the same way */

/*
 * Neighbours are named by their name or their address, one name may mean
 * several sessions (a mesh node of two addresses); prefixes are given in full
 * or as an address, which then means the best route that covers it.  What
 * is not there is an error of its own exit code, with the command that lists
 * what is.
 */

#include <string.h>

#include "bgpd/control/show.h"
#include "rib/text.h"

int64_t
show_now(const struct request *r)
{
	struct io *io = r->bgpd->io;

	return io->ops->now(io);
}

struct peer *
show_next_peer(struct request *r, const char *name)
{
	if (name == NULL)
		return neighbors_walk(r->bgpd->neighbors, &r->cursor);
	return neighbors_match(r->bgpd->neighbors, name, &r->cursor);
}

bool
show_peer_exists(struct request *r, const char *name)
{
	uint32_t cursor = 0;

	if (neighbors_match(r->bgpd->neighbors, name, &cursor) != NULL)
		return true;
	request_fail(r, SCHEMA_NO_SUCH, "bgpctl show neighbors",
	    "no neighbor named %s", name);
	return false;
}

char *
show_peer_address(const struct peer *p, char buf[SHOW_ADDRESS_STRLEN])
{
	const struct conf_neighbor *conf = peer_conf(p);
	struct text t = text_of(buf, SHOW_ADDRESS_STRLEN);
	char address[ADDRESS_STRLEN];

	text_add(&t, "%s", address_format(&conf->address, address));
	if (conf->zone[0] != '\0')
		text_add(&t, "%%%s", conf->zone);
	return buf;
}

enum show_prefix
show_prefix(struct request *r, struct prefix *prefix)
{
	const char *text = request_text(r, "prefix");
	bool host_bits;

	if (text == NULL)
		return SHOW_PREFIX_NONE;
	if (!prefix_parse(text, prefix, &host_bits)) {
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no prefix and no address", text);
		return SHOW_PREFIX_BAD;
	}
	return strchr(text, '/') == NULL ? SHOW_PREFIX_HOST : SHOW_PREFIX_GIVEN;
}
