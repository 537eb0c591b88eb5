/* SPDX-License-Identifier: ISC */
/* tcp.c - sockets with the options that BGP wants */

/*
 * Everything about a socket that is neither the loop's business nor the
 * session's: addresses in the kernel's form, and options.
 *
 * All sockets are close-on-exec and never block.  Segments carry CS6, the
 * class of network control (RFC 4594 3.2), so that a flood of data does not
 * starve a keepalive.  Nagle is off: what is to be sent together is written
 * together.  An IPv6 listener takes IPv6 only, for IPv4 has its own, and
 * mapped addresses would give every neighbor a second name.
 *
 * A dialled connection that is bound to a source leaves the port to connect
 * (IP_BIND_ADDRESS_NO_PORT), so that many of them can share the range.
 *
 * Options that only improve things may fail: an old kernel is no reason to
 * have no session.  Those that protect may not: a key that cannot be set ends
 * the attempt.
 *
 * RFC 2385 signs each segment, and so does RFC 5925, whose keys are
 * tcp_ao.c's.  An accepted connection gets the key of the prefix that its
 * listener was given, so a handshake without the key is not even answered; all
 * that is left of it are counters of the whole stack.
 */
#include "bgpd/session/tcp.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bgpd/session/tcp_ao.h"

#define CLASS_CS6 0xc0

socklen_t
tcp_sockaddr(const struct io_endpoint *end, struct sockaddr_storage *out)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };

	if (end->address.family == FAMILY_IPV6) {
		sin6.sin6_port = htons(end->port);
		sin6.sin6_scope_id = end->scope;
		memcpy(&sin6.sin6_addr, end->address.bytes,
		    sizeof(sin6.sin6_addr));
		memcpy(out, &sin6, sizeof(sin6));
		return sizeof(sin6);
	}
	sin.sin_port = htons(end->port);
	memcpy(&sin.sin_addr, end->address.bytes, sizeof(sin.sin_addr));
	memcpy(out, &sin, sizeof(sin));
	return sizeof(sin);
}

static void
from_sockaddr(const struct sockaddr_storage *in, struct io_endpoint *end)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;

	*end = (struct io_endpoint){ .port = 0 };
	if (in->ss_family == AF_INET6) {
		memcpy(&sin6, in, sizeof(sin6));
		end->address =
		    address_from(FAMILY_IPV6, sin6.sin6_addr.s6_addr);
		end->port = ntohs(sin6.sin6_port);
		end->scope = sin6.sin6_scope_id;
	} else if (in->ss_family == AF_INET) {
		memcpy(&sin, in, sizeof(sin));
		end->address = address_v4(ntohl(sin.sin_addr.s_addr));
		end->port = ntohs(sin.sin_port);
	}
}

static int
new_socket(enum family family)
{
	return socket(family == FAMILY_IPV6 ? AF_INET6 : AF_INET,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
}

static int
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static void
set_class(int fd, enum family family)
{
	if (family == FAMILY_IPV6)
		set_option(fd, IPPROTO_IPV6, IPV6_TCLASS, CLASS_CS6);
	else
		set_option(fd, IPPROTO_IP, IP_TOS, CLASS_CS6);
}

/* 0: the system's. */
static int
set_ttl(int fd, enum family family, uint8_t ttl)
{
	int value = ttl != 0 ? ttl : -1;

	if (family == FAMILY_IPV6)
		return set_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, value);
	return set_option(fd, IPPROTO_IP, IP_TTL, value);
}

/* RFC 5082 3: segments that came further than that are not taken. */
static int
set_ttl_least(int fd, enum family family, uint8_t ttl)
{
	if (ttl == 0)
		return 0;
	if (family == FAMILY_IPV6)
		return set_option(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, ttl);
	return set_option(fd, IPPROTO_IP, IP_MINTTL, ttl);
}

/* RFC 2385; without a secret none is left. */
static int
sign_md5(int fd, const struct prefix *from, const struct io_key *key)
{
	const struct io_secret *secret = &key->secrets[0];
	struct io_endpoint end = { .address = from->address };
	struct tcp_md5sig sig = { .tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
		.tcpm_prefixlen = from->length,
		.tcpm_keylen = secret->length };

	tcp_sockaddr(&end, &sig.tcpm_addr);
	memcpy(sig.tcpm_key, secret->bytes, secret->length);
	return setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &sig, sizeof(sig));
}

/* One prefix has keys of one scheme only: those of another go first. */
int
tcp_sign(int fd, const struct prefix *from, const struct io_key *key,
    const struct io_key *before)
{
	static const struct io_key none = { .scheme = IO_UNSIGNED };
	bool same = key->scheme == before->scheme;

	switch (same ? IO_UNSIGNED : (enum io_scheme)before->scheme) {
	case IO_UNSIGNED: break;
	case IO_MD5:
		if (sign_md5(fd, from, &none) != 0)
			return -1;
		break;
	case IO_AO:
		if (tcp_ao_listen(fd, from, &none, before) != 0)
			return -1;
		break;
	}
	switch ((enum io_scheme)key->scheme) {
	case IO_UNSIGNED: return 0;
	case IO_MD5: return sign_md5(fd, from, key);
	case IO_AO: return tcp_ao_listen(fd, from, key, same ? before : &none);
	}
	return 0;
}

static int
secure(int fd, const struct io_target *target, bool dialling)
{
	const struct address *remote = &target->remote.address;
	struct prefix host = prefix_of(remote, 128);

	if (set_ttl(fd, remote->family, target->ttl) != 0 ||
	    set_ttl_least(fd, remote->family, target->ttl_least) != 0)
		return -1;
	switch ((enum io_scheme)target->key.scheme) {
	case IO_UNSIGNED: return 0;
	case IO_MD5: return sign_md5(fd, &host, &target->key);
	case IO_AO: return tcp_ao_secure(fd, &host, &target->key, dialling);
	}
	return 0;
}

int
tcp_secure(int fd, const struct io_target *target)
{
	return secure(fd, target, false);
}

static int
bind_to(int fd, const struct io_endpoint *end)
{
	struct sockaddr_storage sa;
	socklen_t length = tcp_sockaddr(end, &sa);

	return bind(fd, (const struct sockaddr *)&sa, length);
}

static int
close_failed(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

int
tcp_listen(const struct io_endpoint *at)
{
	enum family family = at->address.family;
	int fd = new_socket(family);

	if (fd < 0)
		return -1;
	set_class(fd, family);
	/* The answer to a SYN, which who asks for RFC 5082 wants from near. */
	set_ttl(fd, family, UINT8_MAX);
	if (set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0 ||
	    (family == FAMILY_IPV6 &&
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0) ||
	    bind_to(fd, at) != 0 || listen(fd, SOMAXCONN) != 0)
		return close_failed(fd);
	return fd;
}

static int
bind_source(int fd, const struct io_endpoint *source)
{
	if (address_is_unset(&source->address))
		return 0;
	if (source->port == 0)
		set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	return bind_to(fd, source);
}

int
tcp_connect(const struct io_target *target)
{
	enum family family = target->remote.address.family;
	int fd = new_socket(family);
	struct sockaddr_storage sa;
	socklen_t length;

	if (fd < 0)
		return -1;
	tcp_options(fd, family);
	if (secure(fd, target, true) != 0 ||
	    bind_source(fd, &target->source) != 0)
		return close_failed(fd);
	length = tcp_sockaddr(&target->remote, &sa);
	if (connect(fd, (const struct sockaddr *)&sa, length) != 0 &&
	    errno != EINPROGRESS)
		return close_failed(fd);
	return fd;
}

int
tcp_accept(int listener, struct io_endpoint *remote)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof(sa);
	int fd = accept4(listener, (struct sockaddr *)&sa, &length,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		from_sockaddr(&sa, remote);
	return fd;
}

void
tcp_options(int fd, enum family family)
{
	set_class(fd, family);
	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void
tcp_local(int fd, struct io_endpoint *local)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t length = sizeof(sa);

	getsockname(fd, (struct sockaddr *)&sa, &length);
	from_sockaddr(&sa, local);
}

size_t
tcp_unacked(int fd)
{
	int bytes = 0;

	if (ioctl(fd, SIOCOUTQ, &bytes) < 0)
		return 0;
	return (size_t)bytes;
}

int
tcp_error(int fd)
{
	socklen_t length = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		return errno;
	return error;
}

/* A line of names and one of numbers, both behind "TcpExt:", proc(5). */
static uint64_t
counter_of(const char *names, const char *numbers, const char *name)
{
	size_t length = strlen(name);

	while (names != NULL && numbers != NULL) {
		if (strncmp(names, name, length) == 0 &&
		    strchr(" \n", names[length]) != NULL)
			return strtoull(numbers, NULL, 10);
		names = strchr(names, ' ');
		names = names == NULL ? NULL : names + 1;
		numbers = strchr(numbers, ' ');
		numbers = numbers == NULL ? NULL : numbers + 1;
	}
	return 0;
}

void
tcp_counters(struct io_counters *c)
{
	static const char head[] = "TcpExt: ";
	FILE *in = fopen("/proc/net/netstat", "re");
	char names[8192], numbers[8192];

	if (in == NULL)
		return;
	while (fgets(names, sizeof(names), in) != NULL &&
	    fgets(numbers, sizeof(numbers), in) != NULL) {
		if (strncmp(names, head, strlen(head)) != 0)
			continue;
		c->signature_wrong =
		    counter_of(names, numbers, "TCPMD5NotFound") +
		    counter_of(names, numbers, "TCPMD5Failure") +
		    counter_of(names, numbers, "TCPAORequired") +
		    counter_of(names, numbers, "TCPAOBad");
		/* An unknown KeyID may be either. */
		c->signature_unexpected =
		    counter_of(names, numbers, "TCPMD5Unexpected") +
		    counter_of(names, numbers, "TCPAOKeyNotFound");
		break;
	}
	fclose(in);
}
