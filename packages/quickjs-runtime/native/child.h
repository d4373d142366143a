/* child.c and spawn.c: a program that is run to its end. */
#ifndef NETLOOM_CHILD_H
#define NETLOOM_CHILD_H

#include <sys/types.h>

#include "runtime.h"

enum { STDIN, STDOUT, STDERR, STREAMS };
enum { OURS, THEIRS, ENDS };

/* What a child writes. */
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
	size_t max_output; /* of both together */
	int error; /* an errno */
	bool is_stopped; /* by us, because of it */
	bool has_ended;
	int status; /* then: as wait(2) tells it */
};

/* Of a child whose context, input and max_output are set, and all else is 0, sets all else. */
void run_child(struct child *child, const char *file, char **arguments, char **environment);

#endif
