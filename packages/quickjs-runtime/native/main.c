/*
 * Runs the module `main.js` until nothing is left to do, and ends with the exit code that it has set. By then `prepare.js`, if there
 * is one, has been run, with all that it imports: that was when the executable was made, see arena.c.
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

/* Of the stack, for what is called without a check of how much is left: functions of libc, of QuickJS, signal handlers. */
static const size_t unchecked_stack = 64 << 10;

/* For the modules' top levels. */
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

/* Reports a bug of this program, or a lack of resources. The caller gets it as a CNI error, and the operator on stderr. */
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

/* NULL, with an error thrown, where it cannot be told. */
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

/* The promises whose rejection nobody heeds, the first one first. */
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

/* `./chunk.js` is called `chunk.js`: all modules are in one folder. */
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

	/* The context holds it. */
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

/* importModule(name): what import() does, which code without debug information cannot. */
static JSValue import_module(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	const char *name = string_of(ctx, argv[0]);

	if (!name)
		return JS_EXCEPTION;
	JSValue module = JS_LoadModule(ctx, "", name);

	JS_FreeCString(ctx, name);
	return module;
}

/* What the plugin does without is left out: Date, eval, Proxy, String.prototype.normalize. */
static JSContext *make_context(JSRuntime *runtime)
{
	JSContext *ctx = JS_NewContextRaw(runtime);

	if (!ctx)
		return NULL;
	JS_AddIntrinsicBaseObjects(ctx);
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
	/* It ends before collecting cycles would pay. */
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
 * If 0, 1 or 2 is closed, the next file that is opened would take its number, and a device would become standard output. So a
 * descriptor that can neither be read nor written takes its place. Writing a result to it fails, as no caller could read it.
 */
static void hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) < 0)
			fail(INTERNAL, "\"a standard stream is closed, and nothing can be opened in its place\"");
}

/*
 * As Node.js does: the parent may have ignored or blocked signals. If SIGCHLD is ignored, the kernel keeps no exit status. A write to
 * a closed pipe must be an error and not end the process.
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

int main(void)
{
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
	/* Whatever is open the kernel closes, and to give memory back is not worth the time. */
	_exit(exit_code);
}
