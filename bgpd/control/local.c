/* SPDX-License-Identifier: ISC */
/* local.c - a listening unix socket, and who is at its other end */

/*
 * A path goes in, a listening descriptor comes out.  The file is made under
 * a umask that lets nobody in, then given to its group: at no moment may it
 * be reached by more than it should.  What stands at the path already is
 * removed only when it is a socket and nobody accepts there; a daemon that
 * was killed leaves such a file, a daemon that runs does not lose its own.
 * At the end only the file that was made here is removed.
 *
 * Who connects is told by the kernel (SO_PEERCRED, SO_PEERGROUPS), not by
 * the client.  See unix(7).
 *
 * No policy here: who may do what is control.c's business.
 */

#include "bgpd/control/local.h"

#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "rib/mem.h"

#define LOCAL_BACKLOG 64
#define GROUPS_MAX    65536u /* NGROUPS_MAX of Linux */

#define MODE_OWNER     0600
#define MODE_GROUP     0660
#define MODE_DIRECTORY 0755
#define UMASK_OWNER    0177

void
local_init(struct local *l)
{
	*l = (struct local){ .fd = -1 };
}

static bool
address_of(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return false;
	memcpy(address->sun_path, path, strlen(path));
	return true;
}

/* One level, as /run/bgpd wants; its parent must be there. */
static void
directory_make(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent;

	if (slash == NULL || slash == path)
		return;
	parent = xstrdup(path);
	parent[slash - path] = '\0';
	mkdir(parent, MODE_DIRECTORY); /* a failure shows in bind */
	free(parent);
}

/* 0 when nobody listens there for sure, else why it is not ours to take. */
static int
path_probe(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd == -1)
		return errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
	    -1)
		error = errno;
	close(fd);
	if (error == ECONNREFUSED)
		return 0;
	/* EAGAIN: its backlog is full, but there is one. */
	return error == 0 || error == EAGAIN ? EADDRINUSE : error;
}

/* Frees the path of what a dead daemon left; 0 or an errno. */
static int
path_clear(const char *path, const struct sockaddr_un *address)
{
	struct stat st;
	int error;

	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : errno;
	if (!S_ISSOCK(st.st_mode))
		return EEXIST;
	error = path_probe(address);
	if (error != 0)
		return error;
	return unlink(path) == -1 ? errno : 0;
}

static int
listen_at(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t mask;
	int result, error;

	if (fd == -1)
		return -1;
	mask = umask(UMASK_OWNER);
	result = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	error = errno;
	umask(mask);
	if (result == 0 && listen(fd, LOCAL_BACKLOG) == 0)
		return fd;
	if (result == 0)
		error = errno;
	close(fd);
	errno = error;
	return -1;
}

static const char *
problem_text(int error)
{
	switch (error) {
	case EADDRINUSE: return "another daemon answers there";
	case EEXIST: return "a file that is no socket stands there";
	case ENAMETOOLONG: return "the path is too long for a socket";
	}
	return strerror(error);
}

static int
local_listen(struct local *l, const char *path)
{
	struct sockaddr_un address;
	struct stat st;
	int error;

	if (!address_of(path, &address))
		return ENAMETOOLONG;
	directory_make(path);
	error = path_clear(path, &address);
	if (error != 0)
		return error;
	l->fd = listen_at(&address);
	if (l->fd == -1)
		return errno;
	l->path = xstrdup(path);
	if (lstat(path, &st) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
	}
	return 0;
}

bool
local_open(
    struct local *l, const char *path, gid_t group, char *problem, size_t size)
{
	int error = local_listen(l, path);

	problem[0] = '\0';
	l->taken = error == EADDRINUSE;
	if (error != 0) {
		snprintf(problem, size, "%s", problem_text(error));
		return false;
	}
	if (group == LOCAL_NO_GROUP)
		return true;
	if (chown(path, (uid_t)-1, group) == -1 ||
	    chmod(path, MODE_GROUP) == -1)
		snprintf(problem, size, "cannot give it to its group: %s",
		    strerror(errno));
	return true;
}

void
local_close(struct local *l)
{
	struct stat st;

	if (l->fd != -1)
		close(l->fd);
	if (l->path != NULL && lstat(l->path, &st) == 0 &&
	    st.st_dev == l->device && st.st_ino == l->inode)
		unlink(l->path);
	free(l->path);
	local_init(l);
}

gid_t
local_group(const char *name)
{
	const struct group *group = name == NULL ? NULL : getgrnam(name);

	return group == NULL ? LOCAL_NO_GROUP : group->gr_gid;
}

int
local_accept(const struct local *l)
{
	return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* ---- the other end ---- */

void
local_peer_init(struct local_peer *peer, int fd)
{
	struct ucred credentials;
	socklen_t length = sizeof(credentials);

	*peer = (struct local_peer){ .known = false };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) ==
	    -1)
		return;
	peer->known = true;
	peer->uid = credentials.uid;
	length = 0; /* asks how many there are */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &length) == -1 &&
	    errno != ERANGE)
		length = 0;
	if (length > GROUPS_MAX * sizeof(gid_t))
		length = GROUPS_MAX * sizeof(gid_t);
	peer->groups = xmalloc(length + sizeof(gid_t));
	if (length > 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, peer->groups, &length) ==
		-1)
		length = 0;
	peer->ngroups = length / sizeof(gid_t);
	peer->groups[peer->ngroups++] = credentials.gid;
}

void
local_peer_clear(struct local_peer *peer)
{
	free(peer->groups);
	*peer = (struct local_peer){ .known = false };
}

bool
local_peer_in(const struct local_peer *peer, gid_t group)
{
	size_t i;

	if (group == LOCAL_NO_GROUP)
		return false;
	for (i = 0; i < peer->ngroups; i++)
		if (peer->groups[i] == group)
			return true;
	return false;
}

bool
local_peer_owns(const struct local_peer *peer)
{
	return peer->known && (peer->uid == 0 || peer->uid == geteuid());
}
