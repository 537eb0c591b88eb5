/* SPDX-License-Identifier: ISC */
/* fuzz_advert.c - any bytes as a router advertisement */

/*
 * The first byte is the hop limit, the second chooses the sender, the rest is
 * the message.  What is taken must be what a plain reading of RFC 4861 6.1
 * takes too.
 */

#include <assert.h>

#include "bgpd/wire/advert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A second opinion on a message that was taken. */
static void
check_again(const uint8_t *data, size_t size, enum advert_kind kind)
{
	size_t at = kind == ADVERT_ROUTER ? 16 : 8;

	assert(data[0] == (kind == ADVERT_ROUTER ? 134 : 133));
	assert(data[1] == 0);
	assert(size >= at);
	while (at < size) {
		assert(size - at >= 8 && data[at + 1] != 0);
		at += (size_t)data[at + 1] * 8;
	}
	assert(at == size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const senders[] = { "::", "fe80::1", "2001:db8::1",
		"ff02::1" };
	struct advert_header header;
	enum advert_kind kind;
	struct span bytes;

	if (size < 2)
		return 0;
	address_parse(senders[data[1] % 4], &header.from);
	header.hop_limit = data[0];
	bytes = (struct span){ data + 2, size - 2 };
	if (advert_decode(bytes, &header, &kind) != NULL)
		return 0;
	assert(header.hop_limit == 255);
	assert(kind != ADVERT_ROUTER || address_is_link_local(&header.from));
	check_again(bytes.data, bytes.length, kind);
	return 0;
}
