/* SPDX-License-Identifier: ISC */
/* fuzz_bfd.c - any bytes as BFD packets to a session */

/*
 * The first byte chooses whether the session has a key; then come packets,
 * each behind an octet for its length and one for the time between.  What is
 * taken must read back as what it was; the session must never wait for a
 * moment that it has let pass, nor send faster than it may.
 */

#include <assert.h>
#include <string.h>

#include "bgpd/bfd/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No digest, but one that a fuzzer can find. */
static void
sum(const void *bytes, size_t length, uint8_t digest[BFD_DIGEST_SIZE])
{
	(void)bytes;
	memset(digest, (int)(length & 0xff), BFD_DIGEST_SIZE);
}

static void
read_back(const struct bfd_packet *p)
{
	uint8_t bytes[BFD_PACKET_MAX];
	struct wr wr = wr_of(bytes, sizeof(bytes));
	struct bfd_packet again;

	if (p->authenticated && p->auth.length != BFD_AUTH_SIZE)
		return;
	bfd_packet_encode(&wr, p);
	assert(bfd_packet_decode(wr_written(&wr), &again) == BFD_TAKEN);
	assert(memcmp(p, &again, sizeof(again)) == 0);
}

static void
drive(struct bfd_session *s, int64_t now)
{
	uint8_t bytes[BFD_PACKET_MAX];
	struct bfd_packet p;
	struct wr wr;

	bfd_session_expire(s, now);
	assert(s->detect_at == 0 || s->detect_at > now);
	if (!bfd_session_may_send(s, now))
		return;
	wr = wr_of(bytes, sizeof(bytes));
	bfd_session_send(s, &wr, (uint32_t)now, now);
	assert(bfd_packet_decode(wr_written(&wr), &p) == BFD_TAKEN);
	assert(!p.poll || !p.final);
	assert(!s->answer);
	assert(s->state == BFD_UP || s->send_at == 0 || s->send_at > now);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bfd_terms terms = {
		.interval = 300000, .multiplier = 3, .sha1 = sum
	};
	struct bfd_session s;
	struct bfd_packet p;
	int64_t now = 1;
	size_t length;

	if (size == 0)
		return 0;
	terms.key.length = data[0] & 1 ? 4 : 0;
	terms.key.meticulous = data[0] & 2;
	bfd_session_init(&s, 1, &terms, 0, now);
	for (data++, size--; size >= 2; data += length, size -= length) {
		length = data[0];
		now += data[1];
		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		if (bfd_packet_decode((struct span){ data, length }, &p) ==
		    BFD_TAKEN) {
			read_back(&p);
			bfd_session_receive(
			    &s, &p, (struct span){ data, length }, now);
		}
		drive(&s, now);
	}
	return 0;
}
