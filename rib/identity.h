/* SPDX-License-Identifier: ISC */
/* identity.h - who a neighbor says to be, and whether it is the one */
/*
 * A certificate names its holder (RFC 5280 4.2.1.6: DNS names, IP addresses,
 * URIs); a config says which name a neighbor must have.  Without a pattern
 * that is its own name as a DNS name, or its address.  A pattern is the text
 * of one name, in which
 *
 *	%n	stands for the neighbor's name, %a for its address
 *	%%	for a per cent sign
 *	*	for one or more characters, but no `.` of a DNS name and no
 *		`/` of a URI
 *
 * and what it looks like says of which kind it is: with `://` a URI (SPIFFE's
 * are), `%a` or an address an IP address, anything else a DNS name.  Those are
 * compared without regard to case, URIs exactly.  Values in, values out.
 */
#ifndef RIB_IDENTITY_H
#define RIB_IDENTITY_H

#include "rib/address.h"
#include "rib/span.h"
#include "rib/text.h"

enum identity_kind {
	IDENTITY_DNS,
	IDENTITY_IP,
	IDENTITY_URI,
	IDENTITY_KIND_MAX
};

/* A name of a certificate: text, or 4 or 16 octets of an address. */
struct identity_name {
	enum identity_kind	kind;
	struct span		value;
};

/* Whom a certificate has to name; all is borrowed. */
struct identity {
	const char	*pattern;	/* NULL: by name and address */
	const char	*name;
	struct address	 address;
};

bool	identity_matches(const struct identity *,
	    const struct identity_name *);
/* What is wrong with a pattern, or NULL. */
const char *identity_pattern_fault(const char *);
/* "node-b or 10.0.0.2", "spiffe://cluster/node-b" */
void	identity_add_text(const struct identity *, struct text *);
/* "dns:node-b", "ip:10.0.0.2"; what is no plain text becomes `?`. */
void	identity_name_add_text(const struct identity_name *, struct text *);

/* What proves it: PEM texts, from files. */
enum identity_file {
	IDENTITY_CA,
	IDENTITY_CERTIFICATE,
	IDENTITY_KEY,
	IDENTITY_CRL,
	IDENTITY_FILE_MAX
};
struct identity_texts {
	struct span	file[IDENTITY_FILE_MAX];	/* empty: none */
};
/* Why they prove nothing. */
struct identity_fault {
	enum identity_file	file;
	char			text[160];
};

#endif
