/* SPDX-License-Identifier: ISC */
/* judge_process.c - what the daemon itself has left, and who answers */

#include <stdio.h>

#include "bgpctl/doctor/judge.h"

#define DAY       86400.0 /* seconds */
#define FORTNIGHT (14 * DAY)
#define SAMPLES   8 /* findings of one kind; more are counted */

void
judge_limits(const struct facts *f, struct report *r)
{
	if (f->descriptors == FACTS_UNKNOWN ||
	    f->descriptors_limit == FACTS_UNKNOWN)
		report_tell(r, FINDING_SKIP,
		    "may not look at bgpd's files: be root, on its node");
	else if (f->descriptors * 5 < f->descriptors_limit * 4)
		report_tell(r, FINDING_OK, "bgpd has %ld descriptors of %ld",
		    f->descriptors, f->descriptors_limit);
	else {
		report_fix(r, "prlimit --pid %ld --nofile=%ld:", f->pid,
		    4 * f->descriptors_limit);
		report_tell(r, FINDING_WARN,
		    "bgpd has %ld descriptors of at most %ld", f->descriptors,
		    f->descriptors_limit);
	}
}

/* The time first: the daemon calls what ends soon a problem as well. */
static void
certificate_judge(const struct facts_certificate *c, struct report *r)
{
	double days = c->expires_in / DAY;

	if (c->loaded && c->expires_in <= 0)
		report_tell(r, FINDING_FAIL, "%s has ended", c->file);
	else if (c->loaded && c->expires_in < FORTNIGHT)
		report_tell(r, FINDING_WARN,
		    "%s ends in %.0f days: put a new one there", c->file, days);
	else
		report_tell(r, FINDING_FAIL, "%s: %s", c->file, c->problem);
}

void
judge_certificates(const struct facts *f, struct report *r)
{
	const struct facts_certificate *c;
	char word[WORD_SIZE];

	for (c = f->certificates; c < f->certificates + f->ncertificates; c++) {
		if (c->loaded && c->problem[0] == '\0' &&
		    c->expires_in >= FORTNIGHT) {
			report_tell(r, FINDING_OK,
			    "%s%s%s%s is good for %.0f days", c->file,
			    c->subject[0] == '\0' ? "" : " (", c->subject,
			    c->subject[0] == '\0' ? "" : ")",
			    c->expires_in / DAY);
			continue;
		}
		report_fix(r, "openssl x509 -noout -issuer -enddate -in %s",
		    shell_word(c->file, word));
		certificate_judge(c, r);
	}
	if (f->ncertificates == 0)
		report_tell(r, FINDING_SKIP, "nothing here has certificates");
}

void
judge_clock(const struct facts *f, struct report *r)
{
	if (!f->needs_clock)
		report_tell(r, FINDING_SKIP, "nothing here has certificates");
	else if (f->clock_synced == 0) {
		report_fix(r, "timedatectl set-ntp true");
		report_tell(r, FINDING_WARN,
		    "nobody keeps the clock of this node right");
	} else
		report_tell(r, FINDING_OK, "the clock is kept right");
}

void
judge_ping(const struct facts *f, struct report *r)
{
	const struct facts_peer *peer;
	unsigned int bad = 0, good = 0;
	char text[ADDRESS_STRLEN], word[WORD_SIZE];
	size_t i;

	if (!f->probed) {
		report_tell(
		    r, FINDING_SKIP, "not asked for: bgpctl doctor --probe");
		return;
	}
	for (peer = f->peers; peer < f->peers + f->npeers; peer++) {
		good += peer->pinged == 1;
		if (peer->pinged != 0 || bad++ >= SAMPLES)
			continue;
		report_fix(r, "%s explain neighbor %s", f->bgpctl,
		    shell_word(peer->name, word));
		report_tell(r, FINDING_FAIL, "%s does not answer at %s",
		    peer->name, address_format(&peer->address, text));
	}
	for (i = 0; i < f->npods; i++) {
		good += f->pods[i].pinged == 1;
		if (f->pods[i].pinged != 0 || bad++ >= SAMPLES)
			continue;
		address_format(&f->pods[i].address, text);
		report_fix(r, "ip route get %s", text);
		report_tell(r, FINDING_FAIL,
		    "this node's pod %s does not answer", text);
	}
	if (bad > SAMPLES)
		report_tell(r, FINDING_FAIL, "and %u more", bad - SAMPLES);
	if (bad == 0)
		report_tell(r, FINDING_OK, "%u hosts answer", good);
}
