/* Runs a program to its end: writes its input and reads its output. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Moves a descriptor above 2. The child's streams are set one by one, so none may have the number of another. */
static int above_streams(int fd)
{
	int moved = fd;

	if (fd < STREAMS) {
		moved = fcntl(fd, F_DUPFD_CLOEXEC, STREAMS);
		close(fd);
	}
	return moved;
}

static bool open_pipes(struct child *child)
{
	memset(child->pipes, -1, sizeof child->pipes);
	for (int i = 0; i < STREAMS; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return false;
		int *pipe = child->pipes[i];

		pipe[OURS] = above_streams(ends[i == STDIN ? 1 : 0]);
		pipe[THEIRS] = above_streams(ends[i == STDIN ? 0 : 1]);
		if (pipe[OURS] < 0 || pipe[THEIRS] < 0)
			return false;
	}
	/* Nonblocking, so that a child that does not read its input cannot keep us from reading its output. */
	return fcntl(child->pipes[STDIN][OURS], F_SETFL, O_NONBLOCK) == 0;
}

/* Runs in the child, which shares our memory until execve(2), so it only makes system calls. Returns the errno of a failed one. */
static int become(const struct child *child, pid_t parent, const char *file, char **arguments, char **environment)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };
	sigset_t none;

	/* The child must end if we are killed: no process would wait for it or read its result. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return errno;
	if (getppid() != parent)
		_exit(1);
	if (child->is_detached && setsid() < 0)
		return errno;
	/* Ignored and blocked signals would be inherited. */
	for (int number = 1; number < NSIG; number++)
		sigaction(number, &by_default, NULL);
	for (int i = 0; i < STREAMS; i++)
		if (dup2(child->pipes[i][THEIRS], i) < 0)
			return errno;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(file, arguments, environment);
	return errno;
}

static void start(struct child *child, const char *file, char **arguments, char **environment)
{
	const pid_t parent = getpid();
	volatile int error = 0;
	sigset_t all, before;

	/* Our handlers must not run in the child. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = vfork();

	if (pid == 0) {
		error = become(child, parent, file, arguments, environment);
		_exit(1);
	}
	child->error = pid < 0 ? errno : error;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid > 0 && error)
		waitpid(pid, NULL, 0);
	else if (pid > 0)
		child->pid = pid;
}

static void stop(struct child *child, int error)
{
	child->error = error;
	child->is_stopped = true;
	kill(child->pid, SIGTERM);
	for (int i = 0; i < STREAMS; i++)
		close_end(&child->pipes[i][OURS]);
}

/* True if a call on a pipe may be repeated. */
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
	/* A child that does not read all of its input is no error. */
	if (length < 0 || !input->length)
		close_end(&child->pipes[STDIN][OURS]);
}

/* Enlarges the output buffer, doubling it. */
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
		/* The output may be incomplete. */
		stop(child, errno);
		return;
	}
	if (length == 0)
		close_end(&child->pipes[stream][OURS]);
	output->length += length;
	if (child->outputs[STDOUT].length + child->outputs[STDERR].length > child->max_output)
		stop(child, ENOBUFS);
}

/* Writes and reads what is ready. Returns false when all holders of the child's streams have closed them. */
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

/* Kills a child that did not end after SIGTERM. */
static void end_stopped(struct child *child)
{
	enum { INTERVAL = 10, GRACE = 2000 }; /* milliseconds */

	for (int waited = 0; waited < GRACE; waited += INTERVAL) {
		child->has_ended = waitpid(child->pid, &child->status, WNOHANG) == child->pid;
		if (child->has_ended)
			return;
		poll(NULL, 0, INTERVAL);
	}
	kill(child->pid, SIGKILL);
}

static void await_end(struct child *child)
{
	if (child->is_stopped)
		end_stopped(child);
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
