/* SPDX-License-Identifier: ISC */
/* address.h - an IPv4 or IPv6 address as a value */
/*
 * Bytes are in network order; an IPv4 address fills the first four and the
 * rest is zero, so two addresses are equal when their structs are.  All bytes
 * zero (0.0.0.0, ::) is the unspecified address and stands for none.
 */
#ifndef RIB_ADDRESS_H
#define RIB_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family {
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILY_MAX
};

#define ADDRESS_STRLEN	46	/* with the NUL */

struct address {
	uint8_t	family;		/* enum family */
	uint8_t	bytes[16];
};

/* "ipv4", "ipv6" */
const char	*family_name(enum family);
/* 32, 128 */
unsigned int	 family_bits(enum family);
/* 4, 16 */
unsigned int	 family_octets(enum family);

struct address	 address_v4(uint32_t host_order);
struct address	 address_from(enum family, const uint8_t *bytes);
/* The IPv4 address as a number in host order. */
uint32_t	 address_v4_number(const struct address *);

/* Text without zone or length. False when it is not an address. */
bool		 address_parse(const char *, struct address *);
/* Writes RFC 5952 text into buf and returns buf. */
char		*address_format(const struct address *,
		    char buf[ADDRESS_STRLEN]);

bool	 address_equal(const struct address *, const struct address *);
/* <0, 0, >0: by family, then as unsigned numbers. */
int	 address_compare(const struct address *, const struct address *);
uint32_t address_hash(uint64_t seed, const struct address *);

bool	address_is_unset(const struct address *);
bool	address_is_loopback(const struct address *);	/* 127/8, ::1 */
bool	address_is_multicast(const struct address *);	/* 224/4, ff00::/8 */
bool	address_is_link_local(const struct address *);	/* 169.254/16, fe80::/10 */
bool	address_is_site_local(const struct address *);	/* fec0::/10, RFC 3879 */
/*
 * May not stand as a BGP next hop: unspecified, 0/8, 127/8, class D and E;
 * ::, ::1, multicast, IPv4-mapped.  RFC 4271 6.3, RFC 7606.
 */
bool	address_is_martian(const struct address *);

#endif
