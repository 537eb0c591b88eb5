/* SPDX-License-Identifier: ISC */
/* show_config.c - the configuration in effect, memory, and the version */

/*
 * Three small answers.  The configuration is written out as text once, when
 * the command begins, and sent line by line; it holds names of files with
 * secrets, never the secrets.  Memory is what the tables say of themselves,
 * so it is less than what the kernel says of the process.  Reads only.
 */

#include <string.h>

#include "bgpd/control/show.h"

void
show_config_begin(struct request *r)
{
	r->state = conf_format(r->bgpd->conf);
}

/* cursor is the offset of the next line, stage its number. */
bool
show_config_next(struct request *r)
{
	char *line = (char *)r->state + r->cursor;
	size_t length = strcspn(line, "\n");
	bool last = line[length] == '\0';
	json_t *record;

	if (last && length == 0)
		return false;
	line[length] = '\0';
	record = record_new("config");
	record_number(record, "line", ++r->stage);
	record_string(record, "text", line);
	request_emit(r, record);
	r->cursor += (uint32_t)length + !last;
	return !last;
}

static size_t
bytes_rib(const struct bgpd *b)
{
	return rib_bytes(b->rib);
}

static size_t
bytes_attributes(const struct bgpd *b)
{
	return attr_table_bytes(rib_attrs(b->rib));
}

static size_t
bytes_nexthops(const struct bgpd *b)
{
	return nexthop_table_bytes(rib_nexthops(b->rib));
}

static size_t
bytes_groups(const struct bgpd *b)
{
	return groups_bytes(b->groups);
}

static size_t
bytes_fib(const struct bgpd *b)
{
	return b->fib == NULL ? 0 : fib_bytes(b->fib);
}

/* The rib's own number has its tables in it; they stand below as well. */
static const struct {
	const char *kind;
	size_t (*bytes)(const struct bgpd *);
} kinds[] = {
	{ "rib", bytes_rib },
	{ "rib.attributes", bytes_attributes },
	{ "rib.next-hops", bytes_nexthops },
	{ "announced", bytes_groups },
	{ "fib", bytes_fib },
};

bool
show_memory_next(struct request *r)
{
	json_t *record = record_new("memory");

	record_string(record, "kind", kinds[r->cursor].kind);
	record_number(record, "bytes", kinds[r->cursor].bytes(r->bgpd));
	request_emit(r, record);
	return ++r->cursor < sizeof(kinds) / sizeof(kinds[0]);
}

bool
show_version_next(struct request *r)
{
	json_t *record = record_new("version");

	record_string(record, "version", PACKAGE_VERSION);
	record_string(record, "node", r->bgpd->conf->node);
	request_emit(r, record);
	return false;
}
