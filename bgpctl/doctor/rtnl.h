/* SPDX-License-Identifier: ISC */
/* rtnl.h - the kernel's tables, read once */
#ifndef BGPCTL_DOCTOR_RTNL_H
#define BGPCTL_DOCTOR_RTNL_H

#include <linux/rtnetlink.h>
#include <stddef.h>

/* Attributes by type, NULL: absent; valid during the call only. */
typedef void rtnl_take(void *arg, const struct nlmsghdr *,
    const struct rtattr *const *attributes);

/*
 * Asks for all of a kind (RTM_GETLINK ..), whose message has a header of that
 * size and attributes up to max, at most RTNL_ATTRIBUTES.  0, or -1 when it was not
 * told to the end.
 */
#define RTNL_ATTRIBUTES	64
int	rtnl_dump(unsigned short type, size_t header, unsigned int max,
	    rtnl_take *, void *arg);

/* What <linux/netlink.h> has macros for, that are not const. */
static inline const void *
rtnl_header(const struct nlmsghdr *h)
{
	return (const char *)h + NLMSG_HDRLEN;
}

static inline const void *
rtnl_data(const struct rtattr *a)
{
	return (const char *)a + RTA_LENGTH(0);
}

/* The bytes of an attribute as a number; 0 when it is absent or short. */
unsigned int rtnl_number(const struct rtattr *);

#endif
