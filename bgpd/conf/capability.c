/* SPDX-License-Identifier: ISC */
/* capability.c - names and defaults of capabilities in the config */

/*
 * `capability NAME on|off|require` stands once for each name, wherever
 * settings stand, and what a neighbor says of one name leaves the others as
 * they are inherited.  So they are one field of many parts: each is unset
 * until a statement names it, and what nobody named gets its default when
 * all else of the neighbor is settled.
 *
 * Most are on, some come with a setting of their own.  What `on` means for a
 * session (a restart time of its own, an address of the right family) is the
 * daemon's to say; `off` beats every setting, and `require` is `on` with a
 * neighbor that must have it too. The numbers of the wire are
 * bgpd/wire/open.h's.
 */

#include "bgpd/conf/capability.h"

#define STATEMENT   "capability "
#define NAMED(name) STATEMENT name

static bool
add_path_given(const struct conf_settings *s)
{
	return s->add_path != 0;
}

static bool
long_lived_given(const struct conf_settings *s)
{
	return s->long_lived > 0;
}

static bool
role_given(const struct conf_settings *s)
{
	return s->role != ROLE_NONE;
}

static const struct {
	const char *statement;
	enum conf_capability_state preset; /* UNSET: by its setting */
	bool (*given)(const struct conf_settings *);
} rows[CONF_CAPABILITY_MAX] = {
	[CONF_MULTIPROTOCOL] = { NAMED("multiprotocol"), CONF_CAPABILITY_ON,
	    NULL },
	[CONF_ROUTE_REFRESH] = { NAMED("route-refresh"), CONF_CAPABILITY_ON,
	    NULL },
	[CONF_ENHANCED_REFRESH] = { NAMED("enhanced-route-refresh"),
	    CONF_CAPABILITY_ON, NULL },
	[CONF_FOUR_OCTET_AS] = { NAMED("four-octet-as"), CONF_CAPABILITY_ON,
	    NULL },
	[CONF_GRACEFUL_RESTART] = { NAMED("graceful-restart"),
	    CONF_CAPABILITY_ON, NULL },
	[CONF_EXTENDED_MESSAGE] = { NAMED("extended-message"),
	    CONF_CAPABILITY_ON, NULL },
	[CONF_FQDN] = { NAMED("fqdn"), CONF_CAPABILITY_ON, NULL },
	[CONF_EXTENDED_NEXT_HOP] = { NAMED("extended-next-hop"),
	    CONF_CAPABILITY_ON, NULL },
	[CONF_ADD_PATH] = { NAMED("add-path"), CONF_CAPABILITY_UNSET,
	    add_path_given },
	[CONF_LONG_LIVED] = { NAMED("long-lived-graceful-restart"),
	    CONF_CAPABILITY_UNSET, long_lived_given },
	[CONF_ROLE] = { NAMED("role"), CONF_CAPABILITY_UNSET, role_given },
	[CONF_SOFTWARE_VERSION] = { NAMED("software-version"),
	    CONF_CAPABILITY_OFF, NULL },
};

const char *
conf_capability_statement(enum conf_capability capability)
{
	return rows[capability].statement;
}

const char *
conf_capability_name(enum conf_capability capability)
{
	return rows[capability].statement + sizeof(STATEMENT) - 1;
}

bool
conf_capability_is_preset(enum conf_capability capability)
{
	return rows[capability].preset != CONF_CAPABILITY_UNSET;
}

enum conf_capability_state
conf_capability_default(
    enum conf_capability capability, const struct conf_settings *s)
{
	if (conf_capability_is_preset(capability))
		return rows[capability].preset;
	return rows[capability].given(s) ? CONF_CAPABILITY_ON
					 : CONF_CAPABILITY_OFF;
}

void
conf_capabilities_settle(struct conf_settings *s)
{
	enum conf_capability i;

	for (i = 0; i < CONF_CAPABILITY_MAX; i++)
		if (s->capability[i] == CONF_CAPABILITY_UNSET)
			s->capability[i] =
			    (uint8_t)conf_capability_default(i, s);
}
