/* SPDX-License-Identifier: ISC */
/* page.c - the page to look at */

/*
 * page.html is one file without anything from elsewhere; the build makes
 * page_data.h of its bytes.  Its style and its script stand between their
 * tags, once each; their digests are the policy, so that nothing that could
 * ever get into the page would run.
 */

#include "bgpd/http/page.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bgpd/digest.h"

static const uint8_t bytes[] = {
#include "bgpd/http/page_data.h"
	0
};

const struct span page_bytes = { bytes, sizeof(bytes) - 1 };

/* Of what stands between two tags. */
static void
digest_between(
    const char *begin, const char *end, char text[DIGEST_BASE64_STRLEN])
{
	const char *from = strstr((const char *)bytes, begin);
	const char *to = from == NULL ? NULL : strstr(from, end);

	assert(to != NULL);
	from += strlen(begin);
	digest_base64(from, (size_t)(to - from), text);
}

void
page_policy(char buf[PAGE_POLICY_STRLEN])
{
	char style[DIGEST_BASE64_STRLEN], script[DIGEST_BASE64_STRLEN];

	digest_between("<style>", "</style>", style);
	digest_between("<script>", "</script>", script);
	snprintf(buf, PAGE_POLICY_STRLEN,
	    "default-src 'none'; style-src 'sha256-%s'; script-src "
	    "'sha256-%s'; connect-src 'self'; img-src data:; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'",
	    style, script);
}
