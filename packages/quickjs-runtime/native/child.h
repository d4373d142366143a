/* child.c and spawn.c: run a program to its end. */
#ifndef NETLOOM_CHILD_H
#define NETLOOM_CHILD_H

#include <sys/types.h>

#include "runtime.h"

enum { STDIN, STDOUT, STDERR, STREAMS };
enum { OURS, THEIRS, ENDS };

/* Output of a child. */
struct output {
	uint8_t *at;
	size_t length, room;
};

struct child {
	JSContext *ctx;
	pid_t pid;
	int pipes[STREAMS][ENDS];
	struct bytes input;
	struct output outputs[STREAMS];
	size_t max_output; /* limit of both streams together */
	bool is_detached; /* runs in a new session */
	int error; /* an errno */
	bool is_stopped; /* by us, because of `error` */
	bool has_ended;
	int status; /* if not stopped: the status of wait(2) */
};

/* Runs a child. The caller sets context, input, max_output and is_detached, and zeroes all other members, which this function sets. */
void run_child(struct child *child, const char *file, char **arguments, char **environment);

#endif
