/* SPDX-License-Identifier: ISC */
/* request.h - one command of a client, from its line to its last record */
/*
 * A command is an enumerator.  begin looks at the arguments and may fail;
 * next does one bounded step and emits what there is to say, nothing too,
 * until it says that it is done; end gives back what begin took.  Between
 * steps anything may happen to what is walked, so a request holds ids and
 * copies, never pointers.
 */
#ifndef BGPD_CONTROL_REQUEST_H
#define BGPD_CONTROL_REQUEST_H

#include "bgpd/control/outbox.h"
#include "bgpd/control/schema.h"
#include "rib/span.h"

struct bgpd;
struct request;

enum command_access {
	COMMAND_READ,
	COMMAND_WRITE
};

struct argument {
	const char	*key;		/* NULL ends a list */
	bool		 flag;		/* true or false; else text */
	bool		 needed;
};

struct command {
	const char		*name;		/* NULL ends a table */
	enum command_access	 access;
	const struct argument	*arguments;
	void			(*begin)(struct request *);	/* or NULL */
	bool			(*next)(struct request *);
	void			(*end)(struct request *);	/* or NULL */
};

#define REQUEST_TEXT	512

/* What went wrong; exit is SCHEMA_GOOD when nothing did. */
struct request_error {
	enum schema_exit	exit;
	char			text[REQUEST_TEXT];
	char			hint[REQUEST_TEXT];
	bool			lost;	/* this is no client of ours: close */
};

/* Owned by its client; the fields below "walk" are the command's. */
struct request {
	struct bgpd		*bgpd;
	const struct command	*command;
	json_t			*arguments;
	struct outbox		*out;
	struct request_error	 error;
	json_int_t		 count;		/* records emitted */
	/* walk */
	uint32_t		 cursor;
	unsigned int		 stage;
	void			*state;		/* malloc'd, or NULL */
};

/*
 * Reads {"schema":1,"command":"...","arguments":{...}}; NULL and *error when
 * it is anything else.  *arguments is an object, the caller's to decref.
 */
const struct command *request_parse(const struct command *table,
	    struct span line, json_t **arguments, struct request_error *);

/* Sets the fields and calls begin; takes the arguments. */
void	request_begin(struct request *, struct bgpd *, const struct command *,
	    json_t *arguments, struct outbox *);
/* One step; false once the last record is out, which it emits too. */
bool	request_step(struct request *);
/* Gives everything back; at any time after begin. */
void	request_end(struct request *);

/* For commands.  The record is taken. */
void	request_emit(struct request *, json_t *record);
/* The reply ends in this error, in place of "end"; the first one counts. */
void	request_fail(struct request *, enum schema_exit, const char *hint,
	    const char *, ...) __attribute__((format(printf, 4, 5)));
/* NULL: not given. */
const char *request_text(const struct request *, const char *key);
bool	request_flag(const struct request *, const char *key);

/* An error record on a line; also for clients that never became one. */
void	request_error_dump(struct outbox *, const struct request_error *);
void	request_error_set(struct request_error *, enum schema_exit,
	    const char *hint, const char *, ...)
	    __attribute__((format(printf, 4, 5)));

#endif
