/* SPDX-License-Identifier: ISC */
/* time.c - times as the config writes them */

/*
 * A time is a whole number with a unit, and milliseconds inside; what does
 * not fit 32 bits (49 days) is no time.  Writing takes the largest unit that
 * is exact and of which there are at least five, so that what people write
 * as 90s or 120s comes back like that.
 */

#include <string.h>

#include "bgpd/conf/conf.h"
#include "rib/text.h"

static const struct {
	const char *unit;
	uint32_t ms;
} units[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "m", 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "d", 24 * 60 * 60 * 1000 },
};

bool
conf_time_parse(const char *text, uint32_t *ms)
{
	uint32_t number;
	size_t i;

	if (!text_number(&text, UINT32_MAX, &number))
		return false;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(text, units[i].unit) != 0)
			continue;
		if (number > UINT32_MAX / units[i].ms)
			return false;
		*ms = number * units[i].ms;
		return true;
	}
	return false;
}

char *
conf_time_format(uint32_t ms, char buf[16])
{
	size_t i = sizeof(units) / sizeof(*units);

	while (--i > 1)
		if (ms % units[i].ms == 0 && ms / units[i].ms >= 5)
			break;
	if (i == 1 && ms % units[1].ms != 0)
		i = 0;
	snprintf(buf, 16, "%u%s", ms / units[i].ms, units[i].unit);
	return buf;
}
