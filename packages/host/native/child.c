/* A program run to its end: it is fed its input, and what it writes is drained. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool open_pipes(struct child *child)
{
	memset(child->pipes, -1, sizeof child->pipes);
	for (int i = 0; i < STREAMS; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return false;
		child->pipes[i][OURS] = ends[i == STDIN ? 1 : 0];
		child->pipes[i][THEIRS] = ends[i == STDIN ? 0 : 1];
	}
	/* A child that does not read must not keep us from reading what it writes. */
	return fcntl(child->pipes[STDIN][OURS], F_SETFL, O_NONBLOCK) == 0;
}

static void start(struct child *child, const char *file, char **arguments, char **environment)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	/* What is ignored or blocked here would stay so in the child. */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	/* Without one of them its stream would be ours. */
	for (int i = 0; i < STREAMS && !child->error; i++)
		child->error = posix_spawn_file_actions_adddup2(&actions, child->pipes[i][THEIRS], i);
	if (!child->error)
		child->error = posix_spawn(&child->pid, file, &actions, &attributes, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
}

static void stop(struct child *child, int error)
{
	child->error = error;
	kill(child->pid, SIGTERM);
	for (int i = 0; i < STREAMS; i++)
		close_end(&child->pipes[i][OURS]);
}

/* Whether a call on a pipe failed for now only. */
static bool is_worth_another(ssize_t result)
{
	return result < 0 && (errno == EAGAIN || errno == EINTR);
}

static void feed(struct child *child)
{
	struct bytes *input = &child->input;
	ssize_t length = input->length ? write(child->pipes[STDIN][OURS], input->at, input->length) : 0;

	if (is_worth_another(length))
		return;
	if (length > 0) {
		input->at += length;
		input->length -= length;
	}
	/* One that does not want to read it all is not wrong. */
	if (length < 0 || !input->length)
		close_end(&child->pipes[STDIN][OURS]);
}

/* Room for a good deal more. */
static bool reserve(struct child *child, struct output *output)
{
	enum { LEAST = 8192 };

	if (output->room - output->length >= LEAST / 2)
		return true;
	size_t room = output->room ? 2 * output->room : LEAST;
	uint8_t *at = js_realloc(child->ctx, output->at, room);

	if (!at)
		return false;
	output->at = at;
	output->room = room;
	return true;
}

static void drain(struct child *child, int stream)
{
	struct output *output = &child->outputs[stream];

	if (!reserve(child, output)) {
		stop(child, ENOMEM);
		return;
	}
	ssize_t length = read(child->pipes[stream][OURS], output->at + output->length, output->room - output->length);

	if (is_worth_another(length))
		return;
	if (length < 0) {
		/* What was written is not known to be whole. */
		stop(child, errno);
		return;
	}
	if (length == 0)
		close_end(&child->pipes[stream][OURS]);
	output->length += length;
	if (child->outputs[STDOUT].length + child->outputs[STDERR].length > child->max_output)
		stop(child, ENOBUFS);
}

/* Feeds and drains what is ready; false when the child, and what inherited its streams, has closed them all. */
static bool attend(struct child *child)
{
	struct pollfd polled[STREAMS];
	bool is_open = false;

	for (int i = 0; i < STREAMS; i++) {
		polled[i] = (struct pollfd){ child->pipes[i][OURS], i == STDIN ? POLLOUT : POLLIN, 0 };
		is_open = is_open || polled[i].fd >= 0;
	}
	if (!is_open)
		return false;
	if (poll(polled, STREAMS, -1) < 0) {
		if (errno != EINTR)
			stop(child, errno);
		return true;
	}
	for (int i = 0; i < STREAMS; i++) {
		if (!polled[i].revents || child->pipes[i][OURS] < 0)
			continue;
		if (i == STDIN)
			feed(child);
		else
			drain(child, i);
	}
	return true;
}

static void await_end(struct child *child)
{
	while (!child->has_ended) {
		child->has_ended = waitpid(child->pid, &child->status, 0) == child->pid;
		if (!child->has_ended && errno != EINTR) {
			child->error = errno;
			return;
		}
	}
}

void run_child(struct child *child, const char *file, char **arguments, char **environment)
{
	if (open_pipes(child))
		start(child, file, arguments, environment);
	else
		child->error = errno;
	for (int i = 0; i < STREAMS; i++)
		close_end(&child->pipes[i][THEIRS]);
	if (!child->error) {
		while (attend(child))
			;
		await_end(child);
	}
	for (int i = 0; i < STREAMS; i++)
		close_end(&child->pipes[i][OURS]);
}
