/* SPDX-License-Identifier: ISC */
/* resolve.h - checked statements to the typed config */
#ifndef BGPD_CONF_RESOLVE_H
#define BGPD_CONF_RESOLVE_H

#include "bgpd/conf/field.h"
#include "bgpd/conf/parse.h"

/* A prefix of the config with its word, for the checks of meaning. */
struct conf_mark {
	struct prefix		 prefix;
	const struct conf_word	*word;
	const char		*owner;	/* the mesh node, or NULL: `blocks` */
	bool			 ours;	/* of our own entry in the mesh */
};
struct conf_marks {
	struct conf_mark	*at;
	size_t			 count;
};

/* A mesh node or neighbor as it is written, this node itself included. */
struct conf_entry {
	const struct conf_statement *s;
	const struct conf_word	*name;
	const struct conf_word	*address[FAMILY_MAX];	/* or NULL */
	size_t			 first;		/* in conf->neighbors */
	size_t			 count;		/* 0: this node */
	bool			 spoilt;	/* a setting was refused */
	bool			 again;		/* this node once more */
};

/* A neighbor or group that a rule names. */
struct conf_named {
	const struct conf_word	*word;
	bool			 group;
};

/* A conf in the making, with what the checks need beside it. */
struct conf_build {
	struct conf		*conf;
	struct conf_messages	*messages;
	const struct conf_statement *root;
	bool			 incomplete;	/* see parse.h */
	struct conf_settings	 global;
	struct conf_entry	*entries;
	size_t			 nentries;
	struct conf_marks	 blocks;	/* of this node and of the mesh */
	struct conf_marks	 pools;
	struct conf_marks	 tunnels;	/* some of them */
	struct conf_marks	 announced;
	const struct conf_statement **used;	/* filters and sets */
	size_t			 nused;
	struct conf_named	*named;
	size_t			 nnamed;
};

/* Fills the conf from statements that form.c passed. */
void	conf_resolve(struct conf_build *, const char *host);
void	conf_build_clear(struct conf_build *);

/* A neighbor setting, with what stands in its block. */
void	conf_setting_set(struct conf_settings *,
	    const struct conf_statement *);

/* The part without neighbors; see global.c. */
void	conf_resolve_global(struct conf_build *, const char *host);

/* The single values in the block of a statement of the top level. */
void	conf_fields_take(struct conf *, const struct conf_statement *list);
/* `metrics`; see endpoint.c. */
void	conf_take_metrics(struct conf_build *, const struct conf_statement *);

struct conf_mark *conf_mark_add(struct conf_marks *,
	    const struct conf_value *, const char *owner);
/* Appends to an array on the heap. */
void	conf_prefix_add(struct prefix **, size_t *count,
	    const struct prefix *);

#endif
