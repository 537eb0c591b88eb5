/* SPDX-License-Identifier: ISC */
/* test_kernel.c - the fake kernel keeps the contract of kernel.h */

#include <stdlib.h>
#include <string.h>

#include "tests/kernel_checks.h"
#include "tests/sim/fake_kernel.h"

struct fake_machine {
	struct world world; /* what the checks hold */
	struct fake_kernel *fake;
};

static struct fake_kernel *
fake_of(struct world *w)
{
	/* world is its first member */
	return ((struct fake_machine *)(void *)w)->fake;
}

static struct kernel *
fake_open(struct world *w, const struct kernel_events *events, void *arg)
{
	return fake_kernel_open(fake_of(w), WORLD_TABLE, events, arg);
}

static void
fake_turn(struct world *w, struct kernel *k)
{
	(void)w;
	k->ops->ready(k);
}

static void
fake_address_set(
    struct world *w, unsigned int link, enum family family, bool there)
{
	struct kernel_address a = {
		.index = w->index[link],
		.address = world_address(family, link, 1),
		.length = family == FAMILY_IPV4 ? 24 : 64,
	};

	if (there)
		fake_address(fake_of(w), &a);
	else
		fake_address_remove(fake_of(w), a.index, &a.address);
}

static void
fake_reset(struct world *w)
{
	struct fake_machine *m = (struct fake_machine *)(void *)w;
	struct kernel_link link = { .up = true, .running = true };
	struct address dead;
	unsigned int i;

	fake_kernel_free(m->fake);
	m->fake = fake_kernel_new(NULL, NULL);
	for (i = 0; i < WORLD_LINKS; i++) {
		link.index = w->index[i];
		link.name[0] = (char)('a' + i);
		fake_link(m->fake, &link);
		fake_address_set(w, i, FAMILY_IPV4, true);
		fake_address_set(w, i, FAMILY_IPV6, true);
	}
	for (i = 0; i < FAMILY_MAX; i++) {
		dead = world_address((enum family)i, 0, WORLD_DEAD);
		fake_host(m->fake, w->index[0], &dead, true, false);
	}
}

static void
fake_link_flip(struct world *w, unsigned int link, bool up)
{
	fake_link_set(fake_of(w), w->index[link], up);
}

static void
fake_actor(struct world *w, enum kernel_verb verb, const struct kernel_route *r)
{
	(void)fake_route(fake_of(w), verb, r);
}

static void
fake_permanent(struct world *w, unsigned int link, enum family family,
    unsigned int host, bool there)
{
	(void)w; /* nobody but the dead is known here */
	(void)link;
	(void)family;
	(void)host;
	(void)there;
}

static void
fake_object_actor(
    struct world *w, enum kernel_verb verb, const struct kernel_object *o)
{
	(void)fake_object(fake_of(w), verb, o);
}

static void
fake_overrun(struct world *w, struct kernel *k)
{
	(void)k;
	fake_kernel_overrun(fake_of(w));
}

int
main(void)
{
	struct fake_machine m = { .world = {
				      .index = { 2, 3 },
				      .open = fake_open,
				      .turn = fake_turn,
				      .reset = fake_reset,
				      .link_set = fake_link_flip,
				      .address_set = fake_address_set,
				      .route = fake_actor,
				      .permanent = fake_permanent,
				      .object = fake_object_actor,
				      .overrun = fake_overrun,
				  } };
	int failed = kernel_checks_run(&m.world);

	fake_kernel_free(m.fake);
	return failed;
}
