/* SPDX-License-Identifier: ISC */
/* tcp_ao.c - segments signed by the TCP Authentication Option, RFC 5925 */

/*
 * The kernel signs and checks; what it is told are keys, by prefix, KeyID and
 * algorithm, a call for each.  Linux has that since 6.7, where it was built
 * with it; the words of the interface are newer than the headers that this is
 * built with, so they are written down here, in the layout that
 * include/uapi/linux/tcp.h gives.
 *
 * A rotation needs no moment in common (RFC 5925 6.1).  Either side adds the
 * new key and asks for it (RNextKeyID) as soon as its config says so; the
 * other one begins to sign with it when it has it.  A secret under a KeyID
 * that is in use cannot be replaced in a connection that is up.
 */
#include "bgpd/session/tcp_ao.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "bgpd/session/tcp.h"

enum {
	AO_ADD_KEY = 38,
	AO_DEL_KEY = 39,
	AO_INFO = 40,
};

/* struct tcp_ao_add */
struct ao_add {
	struct sockaddr_storage addr;
	char alg_name[64];
	int32_t ifindex;
	uint32_t set_current : 1, set_rnext : 1, reserved : 30;
	uint16_t reserved2;
	uint8_t prefix;
	uint8_t sndid;
	uint8_t rcvid;
	uint8_t maclen;
	uint8_t keyflags;
	uint8_t keylen;
	uint8_t key[IO_SECRET_MAX];
} __attribute__((aligned(8)));

/* struct tcp_ao_del */
struct ao_del {
	struct sockaddr_storage addr;
	int32_t ifindex;
	uint32_t set_current : 1, set_rnext : 1, del_async : 1, reserved : 29;
	uint16_t reserved2;
	uint8_t prefix;
	uint8_t sndid;
	uint8_t rcvid;
	uint8_t current_key;
	uint8_t rnext;
	uint8_t keyflags;
} __attribute__((aligned(8)));

/* struct tcp_ao_info_opt */
struct ao_info {
	uint32_t set_current : 1, set_rnext : 1, ao_required : 1,
	    set_counters : 1, accept_icmps : 1, reserved : 27;
	uint16_t reserved2;
	uint8_t current_key;
	uint8_t rnext;
	uint64_t counters[5];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct ao_add) == 288, "the kernel's layout");
_Static_assert(sizeof(struct ao_del) == 144, "the kernel's layout");
_Static_assert(sizeof(struct ao_info) == 48, "the kernel's layout");

/* RFC 5926 3.2; both are cut to 96 bits, which is the kernel's default. */
static const char *const algorithms[] = {
	[IO_HMAC_SHA1_96] = "hmac(sha1)",
	[IO_AES_128_CMAC_96] = "cmac(aes128)",
};

static int
set(int fd, int option, const void *value, size_t size)
{
	return setsockopt(fd, IPPROTO_TCP, option, value, (socklen_t)size);
}

static int
key_add(int fd, const struct prefix *from, const struct io_secret *secret)
{
	struct io_endpoint end = { .address = from->address };
	struct ao_add add = { .prefix = from->length,
		.sndid = secret->id,
		.rcvid = secret->id,
		.keylen = secret->length };

	tcp_sockaddr(&end, &add.addr);
	strcpy(add.alg_name, algorithms[secret->mac]);
	memcpy(add.key, secret->bytes, secret->length);
	return set(fd, AO_ADD_KEY, &add, sizeof(add));
}

/* Of a listener, which need not wait until nobody looks at it. */
static int
key_delete(int fd, const struct prefix *from, uint8_t id)
{
	struct io_endpoint end = { .address = from->address };
	struct ao_del del = {
		.prefix = from->length, .del_async = 1, .sndid = id, .rcvid = id
	};

	tcp_sockaddr(&end, &del.addr);
	return set(fd, AO_DEL_KEY, &del, sizeof(del));
}

/* In place of what a listener may have under the same KeyID. */
static int
key_put(int fd, const struct prefix *from, const struct io_secret *secret)
{
	if (key_add(fd, from, secret) == 0)
		return 0;
	if (errno != EEXIST || key_delete(fd, from, secret->id) != 0)
		return -1;
	return key_add(fd, from, secret);
}

static const struct io_secret *
secret_find(const struct io_key *key, uint8_t id)
{
	int i;

	for (i = 0; i < key->count; i++)
		if (key->secrets[i].id == id)
			return &key->secrets[i];
	return NULL;
}

int
tcp_ao_listen(int fd, const struct prefix *from, const struct io_key *key,
    const struct io_key *before)
{
	const struct io_secret *secret, *old;
	int i;

	for (i = 0; i < key->count; i++) {
		secret = &key->secrets[i];
		old = secret_find(before, secret->id);
		if (old != NULL && io_secret_equal(old, secret))
			continue;
		if (key_put(fd, from, secret) != 0)
			return -1;
	}
	for (i = 0; i < before->count; i++)
		if (secret_find(key, before->secrets[i].id) == NULL &&
		    key_delete(fd, from, before->secrets[i].id) != 0)
			return -1;
	return 0;
}

/* An accepted connection has the keys of its listener already. */
int
tcp_ao_secure(
    int fd, const struct prefix *to, const struct io_key *key, bool dialling)
{
	struct ao_info info = { .set_current = dialling,
		.current_key = key->secrets[0].id,
		.set_rnext = 1,
		.rnext = key->secrets[0].id };
	int i;

	for (i = 0; i < key->count; i++)
		if (key_add(fd, to, &key->secrets[i]) != 0 && errno != EEXIST)
			return -1;
	return set(fd, AO_INFO, &info, sizeof(info));
}
