/* SPDX-License-Identifier: ISC */
/* host.c - whom a request was meant for */

/*
 * A web site can have its own name resolve to 127.0.0.1 after its page was
 * loaded (DNS rebinding).  For the browser what is served there is the site's
 * then, and its script reads it, out of the reach of any firewall.  What gives
 * it away is the name that the browser asks for: no address, which cannot be
 * made to mean another, and none that only this machine gives itself.
 */

#include "bgpd/http/host.h"

#include <string.h>
#include <strings.h>

#include "rib/address.h"

static bool
is_address(const char *host)
{
	size_t length = strlen(host);
	char inside[ADDRESS_STRLEN];
	struct address a;

	if (host[0] != '[')
		return address_parse(host, &a) && a.family == FAMILY_IPV4;
	if (host[length - 1] != ']' || length - 2 >= sizeof(inside))
		return false;
	memcpy(inside, host + 1, length - 2);
	inside[length - 2] = '\0';
	return address_parse(inside, &a) && a.family == FAMILY_IPV6;
}

static size_t
length_without_port(const char *host)
{
	const char *colon = strrchr(host, ':');

	if (colon == NULL || colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return strlen(host);
	return (size_t)(colon - host);
}

bool
host_is_here(const char *host, const char *node)
{
	char name[256];
	size_t length = host == NULL ? 0 : length_without_port(host);

	if (host == NULL || length >= sizeof(name))
		return host == NULL;
	memcpy(name, host, length);
	name[length] = '\0';
	return strcasecmp(name, "localhost") == 0 ||
	    strcasecmp(name, node) == 0 || is_address(name);
}
