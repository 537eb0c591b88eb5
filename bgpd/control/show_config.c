/* SPDX-License-Identifier: ISC */
/* show_config.c - the configuration in effect, and the version */

/*
 * Two small answers.  The configuration is written out as text once, when the
 * command begins, and sent line by line; it holds names of files with secrets,
 * never the secrets.  Reads only.
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

bool
show_version_next(struct request *r)
{
	json_t *record = record_new("version");

	record_string(record, "version", PACKAGE_VERSION);
	record_string(record, "node", r->bgpd->conf->node);
	request_emit(r, record);
	return false;
}
