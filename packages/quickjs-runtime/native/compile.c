/*
 * compile FOLDER PREPARED MODULE… > programs.c: compiles JavaScript modules to QuickJS's bytecode, without debug information. The
 * bytecode of the first PREPARED modules is in the image's space: they are loaded while the image is built, which replaces it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "runtime.h"

static _Noreturn void give_up(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static char *contents_of(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");

	if (!file || fseek(file, 0, SEEK_END))
		give_up(path, "cannot be read");
	*length = ftell(file);
	rewind(file);
	char *text = calloc(1, *length + 1);

	if (!text || fread(text, 1, *length, file) != *length)
		give_up(path, "cannot be read");
	fclose(file);
	return text;
}

static int fill_nothing(JSContext *ctx, JSModuleDef *module)
{
	return 0;
}

/* Imports are resolved when the program runs, so an empty module stands in for each. */
static JSModuleDef *stand_in(JSContext *ctx, const char *name, void *opaque)
{
	return JS_NewCModule(ctx, name, fill_nothing);
}

/* Prints the bytecode of a module and returns its size. Uses a runtime of its own: QuickJS would not load modules again. */
static size_t compile(const char *folder, const char *name)
{
	JSRuntime *runtime = JS_NewRuntime();
	JSContext *ctx = JS_NewContext(runtime);
	char path[4096];
	size_t length, size;

	JS_SetStripInfo(runtime, JS_STRIP_DEBUG);
	JS_SetModuleLoaderFunc(runtime, NULL, stand_in, NULL);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	char *text = contents_of(path, &length);
	JSValue module = JS_Eval(ctx, text, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);

	if (JS_IsException(module))
		give_up(path, JS_ToCString(ctx, JS_GetException(ctx)));
	uint8_t *bytecode = JS_WriteObject(ctx, &size, module, JS_WRITE_OBJ_BYTECODE);

	if (!bytecode)
		give_up(path, JS_ToCString(ctx, JS_GetException(ctx)));
	for (size_t i = 0; i < size; i++)
		printf("%s%u,", i % 32 ? "" : "\n\t", bytecode[i]);
	return size;
}

int main(int argc, char **argv)
{
	const char *folder = argv[1];
	int prepared = atoi(argv[2]), count = argc - 3;
	char **names = argv + 3;
	size_t sizes[count], offset = 0;

	printf("#include \"runtime.h\"\n");
	printf("const struct image image __attribute__((section(\".image\"))) = { 0, {");
	for (int i = 0; i < prepared; i++)
		sizes[i] = compile(folder, names[i]);
	printf("\n} };\n");
	for (int i = prepared; i < count; i++) {
		printf("static const uint8_t bytecode%d[] = {", i);
		sizes[i] = compile(folder, names[i]);
		printf("\n};\n");
	}
	printf("const struct program programs[] = {\n");
	for (int i = 0; i < count; i++) {
		if (i < prepared)
			printf("\t{ \"%s\", image.bytes + %zu, %zu },\n", names[i], offset, sizes[i]);
		else
			printf("\t{ \"%s\", bytecode%d, sizeof bytecode%d },\n", names[i], i, i);
		offset += sizes[i];
	}
	printf("\t{ 0 },\n};\n");
	return ferror(stdout) || fflush(stdout);
}
