/* SPDX-License-Identifier: ISC */
/* facts.c - what is known of a node, kept */

/*
 * Lists grow one by one, by doubling; all is owned by the facts.  Nothing is
 * read or judged here.
 */

#include "bgpctl/doctor/facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rib/mem.h"

void
facts_init(struct facts *f)
{
	struct facts_family *family;

	memset(f, 0, sizeof(*f));
	/* No list is NULL, so that an empty one can be walked by pointers. */
	f->links = facts_grow(NULL, 0, sizeof(*f->links));
	f->addresses = facts_grow(NULL, 0, sizeof(*f->addresses));
	f->routes = facts_grow(NULL, 0, sizeof(*f->routes));
	f->rules = facts_grow(NULL, 0, sizeof(*f->rules));
	f->failed = facts_grow(NULL, 0, sizeof(*f->failed));
	f->peers = facts_grow(NULL, 0, sizeof(*f->peers));
	f->entries = facts_grow(NULL, 0, sizeof(*f->entries));
	f->blocks = facts_grow(NULL, 0, sizeof(*f->blocks));
	f->pools = facts_grow(NULL, 0, sizeof(*f->pools));
	f->listens = facts_grow(NULL, 0, sizeof(*f->listens));
	f->chains = facts_grow(NULL, 0, sizeof(*f->chains));
	f->pods = facts_grow(NULL, 0, sizeof(*f->pods));
	f->certificates = facts_grow(NULL, 0, sizeof(*f->certificates));
	snprintf(f->bgpctl, sizeof(f->bgpctl), "bgpctl");
	f->pid = f->descriptors = f->descriptors_limit = FACTS_UNKNOWN;
	f->clock_synced = f->rp_filter_all = FACTS_UNKNOWN;
	for (family = f->family; family < f->family + FAMILY_MAX; family++) {
		family->forwarding = family->gc_thresh3 = FACTS_UNKNOWN;
		family->disabled_all = family->disabled_default = FACTS_UNKNOWN;
		family->route_limit = FACTS_UNKNOWN;
		family->expected = true; /* until somebody knows better */
	}
}

void
facts_clear(struct facts *f)
{
	free(f->links);
	free(f->addresses);
	free(f->routes);
	free(f->rules);
	free(f->failed);
	free(f->peers);
	free(f->entries);
	free(f->blocks);
	free(f->pools);
	free(f->listens);
	free(f->chains);
	free(f->pods);
	free(f->certificates);
}

void *
facts_grow(void *list, size_t count, size_t size)
{
	if ((count & (count - 1)) == 0) /* full at each power of two */
		list = xreallocarray(list, count == 0 ? 1 : 2 * count, size);
	memset((char *)list + count * size, 0, size);
	return list;
}

const struct facts_link *
facts_link(const struct facts *f, uint32_t index)
{
	size_t i;

	for (i = 0; i < f->nlinks; i++) {
		if (f->links[i].index == index)
			return &f->links[i];
	}
	return NULL;
}

const char *
facts_link_name(const struct facts *f, uint32_t index, char buf[FACTS_NAME])
{
	const struct facts_link *link = facts_link(f, index);

	if (link != NULL)
		snprintf(buf, FACTS_NAME, "%s", link->name);
	else
		snprintf(buf, FACTS_NAME, "#%u", index);
	return buf;
}
