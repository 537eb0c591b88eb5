/* SPDX-License-Identifier: ISC */
/* netlink_worker.c - the thread that waits for the kernel's lock */

/*
 * sendmsg on an rtnetlink socket does the work in the caller: it waits for the
 * lock of all network configuration and then inserts route after route.  When
 * a CNI plugin holds that lock, this takes as long as it takes.  So one
 * thread does it, and the loop that keeps sessions alive never waits.
 *
 * The thread sees bytes, a descriptor and nothing else of ours.  It sends a
 * batch with one sendmsg; when that returns, all answers stand in the
 * socket's receive queue: one error for each message refused, and one
 * acknowledgement (or error) for the last.  If the last is missing, the queue
 * overflowed, and the batch is reported as a whole: nobody knows.
 *
 * Several batches may stand in a ring.  The loop is a turn late where it gives
 * one and waits for it; on a busy machine each such wait is a time slice of
 * somebody else's.
 *
 * A slot changes hands by one atomic word, and eventfds wake the other side;
 * no lock, nothing shared besides.  Signals are blocked: they are the loop's.
 */

#include "kernel/netlink_worker.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <errno.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rib/mem.h"

#define ANSWER_BYTES 8192

enum slot_state {
	SLOT_FREE,  /* the loop's */
	SLOT_GIVEN, /* the worker's */
	SLOT_DONE   /* the loop's, with a report */
};

struct slot {
	atomic_int state;
	int socket;
	size_t length;
	size_t messages;
	size_t nresults;
	int error;
	struct worker_result results[WORKER_RESULTS];
	_Alignas(NLMSG_ALIGNTO) uint8_t bytes[WORKER_BYTES];
};

struct ring {
	unsigned int give; /* the loop's: the slot to be given next */
	unsigned int take; /* the loop's: the slot to be taken next */
	unsigned int work; /* the worker's */
	struct slot slot[WORKER_SLOTS];
};

struct worker {
	pthread_t thread;
	int give_fd; /* the worker sleeps on it */
	int done_fd; /* the loop watches it */
	atomic_bool quit;
	struct ring ring[WORKER_RINGS];
};

/* ---- the thread ---- */

static int
batch_send(const struct slot *s)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec iov;
	struct msghdr m = { .msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = &iov,
		.msg_iovlen = 1 };
	ssize_t n;

	iov.iov_base = (void *)(uintptr_t)s->bytes;
	iov.iov_len = s->length;
	do
		n = sendmsg(s->socket, &m, 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? errno : 0;
}

static uint32_t
first_seq(const struct slot *s)
{
	struct nlmsghdr h;

	memcpy(&h, s->bytes, sizeof(h));
	return h.nlmsg_seq;
}

/* True when it was the answer to the last message. */
static bool
answer_note(struct slot *s, const struct nlmsghdr *h, int error)
{
	uint32_t place = h->nlmsg_seq - first_seq(s);

	if (place >= s->messages)
		return false; /* of a batch that was given up */
	if (error != 0)
		s->results[s->nresults++] =
		    (struct worker_result){ h->nlmsg_seq, -error };
	return place == s->messages - 1;
}

/* True when the answer to the last message is among these bytes. */
static bool
answers_note(struct slot *s, const uint8_t *bytes, size_t length)
{
	struct nlmsghdr h;
	int error;

	while (length >= sizeof(h) + sizeof(error)) {
		memcpy(&h, bytes, sizeof(h));
		memcpy(&error, bytes + sizeof(h), sizeof(error));
		if (h.nlmsg_len < sizeof(h) + sizeof(error) ||
		    NLMSG_ALIGN(h.nlmsg_len) > length ||
		    s->nresults == WORKER_RESULTS)
			return false;
		if (h.nlmsg_type == NLMSG_ERROR && answer_note(s, &h, error))
			return true;
		bytes += NLMSG_ALIGN(h.nlmsg_len);
		length -= NLMSG_ALIGN(h.nlmsg_len);
	}
	return false;
}

/* 0, or the errno that says why the answers are not complete. */
static int
answers_read(struct slot *s)
{
	uint8_t buf[ANSWER_BYTES];
	ssize_t n;

	for (;;) {
		n = recv(s->socket, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno != EINTR)
			return errno == EAGAIN ? EIO : errno;
		if (n > 0 && answers_note(s, buf, (size_t)n))
			return 0;
	}
}

static void
slot_work(struct slot *s)
{
	s->nresults = 0;
	s->error = batch_send(s);
	if (s->error == 0)
		s->error = answers_read(s);
}

static void
wake(int fd)
{
	uint64_t one = 1;

	/* A counter that is full wakes as well. */
	if (write(fd, &one, sizeof(one)) < 0)
		return;
}

static unsigned int
slot_after(unsigned int slot)
{
	return (slot + 1) % WORKER_SLOTS;
}

/* The oldest batch of a ring; false when there is none. */
static bool
ring_work(struct worker *w, struct ring *ring)
{
	struct slot *s = &ring->slot[ring->work];

	if (atomic_load(&s->state) != SLOT_GIVEN)
		return false;
	slot_work(s);
	ring->work = slot_after(ring->work);
	atomic_store(&s->state, SLOT_DONE);
	wake(w->done_fd);
	return true;
}

/* The rings take turns, so that neither waits for more than a batch. */
static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	unsigned int i;
	uint64_t count;
	bool more;

	while (!atomic_load(&w->quit)) {
		more = false;
		for (i = 0; i < WORKER_RINGS; i++)
			more |= ring_work(w, &w->ring[i]);
		if (!more && read(w->give_fd, &count, sizeof(count)) < 0 &&
		    errno != EINTR)
			break;
	}
	return NULL;
}

/* ---- the loop's side ---- */

static int
thread_start(struct worker *w)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&w->thread, NULL, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct worker *
worker_new(void)
{
	struct worker *w = xcalloc(1, sizeof(*w));
	int error;

	w->give_fd = eventfd(0, EFD_CLOEXEC);
	w->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = w->give_fd < 0 || w->done_fd < 0 ? errno : thread_start(w);
	if (error == 0)
		return w;
	if (w->give_fd >= 0)
		close(w->give_fd);
	if (w->done_fd >= 0)
		close(w->done_fd);
	free(w);
	errno = error;
	return NULL;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	atomic_store(&w->quit, true);
	wake(w->give_fd);
	pthread_join(w->thread, NULL);
	close(w->give_fd);
	close(w->done_fd);
	free(w);
}

int
worker_fd(const struct worker *w)
{
	return w->done_fd;
}

void
worker_clear(struct worker *w)
{
	uint64_t count;

	/* Nothing to read is as good. */
	if (read(w->done_fd, &count, sizeof(count)) < 0)
		return;
}

uint8_t *
worker_buffer(struct worker *w, unsigned int ring)
{
	struct ring *r = &w->ring[ring];
	struct slot *s = &r->slot[r->give];

	return atomic_load(&s->state) == SLOT_FREE ? s->bytes : NULL;
}

void
worker_give(struct worker *w, unsigned int ring, int socket, size_t length,
    size_t messages)
{
	struct ring *r = &w->ring[ring];
	struct slot *s = &r->slot[r->give];

	s->socket = socket;
	s->length = length;
	s->messages = messages;
	r->give = slot_after(r->give);
	atomic_store(&s->state, SLOT_GIVEN);
	wake(w->give_fd);
}

bool
worker_take(struct worker *w, unsigned int ring, struct worker_report *report)
{
	struct ring *r = &w->ring[ring];
	struct slot *s = &r->slot[r->take];

	if (atomic_load(&s->state) != SLOT_DONE)
		return false;
	*report = (struct worker_report){ s->results, s->nresults, s->error };
	r->take = slot_after(r->take);
	atomic_store(&s->state, SLOT_FREE);
	return true;
}
