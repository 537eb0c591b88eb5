/* SPDX-License-Identifier: ISC */
/* interest.h - what is a pod's, by its looks */
#ifndef KERNEL_INTEREST_H
#define KERNEL_INTEREST_H

#include "kernel/kernel.h"

/* Four letters each, with which the names of pods' interfaces begin. */
#define INTEREST_NAMES	2
#define INTEREST_LETTERS 4
extern const char interest_names[INTEREST_NAMES][INTEREST_LETTERS + 1];

/* An interface of a pod. */
bool	interest_is_pod(const char *name);
/* A pattern that some of those match. */
bool	interest_meets_pods(const char *glob);
/* A host within what pods have addresses from. */
bool	interest_is_pod_host(const struct kernel_interest *,
	    const struct prefix *);
bool	interest_equal(const struct kernel_interest *,
	    const struct kernel_interest *);

#endif
