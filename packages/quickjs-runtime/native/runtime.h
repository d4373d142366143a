/*
 * Shared declarations of the QuickJS runtime: a static program of QuickJS, the bytecode of the plugin, and system calls for JavaScript, as
 * modules called `native:…`. src/ implements the parts of Node.js that the plugin uses on top of them.
 */
#ifndef NETLOOM_RUNTIME_H
#define NETLOOM_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quickjs.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* main.c */
/* False while the image is made: nothing that differs from one process to the next may be looked up. */
extern bool is_running;
/* Codes of CNI. */
enum { TRY_AGAIN_LATER = 11, INTERNAL = 999 };
/* Prints an error object of CNI and ends. The message is JSON. */
_Noreturn void fail(int code, const char *message);
_Noreturn void fail_for_memory(void);

/* stack.c: makes the stack as large as it will get. Returns how much of it is free, or 0 if that is too little to work with. */
size_t reserve_stack(void);
/* How much is still free. */
size_t stack_left(void);

/* The executable's section `.image`: zeros, until the image is put there that make_image() writes. */
enum { IMAGE_SIZE = 2560 << 10 };
struct image {
	size_t size;
	uint8_t bytes[IMAGE_SIZE];
};
extern const struct image image;

/* What the image is made with. */
struct prepared {
	JSRuntime *runtime;
	JSContext *context;
};
extern struct prepared *const prepared;

/* arena.c; heap.c in a build with sanitizers, which has no image. */
extern const JSMallocFunctions *const allocator;
/* False if the memory is not available. */
bool open_memory(void);
/* False where the executable has no image yet. */
bool read_image(void);
/* Calls `prepare`, writes the image to stdout and ends. Returns only where there is no image to be written. */
void make_image(void (*prepare)(void));

/* values.c: between JavaScript and C. Where something does not fit, a JavaScript error is thrown and the result says so. */
struct bytes {
	uint8_t *at;
	size_t length;
};
bool bytes_of(JSContext *ctx, JSValueConst value, struct bytes *bytes);
bool integer_of(JSContext *ctx, JSValueConst value, int64_t *integer);
/* To be given back by JS_FreeCString. A NUL would end it early: refused. */
const char *string_of(JSContext *ctx, JSValueConst value);
/* `list[at] = value`, which is the list's from then on; either may be an error. */
bool put(JSContext *ctx, JSValueConst list, uint32_t at, JSValue value);
/* What a system call returned, or the errno negated. */
JSValue outcome(JSContext *ctx, int64_t result);

/* bytes.c: UTF-8 as Node.js reads it, with U+FFFD for what is none. */
JSValue text_of(JSContext *ctx, const uint8_t *at, size_t length);

/* process.c: what JavaScript has set; below zero where it has not. */
extern int exit_code;

/* The modules, each made when it is first imported. */
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

/* programs.c, which compile.c writes: the JavaScript modules. The last one has no name. */
struct program {
	const char *name;
	const uint8_t *bytecode;
	size_t size;
};
extern const struct program programs[];

#endif
