/* SPDX-License-Identifier: ISC */
/* output.c - a reply as it comes, to a person or to a program */

/*
 * The door to the two ways in which a reply is shown: text.c for people and
 * json.c for programs.  Both take the records one by one, so that neither has
 * to hold a large table, and both rely on the daemon's promise that records
 * of one kind come one behind the other.
 */

#include "bgpctl/output.h"

void
output_record(struct output *output, const json_t *record)
{
	output->ops->record(output, record);
}

void
output_end(struct output *output, const json_t *last)
{
	output->ops->end(output, last);
}
