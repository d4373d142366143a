/*
 * Runs the module `main.js` to its end and exits with the code that it set. If there is a `prepare.js`, it and its imports already
 * ran when the executable was built; see arena.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime.h"

enum { FAILED = 1 };

static const char main_program[] = "main.js", prepare_program[] = "prepare.js";

bool is_running;

/* Reserved part of the stack, for functions that do not check the remaining size: libc's, QuickJS's and signal handlers. */
static const size_t unchecked_stack = 64 << 10;

/* Stack for the modules' top levels. */
static const size_t preparing_stack = 1 << 20;

static const struct {
	const char *name;
	JSModuleDef *(*make)(JSContext *ctx, const char *name);
} native_modules[] = {
	{ "native:libc", libc_module },
	{ "native:files", files_module },
	{ "native:bytes", bytes_module },
	{ "native:process", process_module },
	{ "native:child", child_module },
	{ "native:crypto", crypto_module },
	{ "native:json", json_module },
};

/* Reports a bug of this program, or a lack of resources. The caller receives a CNI error, the operator a line on stderr. */
void fail(int code, const char *message)
{
	dprintf(STDERR_FILENO, "%s\n", message);
	dprintf(STDOUT_FILENO, "{ \"cniVersion\": \"1.0.0\", \"code\": %d, \"msg\": %s }\n", code, message);
	_exit(FAILED);
}

void fail_for_memory(void)
{
	fail(TRY_AGAIN_LATER, "\"out of memory\"");
}

/* Returns an error as JSON. Returns NULL, with an exception, if that fails. */
static const char *json_of(JSContext *ctx, JSValue error)
{
	JSValue string = JS_ToString(ctx, error);
	JSValue json = JS_IsException(string) ? string : JS_JSONStringify(ctx, string, JS_UNDEFINED, JS_UNDEFINED);

	return JS_IsException(json) ? NULL : JS_ToCString(ctx, json);
}

static _Noreturn void fail_with(JSContext *ctx, JSValue error)
{
	const char *message = json_of(ctx, error);

	if (!message)
		message = json_of(ctx, JS_GetException(ctx));
	if (!message || !strcmp(message, "\"InternalError: out of memory\""))
		fail_for_memory();
	fail(INTERNAL, message);
}

/* Rejected promises without a handler, the oldest first. */
static struct rejection {
	struct rejection *next;
	JSValue promise;
} *unheeded;

static void track_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, int is_handled, void *opaque)
{
	struct rejection **at = &unheeded, *found;

	while (*at && JS_VALUE_GET_PTR((*at)->promise) != JS_VALUE_GET_PTR(promise))
		at = &(*at)->next;
	found = *at;
	if (found) {
		*at = found->next;
		JS_FreeValue(ctx, found->promise);
		js_free(ctx, found);
	} else {
		found = js_malloc(ctx, sizeof *found);
		if (!found)
			fail_for_memory();
		*found = (struct rejection){ NULL, JS_DupValue(ctx, promise) };
		*at = found;
	}
}

/* Maps `./chunk.js` to `chunk.js`: all modules are in one folder. */
static char *normalize(JSContext *ctx, const char *base, const char *name, void *opaque)
{
	return js_strdup(ctx, strncmp(name, "./", 2) ? name : name + 2);
}

static JSModuleDef *read_program(JSContext *ctx, const struct program *program)
{
	JSValue module = JS_ReadObject(ctx, program->bytecode, program->size, JS_READ_OBJ_BYTECODE);

	if (JS_IsException(module))
		return NULL;
	JSModuleDef *definition = JS_VALUE_GET_PTR(module);

	/* The context keeps a reference. */
	JS_FreeValue(ctx, module);
	return definition;
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque)
{
	for (size_t i = 0; i < LENGTH(native_modules); i++)
		if (!strcmp(native_modules[i].name, name))
			return native_modules[i].make(ctx, name);
	for (const struct program *program = programs; program->name; program++)
		if (!strcmp(program->name, name))
			return read_program(ctx, program);
	JS_ThrowReferenceError(ctx, "there is no module %s", name);
	return NULL;
}

/* importModule(name): replaces import(), which does not work in code without debug information. */
static JSValue import_module(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *name = string_of(ctx, argv[0]);

	if (!name)
		return JS_EXCEPTION;
	JSValue module = JS_LoadModule(ctx, "", name);

	JS_FreeCString(ctx, name);
	return module;
}

/* Creates a context without the parts that the plugin does not use: eval, Proxy, String.prototype.normalize. */
static JSContext *make_context(JSRuntime *runtime)
{
	JSContext *ctx = JS_NewContextRaw(runtime);

	if (!ctx)
		return NULL;
	JS_AddIntrinsicBaseObjects(ctx);
	JS_AddIntrinsicDate(ctx);
	JS_AddIntrinsicJSON(ctx);
	JS_AddIntrinsicMapSet(ctx);
	JS_AddIntrinsicTypedArrays(ctx);
	JS_AddIntrinsicPromise(ctx);
	JS_AddIntrinsicRegExpCompiler(ctx);
	JS_AddIntrinsicRegExp(ctx);
	JS_AddIntrinsicWeakRef(ctx);
	return ctx;
}

static void run_jobs(JSRuntime *runtime)
{
	JSContext *ctx;
	int left;

	while ((left = JS_ExecutePendingJob(runtime, &ctx)) > 0)
		;
	if (left < 0)
		fail_with(ctx, JS_GetException(ctx));
}

static void run_module(const char *name)
{
	JSContext *ctx = prepared->context;
	JSValue loaded = JS_LoadModule(ctx, "", name);

	if (JS_IsException(loaded))
		fail_with(ctx, JS_GetException(ctx));
	run_jobs(prepared->runtime);
	if (unheeded)
		fail_with(ctx, JS_PromiseResult(ctx, unheeded->promise));
}

static void prepare(void)
{
	JSRuntime *runtime = JS_NewRuntime2(allocator, NULL);
	JSContext *ctx = runtime ? make_context(runtime) : NULL;

	if (!ctx)
		fail_for_memory();
	*prepared = (struct prepared){ runtime, ctx };
	JS_SetMaxStackSize(runtime, preparing_stack);
	JS_SetCanBlock(runtime, true);
	/* Disables the cycle collector: the process ends before it would pay off. */
	JS_SetGCThreshold(runtime, -1);
	JS_SetModuleLoaderFunc(runtime, normalize, load, NULL);
	JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
	JSValue global = JS_GetGlobalObject(ctx);

	JS_SetPropertyStr(ctx, global, "importModule", JS_NewCFunction(ctx, import_module, "importModule", 1));
	JS_FreeValue(ctx, global);
	for (const struct program *program = programs; program->name; program++)
		if (!strcmp(program->name, prepare_program))
			run_module(program->name);
}

/*
 * If 0, 1 or 2 is closed, the next opened file would get its number, and a device would become standard output. So this function
 * opens a descriptor there that can neither be read nor written. Writing a result to it fails, which is right: no caller could read
 * it.
 */
static void hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) < 0)
			fail(INTERNAL, "\"a standard stream is closed and cannot be replaced\"");
}

/*
 * Resets signals, like Node.js: the parent may have ignored or blocked some. If SIGCHLD is ignored, the kernel keeps no exit
 * status. Writing to a closed pipe must be an error and not end the process.
 */
static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv)
{
	static char *none[] = { NULL };

	/* execve(2) can start a program without even its name. */
	arguments = argc > 0 ? argv + 1 : none;
	hold_standard_streams();
	reset_signals();
	if (!open_memory())
		fail_for_memory();
	size_t stack = reserve_stack();

	if (!stack)
		fail(TRY_AGAIN_LATER, "\"out of memory, or the limit of the stack is too low\"");
	if (!read_image())
		make_image(prepare);
	is_running = true;
	JS_UpdateStackTop(prepared->runtime);
	JS_SetMaxStackSize(prepared->runtime, stack - unchecked_stack);
	run_module(main_program);
	if (exit_code < 0)
		fail(INTERNAL, "\"main.js ended without an exit code\"");
	/* The kernel closes all files. Freeing memory would only take time. */
	_exit(exit_code);
}
