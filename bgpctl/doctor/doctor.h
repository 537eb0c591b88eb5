/* SPDX-License-Identifier: ISC */
/* doctor.h - `bgpctl doctor`: what is wrong with this node, and what mends it */
#ifndef BGPCTL_DOCTOR_DOCTOR_H
#define BGPCTL_DOCTOR_DOCTOR_H

struct invocation;

/* An exit code: 5 when a check failed. */
int	doctor_run(const struct invocation *);

#endif
