/* SPDX-License-Identifier: ISC */
/* fuzz_notification.c - any bytes as the body of a NOTIFICATION */

/*
 * The first byte is the size of the buffer for the text, the rest the body.
 * What a person reads of it must be terminated, printable and valid UTF-8,
 * wherever it is cut, for it goes to a terminal.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/wire/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A second opinion: escaping printable UTF-8 changes only these two. */
static void
text_check(const char *text)
{
	struct span s = { (const uint8_t *)text, strlen(text) };
	char again[4 * 2048];
	const char *p;

	msg_escape(s, again, sizeof(again));
	for (p = again; *text != '\0'; text++, p++) {
		if (*text == '\\' || *text == '"') {
			assert(*p == '\\');
			p++;
		}
		assert(*p == *text);
	}
	assert(*p == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg_notification n, again;
	struct msg_error error = { .severity = SEVERITY_RESET };
	char buf[2048];
	uint8_t bytes[MSG_MAX_SIZE];
	struct wr w = wr_of(bytes, sizeof(bytes));
	struct msg_header header;

	if (size == 0)
		return 0;
	msg_notification_decode((struct span){ data + 1, size - 1 }, &n);
	msg_notification_format(&n, buf, sizeof(buf));
	text_check(buf);
	msg_notification_format(&n, buf, (size_t)data[0] + 1);
	assert(strlen(buf) <= data[0]);
	text_check(buf);

	error.code = n.code;
	error.subcode = n.subcode;
	msg_error_data(&error, n.data);
	msg_notification_encode(&w, &error);
	assert(msg_frame(wr_written(&w), MSG_MAX_SIZE, &header, &error) ==
	    FRAME_WHOLE);
	msg_notification_decode(header.body, &again);
	assert(again.code == n.code && again.subcode == n.subcode);
	assert(again.data.length == error.length);
	return 0;
}
