/* compile FOLDER MODULE… > programs.c: compiles JavaScript modules to QuickJS's bytecode, without debug information. */
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

/* Uses a runtime of its own: QuickJS would not load modules again that it already knows. */
static void compile(const char *folder, const char *name, int number)
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
	printf("static const uint8_t bytecode%d[] = {", number);
	for (size_t i = 0; i < size; i++)
		printf("%s%u,", i % 32 ? "" : "\n\t", bytecode[i]);
	printf("\n};\n");
}

int main(int argc, char **argv)
{
	printf("#include \"runtime.h\"\n");
	for (int i = 2; i < argc; i++)
		compile(argv[1], argv[i], i);
	printf("const struct program programs[] = {\n");
	for (int i = 2; i < argc; i++)
		printf("\t{ \"%s\", bytecode%d, sizeof bytecode%d },\n", argv[i], i, i);
	printf("\t{ 0 },\n};\n");
	return ferror(stdout) || fflush(stdout);
}
