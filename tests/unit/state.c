/* What checkpoints and partial rows stand on: sums that are read back, arrays and objects element by element, the checksum. */
#include <stdlib.h>

#include "alloc.h"
#include "check.h"
#include "crc.h"
#include "input.h"
#include "number.h"
#include "scan.h"
#include "step.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const sums[] = {
	"0", "1", "-1", "0.000001", "-0.000001", "10", "0.1", "123456.789", "9200000000000", "-9200000000000.5", "92233720368547758070000",
	"1234567890123456789012345.123456", "-99999999999999999999999999999999.999999",
};

static const char *const no_sums[] = {
	"", "-", ".", "-.", "1e3", "1E3", "+1", " 1", "1 ", "0x1", "1.1234567", "1..2", "1.2.3", "--1", "1-", "999999999999999999999999999999999",
	"123456789012345678901234567890123", "nan", "1_0",
};

static void
check_sums(void)
{
	char to[NUMBER_MICRO_LENGTH], *end;
	struct wide micro;

	for (size_t i = 0; i < COUNT(sums); i++) {
		CHECK_NUMBER(sums[i], true, number_read_micro(span_of(sums[i]), &micro));
		end = number_put_micro(to, micro);
		CHECK_TEXT("and written", sums[i], ((struct span){ to, (size_t)(end - to) }));
	}
	for (size_t i = 0; i < COUNT(no_sums); i++)
		CHECK_NUMBER(no_sums[i], false, number_read_micro(span_of(no_sums[i]), &micro));
	for (struct wide n = wide_of(1); n.high < UINT64_C(1) << 32; n = wide_add(wide_times(n, 3), wide_of(1))) {
		struct wide minus = wide_negate(n);
		struct span text = { to, (size_t)(number_put_micro(to, minus) - to) };

		CHECK_NUMBER("a power", true, number_read_micro(text, &micro) && micro.low == minus.low && micro.high == minus.high);
	}
}

/* What may be read behind a text stands there. */
static const char *
with_slack(const char *text)
{
	size_t n = strlen(text);
	char *copy = xmalloc(n + INPUT_SLACK);

	memcpy(copy, text, n);
	memset(copy + n, '\n', INPUT_SLACK);
	return copy;
}

static void
append(char *to, size_t room, const char *p, size_t n, char end)
{
	size_t used = strlen(to);

	snprintf(to + used, room - used, "%.*s%c", (int)n, p, end);
}

static const struct {
	const char *array, *elements; /* of which each is followed by a bar */
} arrays[] = {
	{ "[]", "" }, { "[ ]", "" }, { "[1]", "1|" }, { "[1,2,3]", "1|2|3|" }, { " [ 1 ,\t-2.5e3 , null ] ", "1|-2.5e3|null|" },
	{ "[\"a\",\"],\",\"\\\"\",\"\"]", "\"a\"|\"],\"|\"\\\"\"|\"\"|" }, { "[[1,[2]],{\"a\":[3,\"]\"]},[]]", "[1,[2]]|{\"a\":[3,\"]\"]}|[]|" },
	{ "[\"a b\",\"!\"]", "\"a b\"|\"!\"|" }, { "[true,false,null,{}]", "true|false|null|{}|" }, { "[\"\xc3\xa9\xff\"]", "\"\xc3\xa9\xff\"|" },
};

static void
check_arrays(void)
{
	for (size_t i = 0; i < COUNT(arrays); i++) {
		const char *text = with_slack(arrays[i].array), *at = strchr(text, '[') + 1;
		char got[200] = "";
		struct slice v;

		while (step_element(&at, &v))
			append(got, sizeof got, v.p, v.n, '|');
		CHECK_TEXT(arrays[i].array, arrays[i].elements, span_of(got));
		CHECK_NUMBER("stands at its end", true, at == (const char *)memrchr(text, ']', strlen(arrays[i].array)) + 1);
		free((char *)text);
	}
}

static const struct {
	const char *object, *members; /* each as name=value| */
} objects[] = {
	{ "{}", "" }, { "{\"a\":1}", "\"a\"=1|" }, { " { \"a\" : [1,2] , \"b}\" : { \"c\" : \"}\" } } ", "\"a\"=[1,2]|\"b}\"={ \"c\" : \"}\" }|" },
	{ "{\"\":null,\"\\\"\":true}", "\"\"=null|\"\\\"\"=true|" },
};

static void
check_objects(void)
{
	for (size_t i = 0; i < COUNT(objects); i++) {
		const char *text = with_slack(objects[i].object), *at = text;
		char got[200] = "";
		struct slice name, v;

		while (step_member(&at, &name, &v)) {
			append(got, sizeof got, name.p, name.n, '=');
			append(got, sizeof got, v.p, v.n, '|');
		}
		CHECK_TEXT(objects[i].object, objects[i].members, span_of(got));
		free((char *)text);
	}
}

static void
check_crc(void)
{
	static char zeros[1 << 16];
	uint32_t crc = 0;

	CHECK_NUMBER("nothing", 0, crc_add(0, "", 0));
	CHECK_NUMBER("the usual check", 0xcbf43926, crc_add(0, "123456789", 9));
	CHECK_NUMBER("a letter", 0xe8b7be43, crc_add(0, "a", 1));
	CHECK_NUMBER("bytes above 127", 0xff000000, crc_add(0, "\xff", 1));
	CHECK_NUMBER("zeros", 0xd7978eeb, crc_add(0, zeros, sizeof zeros));
	for (size_t i = 0; i < 9; i++)
		crc = crc_add(crc, &"123456789"[i], 1);
	CHECK_NUMBER("in pieces", 0xcbf43926, crc);
}

int
main(void)
{
	check_sums();
	check_arrays();
	check_objects();
	check_crc();
	return check_failures > 0;
}
