/* SPDX-License-Identifier: ISC */
/* fake_kernel.h - a kernel in memory, behind kernel.h */
/*
 * A fake_kernel is one machine: links, addresses and routes that outlive the
 * daemons that run on it.  fake_kernel_open gives a daemon its struct kernel;
 * ops->close ends that daemon's view and leaves the routes.  At most one is
 * open at a time.
 *
 * Everything else here is the world: an administrator, a cable, another
 * daemon.  Events queue up and are told by ops->ready; so are the results of a
 * batch, which the worker carries out at the latest then (fake_kernel_work:
 * before).  fake_kernel_pending and the wake callback say when ready has
 * something to do; there are no descriptors.
 */
#ifndef TESTS_SIM_FAKE_KERNEL_H
#define TESTS_SIM_FAKE_KERNEL_H

#include "kernel/kernel.h"

struct fake_kernel;

/* wake may be NULL: called when ready has become worth calling. */
struct fake_kernel *fake_kernel_new(void (*wake)(void *arg), void *arg);
void	 fake_kernel_free(struct fake_kernel *);

/* As netlink_open; the machine owns what it returns until close. */
struct kernel *fake_kernel_open(struct fake_kernel *, uint32_t table,
	    const struct kernel_events *, void *arg);
bool	 fake_kernel_pending(const struct fake_kernel *);
/* The worker carries out what was submitted, without a word to the daemon. */
void	 fake_kernel_work(struct fake_kernel *);
void	 fake_kernel_counters(const struct fake_kernel *,
	    struct kernel_counters *);

/* The world.  Adds or changes; what the kernel would do to routes happens. */
void	 fake_link(struct fake_kernel *, const struct kernel_link *);
void	 fake_link_set(struct fake_kernel *, uint32_t index, bool up);
void	 fake_link_remove(struct fake_kernel *, uint32_t index);
void	 fake_address(struct fake_kernel *, const struct kernel_address *);
void	 fake_address_remove(struct fake_kernel *, uint32_t index,
	    const struct address *);
/*
 * A host on a link that answers no question of the kernel, or one that does
 * again.  traffic: somebody else finds out at once, and all are told.
 */
void	 fake_host(struct fake_kernel *, uint32_t index,
	    const struct address *, bool dead, bool traffic);
/*
 * Another actor changes a route: 0 or an errno, as the kernel would say.
 * For REPLACE the kernel's CREATE is set too, as in `ip route replace`.
 */
int	 fake_route(struct fake_kernel *, enum kernel_verb,
	    const struct kernel_route *);

/* Another actor adds or deletes a next hop object. */
int	 fake_object(struct fake_kernel *, enum kernel_verb,
	    const struct kernel_object *);
/* All of them, by id; how many there are. */
size_t	 fake_objects(const struct fake_kernel *,
	    const struct kernel_object **objects);
/* The daemon is told that this kernel has none. */
void	 fake_kernel_without_objects(struct fake_kernel *);

/* The routes of a table, in no order; how many there are. */
size_t	 fake_routes(const struct fake_kernel *, uint32_t table,
	    const struct kernel_route **, size_t max);
/* NULL when there is none. */
const struct kernel_route *fake_route_find(const struct fake_kernel *,
	    const struct kernel_route *key);

/*
 * Called for each route that a daemon removes, or an actor, at that moment.
 */
void	 fake_kernel_watch(struct fake_kernel *,
	    void (*removed)(void *arg, const struct kernel_route *), void *arg);

/* All events not yet told are lost; the next ready tells a dump. */
void	 fake_kernel_overrun(struct fake_kernel *);
/* The next changes, so many, are refused with this errno. */
void	 fake_kernel_refuse(struct fake_kernel *, int error, unsigned int count);
/* Events are lost, and no overrun tells of it. */
void	 fake_kernel_mute(struct fake_kernel *, bool);
/* Batches wait with the worker until it is let go. */
void	 fake_kernel_hold(struct fake_kernel *, bool);
/* The next batch as a whole is lost: carried out, or not, without results. */
void	 fake_kernel_lose_batch(struct fake_kernel *, int error, bool done);

#endif
