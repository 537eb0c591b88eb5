/* SPDX-License-Identifier: ISC */
/* kernel_checks.h - what every implementation of kernel.h must do */
/*
 * The same checks run over the fake kernel (tests/test_kernel.c) and over the
 * real one (tests/netns/kernel_conformance.c), so that the fake cannot be
 * kinder than the truth.
 */
#ifndef TESTS_KERNEL_CHECKS_H
#define TESTS_KERNEL_CHECKS_H

#include "kernel/kernel.h"

#define WORLD_TABLE	254	/* main */
#define WORLD_OTHER_TABLE 99
#define WORLD_OURS	186	/* bgp */
#define WORLD_THEIRS	4	/* static */
#define WORLD_METRIC	1024
#define WORLD_LINKS	2
#define WORLD_ALIVE	2	/* hosts of the first link */
#define WORLD_DEAD	77

/*
 * A machine with two links: 10.201.0.1/24 and fd01::1/64 on the first,
 * 10.202.0.1/24 and fd02::1/64 on the second.  On the first link one
 * host answers questions, and one does not.
 */
struct world {
	uint32_t	index[WORLD_LINKS];
	struct kernel	*(*open)(struct world *, const struct kernel_events *,
			    void *arg);
	/* Serves the open kernel for a moment. */
	void	(*turn)(struct world *, struct kernel *);
	/* As described above, and no routes but those of the addresses. */
	void	(*reset)(struct world *);
	void	(*link_set)(struct world *, unsigned int link, bool up);
	void	(*address_set)(struct world *, unsigned int link, enum family,
		    bool there);
	/* Another actor's change; REPLACE may create. */
	void	(*route)(struct world *, enum kernel_verb,
		    const struct kernel_route *);
	/* A permanent entry for a host that does not answer, or none. */
	void	(*permanent)(struct world *, unsigned int link, enum family,
		    unsigned int host, bool there);
	/* Another actor adds or deletes a next hop object. */
	void	(*object)(struct world *, enum kernel_verb,
		    const struct kernel_object *);
	void	(*overrun)(struct world *, struct kernel *);
};

struct address	world_address(enum family, unsigned int link,
		    unsigned int host);

/* Runs them all; how many failed. */
int	kernel_checks_run(struct world *);

#endif
