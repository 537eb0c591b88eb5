/* SPDX-License-Identifier: ISC */
/* sentence.h - kinds of records that read better as sentences */
#ifndef BGPCTL_SENTENCE_H
#define BGPCTL_SENTENCE_H

#include <stdio.h>

#include "bgpd/control/schema.h"

struct sentence {
	const char	*record;
	void		(*print)(const json_t *, FILE *);
};

/* NULL: the kind is a table or a form. */
const struct sentence	*sentence_find(const struct schema_record *);

#endif
