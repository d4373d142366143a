/* `native:child`: a program run to its end, as node:child_process' spawnSync does it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

/* What a child writes. */
struct output {
	uint8_t *at;
	size_t length, room;
};

enum { STDIN, STDOUT, STDERR, STREAMS };
enum { OURS, THEIRS, ENDS };

struct child {
	JSContext *ctx;
	pid_t pid;
	int pipes[STREAMS][ENDS];
	struct bytes input;
	struct output outputs[STREAMS];
	size_t max_output;
	int error; /* an errno */
	bool has_ended;
	int status; /* then: as wait(2) tells it */
};

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

static void run(struct child *child, const char *file, char **arguments, char **environment)
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

static void free_strings(JSContext *ctx, char **strings)
{
	for (size_t i = 0; strings && strings[i]; i++)
		JS_FreeCString(ctx, strings[i]);
	js_free(ctx, strings);
}

/* A list of strings as execve(2) takes it. */
static char **strings_of(JSContext *ctx, JSValueConst list)
{
	JSValue length = JS_GetPropertyStr(ctx, list, "length");
	int64_t count;

	if (!integer_of(ctx, length, &count))
		return NULL;
	char **strings = js_mallocz(ctx, (count + 1) * sizeof *strings);

	for (int64_t i = 0; strings && i < count; i++) {
		JSValue value = JS_GetPropertyUint32(ctx, list, i);

		strings[i] = (char *)string_of(ctx, value);
		JS_FreeValue(ctx, value);
		if (!strings[i]) {
			free_strings(ctx, strings);
			return NULL;
		}
	}
	return strings;
}

static bool set(JSContext *ctx, JSValueConst object, const char *name, JSValue value)
{
	return !JS_IsException(object) && !JS_IsException(value) && JS_SetPropertyStr(ctx, object, name, value) >= 0;
}

static JSValue bytes_in(JSContext *ctx, const struct output *output)
{
	return JS_NewArrayBufferCopy(ctx, output->at, output->length);
}

/* -1 and 0 where it has neither ended by itself nor by a signal. */
static JSValue outcome_of(const struct child *child)
{
	JSContext *ctx = child->ctx;
	const struct output *outputs = child->outputs;
	int status = child->has_ended && WIFEXITED(child->status) ? WEXITSTATUS(child->status) : -1;
	int signal = child->has_ended && WIFSIGNALED(child->status) ? WTERMSIG(child->status) : 0;
	JSValue result = JS_NewObject(ctx);

	if (set(ctx, result, "status", JS_NewInt32(ctx, status)) && set(ctx, result, "signal", JS_NewInt32(ctx, signal)) &&
	    set(ctx, result, "error", JS_NewInt32(ctx, child->error)) && set(ctx, result, "pid", JS_NewInt32(ctx, child->pid)) &&
	    set(ctx, result, "stdout", bytes_in(ctx, &outputs[STDOUT])) &&
	    set(ctx, result, "stderr", bytes_in(ctx, &outputs[STDERR])))
		return result;
	JS_FreeValue(ctx, result);
	return JS_EXCEPTION;
}

/* spawn(file, arguments, environment, input, maxBuffer) */
static JSValue spawn(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct child child = { .ctx = ctx };
	int64_t max_output;

	if (!bytes_of(ctx, argv[3], &child.input) || !integer_of(ctx, argv[4], &max_output))
		return JS_EXCEPTION;
	child.max_output = max_output;
	const char *file = string_of(ctx, argv[0]);
	char **arguments = file ? strings_of(ctx, argv[1]) : NULL;
	char **environment = arguments ? strings_of(ctx, argv[2]) : NULL;
	JSValue result = JS_EXCEPTION;

	if (environment) {
		run(&child, file, arguments, environment);
		result = outcome_of(&child);
	}
	for (int i = 0; i < STREAMS; i++)
		js_free(ctx, child.outputs[i].at);
	free_strings(ctx, environment);
	free_strings(ctx, arguments);
	if (file)
		JS_FreeCString(ctx, file);
	return result;
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("spawn", 5, spawn),
};

DEFINE_MODULE(child, functions)
