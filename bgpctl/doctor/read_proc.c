/* SPDX-License-Identifier: ISC */
/* read_proc.c - descriptors, listeners, the clock, packet filters */

/*
 * Whether somebody listens is found out by connecting to this node's own
 * addresses; whether that is the daemon, by the sockets that it has open
 * (/proc/PID/fd beside /proc/net/tcp).  Packet filters are asked of nft(8),
 * read only: speaking its netlink here would be a library for one question.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include "bgpctl/doctor/facts.h"
#include "bgpctl/doctor/filter.h"

#define CONNECT_PATIENCE 500 /* ms */
#define INODES_MAX       65536u

/* ---- descriptors ---- */

static long
limit_read(long pid)
{
	char path[64], line[256];
	long limit = FACTS_UNKNOWN;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/limits", pid);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Max open files %ld", &limit) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return limit;
}

/* The inodes of its sockets, in a list; how many descriptors it has. */
static long
descriptors_read(long pid, unsigned long **inodes, size_t *ninodes)
{
	char path[PATH_MAX], target[64];
	const struct dirent *entry;
	unsigned long inode;
	long count = 0;
	ssize_t length;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	folder = opendir(path);
	if (folder == NULL)
		return FACTS_UNKNOWN;
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		length = readlinkat(
		    dirfd(folder), entry->d_name, target, sizeof(target) - 1);
		if (length <= 0 || *ninodes == INODES_MAX)
			continue;
		target[length] = '\0';
		if (sscanf(target, "socket:[%lu]", &inode) == 1)
			*FACTS_ADD(*inodes, *ninodes) = inode;
	}
	closedir(folder);
	return count;
}

/* ---- listeners ---- */

/* Does one of these sockets listen on the port?  1, 0, or unknown. */
static long
listens_itself(uint16_t port, const unsigned long *inodes, size_t count)
{
	static const char *const paths[] = { "/proc/net/tcp",
		"/proc/net/tcp6" };
	unsigned int local, state;
	unsigned long inode;
	char line[512];
	FILE *file;
	size_t i, k;
	long found = count == 0 ? FACTS_UNKNOWN : 0;

	for (i = 0; i < 2; i++) {
		file = fopen(paths[i], "re");
		while (file != NULL && fgets(line, sizeof(line), file) != NULL)
			if (sscanf(line,
				" %*u: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*s %*s "
				"%*s %*u %*u %lu",
				&local, &state, &inode) == 3 &&
			    local == port && state == 0x0a /* TCP_LISTEN */)
				for (k = 0; k < count; k++)
					if (inodes[k] == inode)
						found = 1;
		if (file != NULL)
			fclose(file);
	}
	return found;
}

static socklen_t
endpoint(const struct address *a, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)out;
	struct sockaddr_in *four = (struct sockaddr_in *)(void *)out;

	memset(out, 0, sizeof(*out));
	if (a->family == FAMILY_IPV6) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		memcpy(&six->sin6_addr, a->bytes, sizeof(six->sin6_addr));
		return sizeof(*six);
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	memcpy(&four->sin_addr, a->bytes, sizeof(four->sin_addr));
	return sizeof(*four);
}

/* 0, or why it does not connect. */
static long
connects(const struct address *a, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t length = endpoint(a, port, &to), size;
	struct pollfd poller = { .events = POLLOUT };
	int error = 0;

	poller.fd =
	    socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (poller.fd == -1)
		return errno;
	if (connect(poller.fd, (struct sockaddr *)&to, length) == -1)
		error = errno;
	if (error == EINPROGRESS && poll(&poller, 1, CONNECT_PATIENCE) != 1)
		error = ETIMEDOUT;
	size = sizeof(error);
	if (error == EINPROGRESS)
		getsockopt(poller.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	close(poller.fd);
	return error;
}

/* The wildcard is tried by the node's own address of the family. */
static void
listen_read(struct facts *f, struct facts_listen *l,
    const unsigned long *inodes, size_t ninodes)
{
	if (address_is_unset(&l->address))
		l->address = f->family[l->address.family].node;
	if (address_is_unset(&l->address))
		return;
	l->connects = connects(&l->address, l->port);
	l->ours = listens_itself(l->port, inodes, ninodes);
}

/* 1: somebody keeps it right. */
static long
clock_read(void)
{
	struct timex timex = { .modes = 0 };
	int state = adjtimex(&timex);

	if (state == -1)
		return FACTS_UNKNOWN;
	return state != TIME_ERROR && !(timex.status & STA_UNSYNC);
}

void
facts_read_proc(struct facts *f)
{
	unsigned long *inodes = NULL;
	size_t ninodes = 0, i;

	if (f->pid > 0) {
		f->descriptors_limit = limit_read(f->pid);
		f->descriptors = descriptors_read(f->pid, &inodes, &ninodes);
	}
	for (i = 0; i < f->nlistens; i++)
		listen_read(f, &f->listens[i], inodes, ninodes);
	free(inodes);
	f->clock_synced = clock_read();
	facts_read_filters(f);
}
