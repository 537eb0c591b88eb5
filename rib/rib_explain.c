/* SPDX-License-Identifier: ISC */
/* rib_explain.c - why the paths of an entry won and lost, decided once more */

/*
 * A path keeps the step that eliminated it and nothing else.  Who asks for
 * the values has the entry decided again here, by the same rules from the same
 * records, and nothing noted: so the answer is of this moment, also when the
 * entry is marked and rib_run has not come to it yet.
 */

#include "rib/rib_private.h"

unsigned int
rib_explain(struct rib *rib, enum family f, uint32_t entry,
    struct decide_loss *out, unsigned int max)
{
	unsigned int i, n = candidates_fill(rib, &rib->of[f], entry);

	if (n == 0)
		return 0;
	decide(&rib->rules, rib->candidates, n);
	for (i = 0; i < n && i < max; i++)
		decide_loss(&rib->rules, rib->candidates, n, i, &out[i]);
	return n;
}
