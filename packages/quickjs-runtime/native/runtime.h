/*
 * Shared declarations of the QuickJS runtime: a static program of QuickJS, the bytecode of the plugin, and modules called
 * `native:…` that make system calls. src/ implements the parts of Node.js that the plugin uses on top of them.
 */
#ifndef NETLOOM_RUNTIME_H
#define NETLOOM_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quickjs.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* main.c */
/* False while the image is built: then values that differ between processes must not be read. */
extern bool is_running;
/* Error codes of CNI. */
enum { TRY_AGAIN_LATER = 11, INTERNAL = 999 };
/* Prints a CNI error object and exits. The message is JSON. */
_Noreturn void fail(int code, const char *message);
_Noreturn void fail_for_memory(void);

/* stack.c: grows the stack to its final size. Returns the free part, or 0 if that is too small. */
size_t reserve_stack(void);
/* Returns the free part of the stack, in bytes. */
size_t stack_left(void);

/*
 * Section `.image` of the executable. The build inserts the image that make_image() writes. Until then it contains the bytecode of the
 * modules that the image will contain, so that the executable does not have them twice. In programs.c.
 */
enum { IMAGE_SIZE = 3392 << 10 };
struct image {
	size_t size;
	uint8_t bytes[IMAGE_SIZE];
};
extern const struct image image;

/* State that the image contains. */
struct prepared {
	JSRuntime *runtime;
	JSContext *context;
};
extern struct prepared *const prepared;

/* arena.c, or heap.c in a build with sanitizers, which has no image. */
extern const JSMallocFunctions *const allocator;
/* False if the memory is unavailable. */
bool open_memory(void);
/* False if the executable does not contain an image yet. */
bool read_image(void);
/* Calls `prepare`, writes the image to stdout and exits. Returns only in a build that has no image. */
void make_image(void (*prepare)(void));

/*
 * values.c: conversions between JavaScript and C. A value that does not fit throws a JavaScript error, and the function returns
 * false or NULL.
 */
struct bytes {
	uint8_t *at;
	size_t length;
};
bool bytes_of(JSContext *ctx, JSValueConst value, struct bytes *bytes);
bool integer_of(JSContext *ctx, JSValueConst value, int64_t *integer);
/* Returns a string, to be freed with JS_FreeCString. A string with a NUL is refused, because C would end it there. */
const char *string_of(JSContext *ctx, JSValueConst value);
/* Sets `list[at] = value` and takes ownership of `value`. Either may be an exception. */
bool put(JSContext *ctx, JSValueConst list, uint32_t at, JSValue value);
/* Returns the result of a system call, or the negated errno. */
JSValue outcome(JSContext *ctx, int64_t result);

/* bytes.c: decodes UTF-8 like Node.js, with U+FFFD for invalid sequences. */
JSValue text_of(JSContext *ctx, const uint8_t *at, size_t length);

/* process.c: the exit code that JavaScript set. Negative if it set none. */
extern int exit_code;

/* Arguments of the command line without the name of the program, and a null pointer. */
extern char **arguments;

/* Defines a native module, which is created when it is first imported. */
#define DEFINE_MODULE(which, functions)                                                 \
	static int fill_##which(JSContext *ctx, JSModuleDef *module)                    \
	{                                                                               \
		return JS_SetModuleExportList(ctx, module, functions, LENGTH(functions)); \
	}                                                                               \
	JSModuleDef *which##_module(JSContext *ctx, const char *name)                   \
	{                                                                               \
		JSModuleDef *module = JS_NewCModule(ctx, name, fill_##which);           \
		if (module)                                                             \
			JS_AddModuleExportList(ctx, module, functions, LENGTH(functions)); \
		return module;                                                          \
	}

JSModuleDef *libc_module(JSContext *ctx, const char *name);
JSModuleDef *files_module(JSContext *ctx, const char *name);
JSModuleDef *bytes_module(JSContext *ctx, const char *name);
JSModuleDef *process_module(JSContext *ctx, const char *name);
JSModuleDef *child_module(JSContext *ctx, const char *name);
JSModuleDef *crypto_module(JSContext *ctx, const char *name);
JSModuleDef *json_module(JSContext *ctx, const char *name);

/* programs.c, written by compile.c: the JavaScript modules. The last entry has no name. The bytecode of those that the image contains
 * exists only until then; QuickJS does not load a module again. */
struct program {
	const char *name;
	const uint8_t *bytecode;
	size_t size;
};
extern const struct program programs[];

#endif
