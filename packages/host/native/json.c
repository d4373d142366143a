/* `native:json`: whether a text is JSON, to the letter of RFC 8259. QuickJS takes more, and does not say where it stopped. */
#include <string.h>

#include "host.h"

/* Deeper than anything that means something, and no burden to the stack, here or in QuickJS. */
enum { MAX_DEPTH = 1000 };

struct text {
	const char *at, *end;
	int depth;
};

static bool is_value(struct text *text);

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
	/* No digit follows a zero. */
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

static bool is_member(struct text *text)
{
	if (!is_string(text))
		return false;
	skip_space(text);
	if (!skip(text, ':'))
		return false;
	return is_value(text);
}

/* Behind the opening bracket. */
static bool is_list(struct text *text, char close, bool (*is_item)(struct text *))
{
	if (++text->depth > MAX_DEPTH)
		return false;
	skip_space(text);
	if (!skip(text, close)) {
		do {
			skip_space(text);
			if (!is_item(text))
				return false;
			skip_space(text);
		} while (skip(text, ','));
		if (!skip(text, close))
			return false;
	}
	text->depth--;
	return true;
}

static bool is_value(struct text *text)
{
	skip_space(text);
	if (is_at_end(text))
		return false;
	if (skip(text, '{'))
		return is_list(text, '}', is_member);
	if (skip(text, '['))
		return is_list(text, ']', is_value);
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

/* How JavaScript counts: in UTF-16. */
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

/* mistakeIn(text): the position of what cannot stand where it does, or undefined. */
static JSValue mistake_in(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv)
{
	size_t length;
	const char *start = JS_ToCStringLen(ctx, &length, argv[0]);

	if (!start)
		return JS_EXCEPTION;
	struct text text = { start, start + length, 0 };
	bool is_json = is_value(&text);

	if (is_json)
		skip_space(&text);
	JSValue result = is_json && is_at_end(&text) ? JS_UNDEFINED : JS_NewInt64(ctx, position(start, text.at));

	JS_FreeCString(ctx, start);
	return result;
}

static const JSCFunctionListEntry functions[] = {
	JS_CFUNC_DEF("mistakeIn", 1, mistake_in),
};

DEFINE_MODULE(json, functions)
