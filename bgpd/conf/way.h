/* SPDX-License-Identifier: ISC */
/* way.h - the ways of keeping a value; for field.c and way.c alone */
#ifndef BGPD_CONF_WAY_H
#define BGPD_CONF_WAY_H

#include "bgpd/conf/field.h"

/* What every function of the table is given. */
struct conf_field {
	const struct conf_keyword *row;
	const struct conf_way *way;
	void *base;
	void *at; /* base + offset */
};

/* One way of keeping a value. */
struct conf_way {
	size_t size;
	const struct symbol *words; /* of numbers */
	void (*set)(struct conf_field, const struct conf_value *, unsigned int);
	bool (*equal)(struct conf_field, struct conf_field);
	bool (*given)(struct conf_field); /* NULL: always */
	void (*print)(struct conf_field, FILE *);
};

extern const struct conf_way conf_way_keep;
extern const struct conf_way conf_way_file, conf_way_text;
extern const struct conf_way conf_way_address;
extern const struct conf_way conf_way_families;
extern const struct conf_way conf_way_policy;
extern const struct conf_way conf_way_remote;
extern const struct conf_way conf_way_add_path;
extern const struct conf_way conf_way_capabilities;
extern const struct conf_way conf_way_capability;
extern const struct conf_way conf_way_limits;
extern const struct conf_way conf_way_limit;
extern const struct conf_way conf_way_counts;
extern const struct conf_way conf_way_bfd;
extern const struct conf_way conf_way_tls, conf_way_tls_mode;
extern const struct conf_way conf_way_size;
extern const struct conf_way conf_way_log;

/* Equal when their octets are. */
bool	conf_octets_equal(struct conf_field, struct conf_field);

#endif
