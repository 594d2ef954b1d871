/* Only what was written whole is read: the text as it is, never one with another byte, one less or one more. */
#include "statefile.h"

#include "fuzz.h"

static void
damage(const char *path, unsigned how, unsigned bit, unsigned place)
{
	struct span file = fuzz_slurp(path);
	char *at = (char *)file.p + place % file.n;

	if (how == 1)
		*at ^= (char)(1 << bit);
	else if (how == 2)
		memmove(at, at + 1, (size_t)(file.p + --file.n - at));
	else
		memmove(at + 1, at, (size_t)(file.p + file.n++ - at));
	fuzz_file(path, file);
}

void
target(struct span text)
{
	unsigned how = fuzz_choice(&text, 4), bit = fuzz_choice(&text, 8), high = fuzz_choice(&text, 16), low = fuzz_choice(&text, 256);
	struct writing *writing = statefile_write(fuzz_path(), NULL);
	struct span lines;
	char *memory;

	*(char *)text.p = '{'; /* bytes that bring the checksum to zero would hide zeros behind them */
	output_put(writing_text(writing), text.p, text.n);
	MUST(statefile_commit(writing) && statefile_read(fuzz_path(), &lines, &memory));
	MUST_EQUAL(text, lines);
	free(memory);
	if (how > 0)
		damage(fuzz_path(), how, bit, high << 8 | low);
	else
		fuzz_file(fuzz_path(), text);
	MUST(statefile_read(fuzz_path(), &lines, &memory) && how == 0); /* refuses whatever is damaged */
	MUST(memcmp(lines.p, text.p, lines.n) == 0);
	free(memory);
}
