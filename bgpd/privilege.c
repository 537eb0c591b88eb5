/* SPDX-License-Identifier: ISC */
/* privilege.c - what this process may do */
/*
 * Two capabilities are needed, and not root: CAP_NET_ADMIN to change routes,
 * unless `fib off`, and CAP_NET_BIND_SERVICE for a port below 1024, or below
 * what the system calls unprivileged.  They are asked for before anything is
 * done, because a daemon that peers and then cannot install a route is worse
 * than one that says why it does not start.
 *
 * The library for capabilities would be one more to depend on; the system
 * call is asked directly.  capabilities(7).
 */
#include "bgpd/privilege.h"

#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BGP_PORT          179
#define UNPRIVILEGED_PORT 1024u
#define OWN_DESCRIPTORS   64 /* ours, besides the neighbors' */

static bool
has_capability(unsigned int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data) != 0)
		return false;
	return (data[CAP_TO_INDEX(capability)].effective &
		   CAP_TO_MASK(capability)) != 0;
}

static unsigned int
unprivileged_port(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
	unsigned int port;

	if (f == NULL)
		return UNPRIVILEGED_PORT;
	if (fscanf(f, "%u", &port) != 1)
		port = UNPRIVILEGED_PORT;
	fclose(f);
	return port;
}

static unsigned int
lowest_port(const struct conf *conf)
{
	unsigned int port = conf->listen_given ? UINT16_MAX : BGP_PORT;
	size_t i;

	for (i = 0; i < conf->nlisten; i++) {
		if (conf->listen[i].port < port)
			port = conf->listen[i].port;
	}
	return port;
}

const char *
privilege_missing(const struct conf *conf)
{
	if (!conf->fib.off && !has_capability(CAP_NET_ADMIN))
		return "CAP_NET_ADMIN is missing, without which the kernel "
		       "takes no routes: start as root, or with that "
		       "capability, or say `fib off`";
	if (lowest_port(conf) < unprivileged_port() &&
	    !has_capability(CAP_NET_BIND_SERVICE))
		return "CAP_NET_BIND_SERVICE is missing, without which ports "
		       "below 1024 cannot be listened on: start as root, or "
		       "with that capability, or `listen` at another port";
	return NULL;
}

/* A name that no group has is control.c's to complain about. */
static int
group_add(gid_t *groups, int count, const char *name)
{
	const struct group *group = name == NULL ? NULL : getgrnam(name);

	if (group != NULL && count < NGROUPS_MAX)
		groups[count++] = group->gr_gid;
	return count;
}

void
privilege_join_groups(struct log *log, const struct conf *conf)
{
	gid_t groups[NGROUPS_MAX];
	int before = getgroups(NGROUPS_MAX, groups), count;

	if (before < 0)
		return;
	count = group_add(groups, before, conf->control_group);
	count = group_add(groups, count, conf->control_write_group);
	if (count > before && setgroups((size_t)count, groups) != 0)
		log_debug(log, "cannot join the groups of the control socket");
}

void
privilege_descriptors(struct log *log, const struct conf *conf)
{
	rlim_t needed = OWN_DESCRIPTORS + 2 * (rlim_t)conf->nneighbors;
	size_t i;
	struct rlimit r;

	for (i = 0; i < conf->nneighbors; i++)
		needed += conf->neighbors[i].settings.bfd.on;
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur >= needed)
		return;
	log_warn(log,
	    "%ju file descriptors may be too few for %zu neighbors, "
	    "who need %ju: raise the hard limit (RLIMIT_NOFILE)",
	    (uintmax_t)r.rlim_cur, conf->nneighbors, (uintmax_t)needed);
}
