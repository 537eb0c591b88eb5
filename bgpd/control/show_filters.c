/* SPDX-License-Identifier: ISC */
/* show_filters.c - the rules of the config's filters, and how often they held
 */

/*
 * One record a rule, in the order of the config.  A rule that nothing hits is
 * the first thing to look at when a filter does not do what was meant; hits
 * count each judgement, so a route that is judged again counts again.
 */

#include <string.h>

#include "bgpd/control/show.h"

static void
emit_rule(struct request *r, const struct filter *f, size_t i)
{
	json_t *record = record_new("filter");
	char buf[SHOW_PLACE_STRLEN];

	record_string(record, "name", f->name);
	record_number(record, "rule", i + 1);
	record_number(record, "hits", f->hits[i]);
	record_string(record, "text", f->rules[i].text);
	record_string(record, "place", show_rule_place(&f->rules[i], buf));
	request_emit(r, record);
}

void
show_filters_begin(struct request *r)
{
	const struct conf *conf = r->bgpd->conf;
	const char *name = request_text(r, "name");
	size_t i;

	for (i = 0; name != NULL && i < conf->nfilters; i++)
		if (strcmp(conf->filters[i]->name, name) == 0)
			return;
	if (name != NULL)
		request_fail(r, SCHEMA_NO_SUCH, "bgpctl show filters",
		    "no filter named %.64s", name);
}

/* cursor counts rules, stage filters; a reload in between may change both. */
bool
show_filters_next(struct request *r)
{
	const struct conf *conf = r->bgpd->conf;
	const char *name = request_text(r, "name");
	const struct filter *f;

	if (r->stage >= conf->nfilters)
		return false;
	f = conf->filters[r->stage];
	if (r->cursor >= f->nrules ||
	    (name != NULL && strcmp(f->name, name) != 0)) {
		r->stage++;
		r->cursor = 0;
		return true;
	}
	emit_rule(r, f, r->cursor++);
	return true;
}
