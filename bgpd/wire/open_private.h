/* SPDX-License-Identifier: ISC */
/* open_private.h - what the open*.c files share */
#ifndef BGPD_WIRE_OPEN_PRIVATE_H
#define BGPD_WIRE_OPEN_PRIVATE_H

#include "bgpd/wire/open.h"

#define AFI_IPV6		2	/* of a next hop, RFC 8950 4 */
#define RESTART_R		0x8	/* RFC 4724 3 */
#define RESTART_N		0x4	/* RFC 8538 2 */
#define RESTART_TIME_BITS	12
#define RESTART_F		0x80
#define LONG_LIVED_F		0x80	/* RFC 9494 3 */
#define LONG_LIVED_TIME_BITS	24	/* behind an octet of flags */

/* "capability fqdn is required", for the first of these (open_has bits). */
const char	*open_required_text(uint32_t missing);
/* Those of the OPEN's capabilities that are among these, as they stand. */
void		 open_capabilities_encode(struct wr *, const struct open *,
		    uint32_t which);

#endif
