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

void
show_policy(const struct policy *policy, const char *word, struct text *t)
{
	unsigned int i;

	text_add(t, policy->count == 0 ? "no %s" : "%s", word);
	for (i = 0; i < policy->count; i++)
		text_add(t, " %s", policy->chain[i]->name);
}

bool
show_is_unnamed(const struct policy *policy, bool given)
{
	return !given && policy->count == 1 &&
	    policy->chain[0] == policy_builtin(POLICY_NONE);
}

bool
show_import_is_unnamed(const struct bgpd *b, const struct rib_path *path)
{
	const struct peer *p = neighbors_by_source(b->neighbors, path->source);
	const struct conf_settings *set;

	if (p == NULL)
		return false;
	set = &peer_conf(p)->settings;
	return show_is_unnamed(&set->import, set->import_given);
}

char *
show_rule_place(const struct filter_rule *rule, char buf[SHOW_PLACE_STRLEN])
{
	struct text t = text_of(buf, SHOW_PLACE_STRLEN);

	text_add(&t, "%s", rule->file);
	text_add(&t, ":%u", rule->line);
	return buf;
}

void
show_rule(const struct filter *f, size_t rule, struct text *t)
{
	char buf[SHOW_PLACE_STRLEN];

	text_add(t, " %s", f->name);
	if (f->builtin == 0)
		text_add(t, " rule %zu (%s)", rule + 1,
		    show_rule_place(&f->rules[rule], buf));
}

void
show_import_filter(
    const struct bgpd *b, const struct rib_path *path, struct text *t)
{
	const struct peer *p = neighbors_by_source(b->neighbors, path->source);
	const struct filter *f = NULL;
	const struct policy *import;
	unsigned int i;
	size_t rule = 0;

	if (p == NULL)
		return;
	import = &peer_conf(p)->settings.import;
	if (path->rule >= POLICY_RULES)
		f = filters_find(&b->filters, path->rule, &rule);
	for (i = 0; i < import->count && f == NULL; i++)
		if (path->rule == import->chain[i]->base)
			f = import->chain[i];
	if (f == NULL) {
		show_policy(import, "import", t);
		return;
	}
	text_add(t, "import");
	show_rule(f, rule, t);
}

void
show_prefixes(struct request *r, struct show_prefixes *asked, show_find *find,
    const char *what, const char *hint)
{
	static const char *const defaults[FAMILY_MAX] = { "0.0.0.0/0", "::/0" };
	const char *text = request_text(r, "prefix");
	struct prefix prefix;
	enum family f;
	bool cover;

	if (text == NULL)
		return;
	asked->given = true;
	if (strcmp(text, "default") == 0) {
		for (f = 0; f < FAMILY_MAX; f++)
			if (prefix_parse(defaults[f], &prefix, NULL) &&
			    find(r->bgpd, false, &prefix))
				asked->at[asked->count++] = prefix;
	} else if (!prefix_parse(text, &prefix, NULL)) {
		request_fail(r, SCHEMA_USAGE, NULL,
		    "'%.64s' is no prefix and no address", text);
	} else {
		cover = strchr(text, '/') == NULL;
		if (find(r->bgpd, cover, &prefix))
			asked->at[asked->count++] = prefix;
	}
	if (asked->count == 0)
		request_fail(
		    r, SCHEMA_NO_SUCH, hint, "no %s for %.64s", what, text);
}
