/* SPDX-License-Identifier: ISC */
/* local.h - a listening unix socket, and who is at its other end */
#ifndef BGPD_CONTROL_LOCAL_H
#define BGPD_CONTROL_LOCAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LOCAL_NO_GROUP	((gid_t)-1)

/* A socket in the file system; embedded in its owner. */
struct local {
	int	 fd;		/* -1: none */
	char	*path;		/* or NULL */
	dev_t	 device;	/* of the file we made */
	ino_t	 inode;
	bool	 taken;		/* by a daemon that answers */
};

void	local_init(struct local *);
/*
 * Makes the directory when it is missing, replaces a file that nobody
 * listens at, and listens; mode 0660 for the group, else 0600.  False with a
 * sentence in problem; true with one in it when the group could not be set.
 */
bool	local_open(struct local *, const char *path, gid_t group,
	    char *problem, size_t size);
/* Removes the file, unless it is somebody else's by now. */
void	local_close(struct local *);
/* The group of that name; LOCAL_NO_GROUP: none is named, or there is none. */
gid_t	local_group(const char *name);
/* The next connection, or -1 and errno. */
int	local_accept(const struct local *);

/* Whom the kernel says the other end to be. */
struct local_peer {
	bool	 known;
	uid_t	 uid;
	gid_t	*groups;	/* its own and the supplementary ones */
	size_t	 ngroups;
};
void	local_peer_init(struct local_peer *, int fd);
void	local_peer_clear(struct local_peer *);
bool	local_peer_in(const struct local_peer *, gid_t group);
/* Root, or the user that the daemon runs as. */
bool	local_peer_owns(const struct local_peer *);

#endif
