/* SPDX-License-Identifier: ISC */
/* output.h - a reply as it comes, to a person or to a program */
#ifndef BGPCTL_OUTPUT_H
#define BGPCTL_OUTPUT_H

#include "bgpctl/table.h"
#include "bgpctl/words.h"

struct output;

/* Style and verb are borrowed. */
struct output	*output_text(const struct verb *, const struct style *);
struct output	*output_json(const struct verb *, const struct style *);

/* One record, in the order of their coming; it stays the caller's. */
void	output_record(struct output *, const json_t *record);
/*
 * The last record, "end" or "error", ends the reply and frees the output.
 * Errors in words go to the caller's stderr, not here.
 */
void	output_end(struct output *, const json_t *last);

/* Implementations (text.c, json.c). */
struct output_ops {
	void	(*record)(struct output *, const json_t *);
	void	(*end)(struct output *, const json_t *);	/* and free */
};
struct output {
	const struct output_ops	*ops;		/* first member of both */
	const struct verb	*verb;
	const struct style	*style;
};

#endif
