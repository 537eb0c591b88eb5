/* SPDX-License-Identifier: ISC */
/* limits.c - how much memory the rib may have */
/*
 * `memory limit` of the config, or else 80 % of the smallest limit that the
 * system sets on this process: its control group and those around it (v2:
 * memory.max, v1: memory.limit_in_bytes), RLIMIT_AS, RLIMIT_DATA.  In a
 * container the kernel ends the process at that limit without a word, so the
 * rib stops taking routes before.  0 means that nobody set one.
 *
 * Files that are not there are limits that are not set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bgpd/bgpd_private.h"

#define PATH_SIZE 4096
#define NO_LIMIT  ((uint64_t)1 << 60) /* v1 writes "none" as 2^63 */

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The number in a file; "max", and no file, are no limit. */
static uint64_t
limit_read(const char *path)
{
	uint64_t limit = NO_LIMIT;
	char text[32], *end;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return NO_LIMIT;
	if (fgets(text, sizeof(text), f) != NULL) {
		limit = strtoull(text, &end, 10);
		if (end == text || limit == 0)
			limit = NO_LIMIT;
	}
	fclose(f);
	return smaller(limit, NO_LIMIT);
}

/* The group and all above it: each can be the tightest. */
static uint64_t
group_limit(const char *root, const char *group, const char *file)
{
	char path[PATH_SIZE + 128], name[PATH_SIZE];
	uint64_t limit = NO_LIMIT;
	char *slash;

	snprintf(name, sizeof(name), "%s", group);
	do {
		snprintf(path, sizeof(path), "%s%s/%s", root, name, file);
		limit = smaller(limit, limit_read(path));
		slash = strrchr(name, '/');
		if (slash != NULL)
			*slash = '\0';
	} while (slash != NULL);
	return limit;
}

/* cgroups(7): lines of "hierarchy:controllers:path". */
static uint64_t
groups_limit(void)
{
	uint64_t limit = NO_LIMIT;
	char line[PATH_SIZE], *controllers, *group;
	FILE *f = fopen("/proc/self/cgroup", "re");

	if (f == NULL)
		return NO_LIMIT;
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((controllers = strchr(line, ':')) == NULL ||
		    (group = strchr(++controllers, ':')) == NULL)
			continue;
		*group++ = '\0';
		if (controllers[0] == '\0')
			limit = smaller(limit,
			    group_limit("/sys/fs/cgroup", group, "memory.max"));
		else if (strcmp(controllers, "memory") == 0)
			limit = smaller(limit,
			    group_limit("/sys/fs/cgroup/memory", group,
				"memory.limit_in_bytes"));
	}
	fclose(f);
	return limit;
}

static uint64_t
resource_limit(int resource)
{
	struct rlimit r;

	if (getrlimit(resource, &r) != 0 || r.rlim_cur == RLIM_INFINITY)
		return NO_LIMIT;
	return smaller(r.rlim_cur, NO_LIMIT);
}

size_t
limits_memory(const struct conf *conf)
{
	uint64_t limit;

	if (conf->memory_limit != 0)
		return conf->memory_limit;
	limit = smaller(groups_limit(),
	    smaller(resource_limit(RLIMIT_AS), resource_limit(RLIMIT_DATA)));
	return limit == NO_LIMIT ? 0 : limit / 10 * 8;
}
