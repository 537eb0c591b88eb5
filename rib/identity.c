/* SPDX-License-Identifier: ISC */
/* identity.c - who a neighbor says to be, and whether it is the one */
/*
 * A pattern is read by a cursor that walks into the texts that %n and %a stand
 * for, so that whatever they hold is taken literally.  A `*` remembers where
 * it stood and takes one more character each time that what follows does not
 * fit; only the last one has to, since none crosses a separator.
 *
 * Names come from strangers: they may hold anything, a NUL too, which hides
 * from whoever looks at C strings what stands behind it.  Such a name matches
 * nothing.
 */
#include "rib/identity.h"

#include <ctype.h>
#include <string.h>

enum { END = 0, ANY = 256 };

struct cursor {
	const char *at;     /* of the pattern */
	const char *inside; /* of what an escape stands for, or NULL */
};

struct matcher {
	const struct identity *id;
	char address[ADDRESS_STRLEN];
	bool any_case;
	char separator;
};

/* The next character, ANY or END. */
static int
cursor_next(const struct matcher *m, struct cursor *c)
{
	for (;;) {
		if (c->inside != NULL && *c->inside != '\0')
			return (unsigned char)*c->inside++;
		c->inside = NULL;
		if (*c->at == '\0')
			return END;
		if (*c->at == '*') {
			c->at++;
			return ANY;
		}
		if (*c->at != '%' || c->at[1] == '\0')
			return (unsigned char)*c->at++;
		c->at += 2;
		switch (c->at[-1]) {
		case 'n': c->inside = m->id->name; break;
		case 'a': c->inside = m->address; break;
		default: return '%';
		}
	}
}

static bool
is_same(const struct matcher *m, int a, int b)
{
	return m->any_case ? tolower(a) == tolower(b) : a == b;
}

static bool
text_matches(const struct matcher *m, const char *pattern, struct span text)
{
	struct cursor c = { .at = pattern }, behind = { .at = NULL };
	size_t i = 0, taken = 0; /* by the last ANY, up to there */
	int wanted;

	for (;;) {
		wanted = cursor_next(m, &c);
		if (wanted == END && i == text.length)
			return true;
		if (wanted == ANY && i < text.length &&
		    text.data[i] != (uint8_t)m->separator) {
			behind = c;
			taken = ++i;
		} else if (wanted != ANY && wanted != END && i < text.length &&
		    is_same(m, wanted, text.data[i])) {
			i++;
		} else if (behind.at != NULL && taken < text.length &&
		    text.data[taken] != (uint8_t)m->separator) {
			c = behind;
			i = ++taken;
		} else {
			return false;
		}
	}
}

static enum identity_kind
pattern_kind(const char *pattern)
{
	struct address a;

	if (strstr(pattern, "://") != NULL)
		return IDENTITY_URI;
	if (strcmp(pattern, "%a") == 0 || address_parse(pattern, &a))
		return IDENTITY_IP;
	return IDENTITY_DNS;
}

static bool
address_matches(const struct address *a, struct span octets)
{
	return octets.length == family_octets(a->family) &&
	    !address_is_unset(a) &&
	    memcmp(octets.data, a->bytes, octets.length) == 0;
}

static bool
pattern_matches(const struct identity *id, const char *pattern,
    const struct identity_name *name)
{
	struct matcher m = { .id = id };
	struct address a = id->address;

	if (pattern_kind(pattern) != name->kind)
		return false;
	if (name->kind == IDENTITY_IP) {
		if (strcmp(pattern, "%a") != 0 && !address_parse(pattern, &a))
			return false;
		return address_matches(&a, name->value);
	}
	m.any_case = name->kind == IDENTITY_DNS;
	m.separator = name->kind == IDENTITY_DNS ? '.' : '/';
	address_format(&id->address, m.address);
	return text_matches(&m, pattern, name->value);
}

bool
identity_matches(const struct identity *id, const struct identity_name *name)
{
	if (name->value.length == 0 ||
	    (name->kind != IDENTITY_IP &&
		memchr(name->value.data, '\0', name->value.length) != NULL))
		return false;
	if (id->pattern != NULL)
		return pattern_matches(id, id->pattern, name);
	return pattern_matches(id, "%n", name) ||
	    pattern_matches(id, "%a", name);
}

const char *
identity_pattern_fault(const char *pattern)
{
	const char *p;

	if (*pattern == '\0')
		return "it is empty, so no certificate would do";
	for (p = strchr(pattern, '%'); p != NULL; p = strchr(p + 2, '%'))
		if (p[1] == '\0' || strchr("na%", p[1]) == NULL)
			return "a '%' begins %n, the neighbor's name, %a, its "
			       "address, or %%";
	return NULL;
}

/* As the operator would have written it for this neighbor alone. */
static void
pattern_add_text(const struct identity *id, const char *pattern, struct text *t)
{
	struct matcher m = { .id = id };
	struct cursor c = { .at = pattern };
	int next;

	address_format(&id->address, m.address);
	while ((next = cursor_next(&m, &c)) != END)
		text_add(t, "%c", next == ANY ? '*' : next);
}

void
identity_add_text(const struct identity *id, struct text *t)
{
	if (id->pattern != NULL) {
		pattern_add_text(id, id->pattern, t);
		return;
	}
	pattern_add_text(id, "%n", t);
	if (address_is_unset(&id->address))
		return;
	text_add(t, " or ");
	pattern_add_text(id, "%a", t);
}

void
identity_name_add_text(const struct identity_name *name, struct text *t)
{
	static const char *const kinds[IDENTITY_KIND_MAX] = {
		[IDENTITY_DNS] = "dns:",
		[IDENTITY_IP] = "ip:",
		[IDENTITY_URI] = "uri:",
	};
	char buf[ADDRESS_STRLEN];
	struct address a;
	size_t i;

	text_add(t, "%s", kinds[name->kind]);
	if (name->kind != IDENTITY_IP) {
		for (i = 0; i < name->value.length; i++)
			text_add(t, "%c",
			    isgraph(name->value.data[i]) ? name->value.data[i]
							 : '?');
		return;
	}
	if (name->value.length != 4 && name->value.length != 16) {
		text_add(t, "?");
		return;
	}
	a = address_from(name->value.length == 4 ? FAMILY_IPV4 : FAMILY_IPV6,
	    name->value.data);
	text_add(t, "%s", address_format(&a, buf));
}
