/* SPDX-License-Identifier: ISC */
/* socket.h - the UDP sockets of BFD: ports 3784 and 4784 */
#ifndef BGPD_BFD_SOCKET_H
#define BGPD_BFD_SOCKET_H

#include "bgpd/bfd/bfd.h"

/* Nothing is opened before it is wanted.  The io stays the caller's. */
struct bfd_io	*bfd_socket_new(struct io *, uint32_t random);

#endif
