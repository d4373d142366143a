/* `native:json`: validates JSON strictly by RFC 8259. QuickJS accepts more, and does not report the position of a mistake. */
#include <string.h>

#include "runtime.h"

enum {
	MAX_DEPTH = 10000, /* like Go's encoding/json */
	STACK_PER_LEVEL = 256, /* more than QuickJS's json_parse_value() needs, which does not check the remaining stack */
};

struct text {
	const char *at, *end;
	int depth, max_depth;
	bool is_too_deep;
	/* Open brackets: one bit per level, set for an object. */
	uint8_t objects[MAX_DEPTH / 8 + 1];
};

static bool is_at_end(const struct text *text)
{
	return text->at == text->end;
}

static bool skip(struct text *text, char c)
{
	if (is_at_end(text) || *text->at != c)
		return false;
	text->at++;
	return true;
}

static bool skip_any(struct text *text, const char *set)
{
	if (is_at_end(text) || !*text->at || !strchr(set, *text->at))
		return false;
	text->at++;
	return true;
}

static void skip_space(struct text *text)
{
	while (skip_any(text, " \t\n\r"))
		;
}

static bool is_word(struct text *text, const char *word)
{
	while (*word && skip(text, *word))
		word++;
	return !*word;
}

static bool are_digits(struct text *text)
{
	static const char digits[] = "0123456789";

	if (!skip_any(text, digits))
		return false;
	while (skip_any(text, digits))
		;
	return true;
}

static bool is_number(struct text *text)
{
	skip(text, '-');
	/* No digit may follow a leading zero. */
	if (!skip(text, '0') && !are_digits(text))
		return false;
	if (skip(text, '.') && !are_digits(text))
		return false;
	if (!skip_any(text, "eE"))
		return true;
	skip_any(text, "+-");
	return are_digits(text);
}

static bool is_escape(struct text *text)
{
	if (!skip(text, 'u'))
		return skip_any(text, "\"\\/bfnrt");
	for (int i = 0; i < 4; i++)
		if (!skip_any(text, "0123456789abcdefABCDEF"))
			return false;
	return true;
}

static bool is_string(struct text *text)
{
	if (!skip(text, '"'))
		return false;
	while (!is_at_end(text)) {
		if (skip(text, '"'))
			return true;
		if (skip(text, '\\')) {
			if (!is_escape(text))
				return false;
		} else if ((uint8_t)*text->at < ' ') {
			return false;
		} else {
			text->at++;
		}
	}
	return false;
}

static bool is_in_object(const struct text *text)
{
	return text->objects[text->depth / 8] >> text->depth % 8 & 1;
}

/* Skips an opening bracket, if there is one. */
static bool opens(struct text *text)
{
	bool is_object = skip(text, '{');

	if (!is_object && !skip(text, '['))
		return false;
	if (text->depth == text->max_depth) {
		text->is_too_deep = true;
		return false;
	}
	text->depth++;
	text->objects[text->depth / 8] &= ~(1 << text->depth % 8);
	text->objects[text->depth / 8] |= is_object << text->depth % 8;
	return true;
}

/* Skips the bracket that closes the innermost open one. */
static bool closes(struct text *text)
{
	if (!skip(text, is_in_object(text) ? '}' : ']'))
		return false;
	text->depth--;
	return true;
}

static bool is_scalar(struct text *text)
{
	if (is_at_end(text))
		return false;
	switch (*text->at) {
	case '"':
		return is_string(text);
	case 't':
		return is_word(text, "true");
	case 'f':
		return is_word(text, "false");
	case 'n':
		return is_word(text, "null");
	default:
		return is_number(text);
	}
}

/* Reads what precedes a value: the key, if it is in an object. */
static bool is_introduced(struct text *text)
{
	if (!is_in_object(text))
		return true;
	skip_space(text);
	if (!is_string(text))
		return false;
	skip_space(text);
	return skip(text, ':');
}

/* Reads what follows a value. True if another value follows, or if the outermost value is complete (`depth` is 0). */
static bool goes_on(struct text *text)
{
	while (text->depth) {
		skip_space(text);
		if (skip(text, ','))
			return is_introduced(text);
		if (!closes(text))
			return false;
	}
	return true;
}

/* Validates a value. Not recursive, so that no text exhausts the stack. */
static bool is_value(struct text *text)
{
	do {
		skip_space(text);
		if (opens(text)) {
			skip_space(text);
			if (!closes(text)) {
				if (!is_introduced(text))
					return false;
				continue;
			}
		} else if (text->is_too_deep || !is_scalar(text)) {
			return false;
		}
		if (!goes_on(text))
			return false;
	} while (text->depth);
	return true;
}

/* Returns a position in UTF-16 code units, as JavaScript counts. */
static int64_t position(const char *start, const char *end)
{
	int64_t count = 0;

	for (; start < end; start++) {
		uint8_t byte = *start;

		count += (byte & 0xc0) != 0x80;
		count += byte >= 0xf0;
	}
	return count;
}

/* Returns the limit of nesting: MAX_DEPTH, or less if the stack is small. */
static int max_depth(void)
{
	size_t levels = stack_left() / STACK_PER_LEVEL;

	return levels < MAX_DEPTH ? (int)levels : MAX_DEPTH;
}

/* mistakeIn(text): returns the position of the first mistake, undefined if there is none, or -1 if the text is nested too deep. */
static JSValue mistake_in(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	size_t length;
	const char *start = JS_ToCStringLen(ctx, &length, argv[0]);

	if (!start)
		return JS_EXCEPTION;
	struct text text = { .at = start, .end = start + length, .max_depth = max_depth() };
	bool is_json = is_value(&text);

	if (is_json)
		skip_space(&text);
	JSValue result = is_json && is_at_end(&text) ? JS_UNDEFINED :
			 text.is_too_deep	     ? JS_NewInt32(ctx, -1) :
						       JS_NewInt64(ctx, position(start, text.at));

	JS_FreeCString(ctx, start);
	return result;
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("mistakeIn", 1, mistake_in),
};

DEFINE_MODULE(json, functions)
