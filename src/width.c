#include "width.h"

#include <locale.h>
#include <wchar.h>

#include "utf8.h"

/* The C library knows, once it is told that characters are Unicode; lives as long as the run. */
static void
use_unicode(void)
{
	static locale_t locale;
	static bool tried;

	if (!tried && (locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL)) != NULL)
		uselocale(locale);
	tried = true;
}

unsigned
width_of_other(int32_t cp)
{
	int wide;

	use_unicode();
	wide = wcwidth((wchar_t)cp);
	return wide >= 0 ? (unsigned)wide : 1;
}

size_t
width_of_text(struct span text)
{
	const char *p = text.p, *end = p + text.n;
	size_t n = 0;

	while (p < end) {
		int32_t cp;

		p += utf8_next(p, end, &cp);
		n += width_of(cp);
	}
	return n;
}
