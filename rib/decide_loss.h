/* SPDX-License-Identifier: ISC */
/* decide_loss.h - what a candidate lost by: the step and both values */
/*
 * Pure, and kept nowhere: candidates that decide() has been over go in, the
 * comparison that one of them lost comes out, for whoever asks.  A million
 * paths pay nothing for it.
 */
#ifndef RIB_DECIDE_LOSS_H
#define RIB_DECIDE_LOSS_H

#include "rib/decide.h"

struct decide_loss {
	enum decide_step step;      /* WINNER: it did not lose */
	unsigned int rival;         /* index; itself: to nobody */
	uint32_t own, best;         /* its value, and the rival's */
	struct address own_address; /* of STEP_ADDRESS */
	struct address best_address;
	bool within;        /* STEP_MED: of one AS alone */
	uint32_t within_as; /* which; 0: an empty AS_PATH */
};

/* Of candidate number `which`, by the rules that it was decided by. */
void decide_loss(const struct decide_rules *, const struct candidate *,
    unsigned int count, unsigned int which, struct decide_loss *);
/* "local-pref 100 < 200", "med 20 > 10 within AS 65001"; "" for a winner. */
char *decide_loss_format(const struct decide_loss *, char *, size_t);

#endif
