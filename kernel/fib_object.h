/* SPDX-License-Identifier: ISC */
/* fib_object.h - next hop objects of ours in the kernel */
/*
 * Inside of fib only.  Objects belong to a family of routes, so that what makes
 * one and what uses it stand in one row of batches.  Their ids say so: a range
 * of ours, split by family and by single or group, with the groups behind, so
 * that a dump, which goes by id, shows the members first.
 */
#ifndef KERNEL_FIB_OBJECT_H
#define KERNEL_FIB_OBJECT_H

#include "kernel/kernel.h"
#include "rib/idmap.h"
#include "rib/mem.h"

struct fib;
struct fib_batch;
struct fib_flight;

#define FIB_OBJECT_FIRST	179000000u	/* the port of BGP, and room */
#define FIB_OBJECT_KIND		250000u		/* ids of a kind */
/* In cookies and flights: the number of an object, not of an entry. */
#define FIB_OBJECT_COOKIE	(1u << 31)

enum fib_object_state {
	FIB_OBJECT_FREE,
	FIB_OBJECT_NEW,		/* to be made by the next who needs it */
	FIB_OBJECT_HERE,	/* in the kernel, or on its way there */
	FIB_OBJECT_LOST,	/* not, or not for long; never comes back */
	FIB_OBJECT_FOREIGN	/* somebody else's, with an id of our range */
};

/* One id. It lives until nothing in the kernel or on its way there names it. */
struct fib_object {
	uint32_t	form;	/* of its set; counted; 0: FOREIGN */
	uint32_t	id;	/* the kernel's name of it */
	int32_t		error;	/* why it was not made */
	uint8_t		state;	/* enum fib_object_state */
	bool		seen;	/* in this dump */
	bool		doubt;	/* something befell it while it was replaced */
	uint8_t		flights;	/* changes of it that are on their way */
	uint8_t		count;	/* of members; 0: no group */
	uint8_t		ncoming;
	uint32_t	groups;	/* lists that it is a member of */
	uint32_t	member[KERNEL_PATHS];	/* numbers, counted there */
	uint32_t	coming[KERNEL_PATHS];	/* the same, when it is replaced */
};

/* Embedded, one for each family. */
struct fib_objects {
	struct slab	all;	/* by number */
	struct idmap	ids;	/* by the kernel's name */
	uint32_t	cursor[2];	/* the next name; of singles, of groups */
	int64_t		not_before;	/* of deletions, since one failed */
	uint8_t		tries;
};

/* A batch in the making. */
struct fib_sheet {
	struct fib_batch	*batch;
	struct kernel_change	*changes;
	size_t			 count, max;
};

void	 fib_objects_init(struct fib *);
void	 fib_objects_clear(struct fib *);

/* True when routes of this set are to be installed by an object. */
bool	 fib_object_fits(const struct fib *, uint32_t set);
/*
 * The form of a set by its object; what has to be made for it is written to
 * the sheet.  0 when there is no room for that.
 */
uint32_t fib_object_form(struct fib *, enum family, uint32_t set,
	    struct fib_sheet *);
/*
 * Has the object of a form lead as another set does, for all its routes: see
 * fib_move.h for when.  False when there is no room for that.
 */
bool	 fib_object_move(struct fib *, enum family, uint32_t form,
	    uint32_t set, struct fib_sheet *);
/* True when groups name the object as well. */
bool	 fib_object_is_member(const struct fib *, enum family, uint32_t form);
/* What an id of our range is of. */
bool	 fib_object_is_group(uint32_t id);
/* Writes the deletions of those that nobody uses; frees what was lost. */
void	 fib_objects_tidy(struct fib *, enum family, struct fib_sheet *);
/* When fib_objects_tidy has something to do, or 0. */
int64_t	 fib_objects_idle_at(const struct fib *, enum family);

/* A flight of an object is over (known: what became of it), or was not sent. */
void	 fib_object_done(struct fib *, enum family, const struct fib_flight *,
	    bool known);
void	 fib_object_unsent(struct fib *, enum family,
	    const struct fib_flight *);
/*
 * True when the object of a form is lost; the error is why it could not be
 * made, 0 when another one may be tried.
 */
bool	 fib_object_is_lost(const struct fib *, enum family, uint32_t form,
	    int *error);

/* The form of a route that names an object; 0 when it is none of ours. */
uint32_t fib_object_told(struct fib *, enum family, uint32_t id);

/*
 * These mark the forms that are lost or become another; true when there are
 * any, and the routes have to be walked.
 */
bool	 fib_object_mark_told(struct fib *, const struct kernel_object *,
	    bool gone, enum family *);
bool	 fib_objects_mark_link(struct fib *, enum family, uint32_t index);
bool	 fib_objects_mark_unseen(struct fib *, enum family);
void	 fib_objects_dump_begin(struct fib *, enum family);

#endif
