/* `native:child`: runs a program to its end, like spawnSync of node:child_process. */
#include <sys/wait.h>

#include "child.h"

static void free_strings(JSContext *ctx, char **strings)
{
	for (size_t i = 0; strings && strings[i]; i++)
		JS_FreeCString(ctx, strings[i]);
	js_free(ctx, strings);
}

/* Returns a list of strings in the form that execve(2) needs. */
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

/* Returns the exit status. -1 and 0 if the child neither exited nor was killed by a signal. */
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

/* spawn(file, arguments, environment, input, maxBuffer, detached) */
static JSValue spawn(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	struct child child = { .ctx = ctx };
	int64_t max_output;

	if (!bytes_of(ctx, argv[3], &child.input) || !integer_of(ctx, argv[4], &max_output))
		return JS_EXCEPTION;
	child.max_output = max_output;
	child.is_detached = JS_ToBool(ctx, argv[5]);
	const char *file = string_of(ctx, argv[0]);
	char **arguments = file ? strings_of(ctx, argv[1]) : NULL;
	char **environment = arguments ? strings_of(ctx, argv[2]) : NULL;
	JSValue result = JS_EXCEPTION;

	if (environment) {
		run_child(&child, file, arguments, environment);
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
	JS_CFUNC_DEF("spawn", 6, spawn),
};

DEFINE_MODULE(child, functions)
