/* SPDX-License-Identifier: ISC */
/* fake_world.h - the machine inside of a fake kernel */
/*
 * Inside of the fake kernel only: fake_world.c keeps links, addresses and
 * routes and knows what the real kernel does to them; what it would tell goes
 * to fake_tell (fake_kernel.c).
 */
#ifndef TESTS_SIM_FAKE_WORLD_H
#define TESTS_SIM_FAKE_WORLD_H

#include "kernel/kernel.h"
#include "rib/idmap.h"
#include "rib/mem.h"

/* One event on its way. */
struct fake_event {
	enum {
		FAKE_LINK,
		FAKE_ADDRESS,
		FAKE_ROUTE,
		FAKE_SILENT,
		FAKE_OBJECT
	} kind;
	bool	gone;
	union {
		struct kernel_link	link;
		struct kernel_address	address;
		struct kernel_route	route;
		struct kernel_address	host;	/* its link and address */
		struct kernel_object	object;
	};
};

struct fake_world {
	struct kernel_link	*links;
	size_t			 nlinks;
	struct kernel_address	*addresses;
	size_t			 naddresses;
	struct kernel_object	*objects;	/* by id */
	size_t			 nobjects;
	struct slab		 routes;	/* of struct fake_route */
	struct idmap		 ids;
};

struct fake_route {
	uint32_t		free;	/* the slab writes here */
	uint32_t		used;
	struct kernel_route	route;
};

void	fake_world_init(struct fake_world *);
void	fake_world_clear(struct fake_world *);

/* NULL for an id that is free; ids are below routes.high. */
struct kernel_route *fake_world_route(const struct fake_world *, uint32_t id);
/* The same as a dump has it: with the dead paths marked. */
void	 fake_world_show(const struct fake_world *, uint32_t id,
	    struct kernel_route *);
uint32_t fake_world_find(const struct fake_world *, const struct kernel_route *);
uint32_t fake_world_put(struct fake_world *, const struct kernel_route *);
void	 fake_world_drop(struct fake_world *, uint32_t id);
/* 0, or why the kernel would not take the paths of this route. */
int	 fake_world_judge(const struct fake_world *, const struct kernel_route *);

void	 fake_world_link(struct fake_world *, const struct kernel_link *);
void	 fake_world_link_set(struct fake_world *, uint32_t index, bool up);
void	 fake_world_link_remove(struct fake_world *, uint32_t index);
void	 fake_world_address(struct fake_world *, const struct kernel_address *);
void	 fake_world_address_remove(struct fake_world *, uint32_t index,
	    const struct address *);

/*
 * fake_object.c.  The change is told when loud: its sender is not the daemon.
 * 0 or an errno.
 */
int	 fake_object_change(struct fake_world *, enum kernel_verb,
	    const struct kernel_object *, bool loud);
/* The link carries nothing any more: what goes with it, without a word. */
void	 fake_objects_lose(struct fake_world *, uint32_t index);
/* Fills in the paths of a route by its object; false: there is none. */
bool	 fake_object_resolve(const struct fake_world *, struct kernel_route *);
/* 0, or why the kernel would not take such a path of an object. */
int	 fake_world_judge_object(const struct fake_world *,
	    const struct kernel_nexthop *);

/* What is to be told; by fake_kernel.c. */
void	 fake_tell(struct fake_world *, const struct fake_event *);

#endif
