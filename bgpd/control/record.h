/* SPDX-License-Identifier: ISC */
/* record.h - writing the records of schema.h */
/* What has no value is left out: NULL, "", an unset address, a past time. */
#ifndef BGPD_CONTROL_RECORD_H
#define BGPD_CONTROL_RECORD_H

#include <stdint.h>

#include <jansson.h>

#include "rib/prefix.h"

/* Starts one of that kind, or with NULL a row inside of one. */
json_t	*record_new(const char *record);
void	 record_text(json_t *, const char *key, const char *);
/* The same, but "" stays. */
void	 record_string(json_t *, const char *key, const char *);
void	 record_number(json_t *, const char *key, uint64_t);
void	 record_flag(json_t *, const char *key, bool);
/* From milliseconds, or from less: the value is in seconds. */
void	 record_seconds(json_t *, const char *key, int64_t ms);
void	 record_microseconds(json_t *, const char *key, uint64_t us);
void	 record_address(json_t *, const char *key, const struct address *);
/* An identifier in the form of an IPv4 address; 0 is left out. */
void	 record_id(json_t *, const char *key, uint32_t);
void	 record_prefix(json_t *, const char *key, const struct prefix *);
void	 record_family(json_t *, enum family);
/* Appends to the array under key, which is made when it is not there. */
void	 record_push(json_t *, const char *key, json_t *value);
/* Text of any bytes; what is not UTF-8 is written as \xNN. */
json_t	*record_value(const char *);

#endif
