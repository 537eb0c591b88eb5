/* SPDX-License-Identifier: ISC */
/* filter_match.c - whether a condition of a filter holds */

/*
 * One row for each kind of condition: the function that says whether one of
 * its values fits the route.  A condition holds when any value fits; a negated
 * one when none does.  What a route does not have (no next hop yet, no MED, no
 * neighbor behind a local route) fits nothing, except that a missing
 * LOCAL_PREF is the usual one, as in the decision.
 */

#include "rib/aspath.h"
#include "rib/aspath_match.h"
#include "rib/filter.h"
#include "rib/symbol.h"

#include <string.h>

typedef bool fits(const struct filter_value *, const struct filter_route *,
    const struct attrs *);

static bool
fits_prefix(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)attrs;
	return prefix_set_has(v->prefixes, route->prefix);
}

static bool
fits_family(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)attrs;
	return v->low == route->prefix->address.family;
}

static bool
fits_community(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return community_set_matches(v->communities, attrs);
}

static bool
fits_origin(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return aspath_origin(attrs->as_path) == v->as[0];
}

static bool
fits_starts_with(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return aspath_starts_with(attrs->as_path, v->as, v->nas);
}

static bool
fits_contains(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return aspath_count(attrs->as_path, v->as[0]) > 0;
}

static bool
fits_exact(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return aspath_is(attrs->as_path, v->as, v->nas);
}

static bool
is_within(const struct filter_value *v, uint32_t number)
{
	return number >= v->low && number <= v->high;
}

static bool
fits_length(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return is_within(v, aspath_hops(attrs->as_path));
}

static bool
fits_next_hop(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	struct prefix host;

	(void)route;
	if ((attrs->has & ATTR_HAS_NEXT_HOP) == 0 ||
	    address_is_unset(&attrs->next_hop))
		return false;
	host = prefix_of(&attrs->next_hop, family_bits(attrs->next_hop.family));
	return prefix_set_has(v->prefixes, &host);
}

static bool
is_named(const char *name, const char *wanted)
{
	return name != NULL && strcmp(name, wanted) == 0;
}

static bool
is_party(const struct filter_who *who, const struct filter_value *v)
{
	switch (v->party) {
	case FILTER_LOCAL: return who->kind == SOURCE_LOCAL;
	case FILTER_LEARNED: return who->kind == SOURCE_LEARNED;
	case FILTER_IBGP:
		return who->kind == SOURCE_INTERNAL ||
		    who->kind == SOURCE_CLIENT;
	case FILTER_EBGP: return who->kind == SOURCE_EXTERNAL;
	case FILTER_NEIGHBOR: return is_named(who->neighbor, v->name);
	case FILTER_GROUP: return is_named(who->group, v->name);
	}
	return false;
}

static bool
fits_source(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)attrs;
	return is_party(&route->source, v);
}

static bool
fits_session(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)attrs;
	return is_party(&route->session, v);
}

static bool
fits_interface(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)attrs;
	return route->interface != NULL &&
	    symbol_glob(v->name, route->interface);
}

static bool
fits_pref(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return is_within(v,
	    attrs->has & ATTR_HAS_LOCAL_PREF ? attrs->local_pref
					     : LOCAL_PREF_DEFAULT);
}

static bool
fits_med(const struct filter_value *v, const struct filter_route *route,
    const struct attrs *attrs)
{
	(void)route;
	return (attrs->has & ATTR_HAS_MED) != 0 && is_within(v, attrs->med);
}

static fits *const kinds[FILTER_KIND_MAX] = {
	[FILTER_PREFIX] = fits_prefix,
	[FILTER_FAMILY] = fits_family,
	[FILTER_COMMUNITY] = fits_community,
	[FILTER_AS_ORIGIN] = fits_origin,
	[FILTER_AS_STARTS_WITH] = fits_starts_with,
	[FILTER_AS_CONTAINS] = fits_contains,
	[FILTER_AS_EXACT] = fits_exact,
	[FILTER_AS_LENGTH] = fits_length,
	[FILTER_NEXT_HOP] = fits_next_hop,
	[FILTER_SOURCE] = fits_source,
	[FILTER_SESSION] = fits_session,
	[FILTER_INTERFACE] = fits_interface,
	[FILTER_PREF] = fits_pref,
	[FILTER_MED] = fits_med,
};

bool
filter_condition_holds(const struct filter_condition *c,
    const struct filter_route *route, const struct attrs *attrs)
{
	size_t i;

	for (i = 0; i < c->nvalues; i++)
		if (kinds[c->kind](&c->values[i], route, attrs))
			return !c->negated;
	return c->negated;
}
