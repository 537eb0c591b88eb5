/* SPDX-License-Identifier: ISC */
/* fuzz_open.c - any bytes as a connection that begins with an OPEN */

/*
 * The bytes are a stream: messages are framed until one is bad or not whole.
 * What decodes as an OPEN must survive being written and read again, must be
 * judged and negotiated without harm, and its texts must be printable.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/wire/open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
text_check(const char *text, size_t size)
{
	size_t i, length = strnlen(text, size);

	assert(length < size);
	for (i = 0; i < length; i++)
		assert((uint8_t)text[i] >= 0x20 && text[i] != 0x7f);
}

/* Escaping is not its own inverse, so texts stay out of the comparison. */
static void
round_trip(const struct open *open)
{
	struct open sent = *open, received;
	uint8_t buf[MSG_MAX_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));
	struct msg_header header;
	struct msg_error error = { .severity = SEVERITY_OK };

	open_encode(&w, &sent);
	assert(!w.failed);
	assert(msg_frame(wr_written(&w), MSG_MAX_SIZE, &header, &error) ==
	    FRAME_WHOLE);
	assert(open_decode(header.body, &received, &error));
	memset(sent.host, 0, sizeof(sent.host));
	memset(received.host, 0, sizeof(received.host));
	memset(sent.software, 0, sizeof(sent.software));
	memset(received.software, 0, sizeof(received.software));
	sent.my_as = received.my_as;
	/* A family that is foreign to us is not written again. */
	if (!sent.family[FAMILY_IPV4].multiprotocol &&
	    !sent.family[FAMILY_IPV6].multiprotocol)
		sent.has &= ~(uint32_t)OPEN_HAS_MULTIPROTOCOL;
	assert(sent.as == received.as);
	assert(sent.has == received.has);
	assert(sent.hold_time == received.hold_time);
	assert(sent.restart_time == received.restart_time);
	assert(sent.role == received.role);
	assert(memcmp(sent.family, received.family, sizeof(sent.family)) == 0);
}

static void
open_check(struct span body)
{
	static const struct open_terms terms = { .as = 64512,
		.local_as = 64512,
		.identifier = 1,
		.internal = true,
		.families = { true, true } };
	struct open open;
	struct open_common common;
	struct msg_error error;

	if (!open_decode(body, &open, &error)) {
		assert(error.severity == SEVERITY_RESET);
		assert(error.code == ERR_OPEN && error.text != NULL);
		return;
	}
	text_check(open.host, sizeof(open.host));
	text_check(open.software, sizeof(open.software));
	if (!open_judge(&open, &open, &terms, &error))
		assert(error.severity == SEVERITY_RESET);
	open_negotiate(&open, &open, &common);
	round_trip(&open);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { data, size };
	struct msg_error error = { .severity = SEVERITY_OK };
	struct msg_header header;
	struct msg_refresh refresh;

	while (msg_frame(rest, MSG_MAX_SIZE, &header, &error) == FRAME_WHOLE) {
		assert(header.length >= MSG_HEADER_SIZE);
		if (header.type == MSG_OPEN)
			open_check(header.body);
		if (header.type == MSG_ROUTE_REFRESH)
			msg_refresh_decode(header.body, &refresh);
		rest.data += header.length;
		rest.length -= header.length;
	}
	if (error.severity != SEVERITY_OK) {
		assert(error.code == ERR_HEADER);
		msg_frame_refresh_error(rest, &header, &error);
	}
	return 0;
}
