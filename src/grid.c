#include "grid.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#include "arena.h"
#include "jqexpr.h"
#include "safe.h"
#include "scan.h"
#include "table.h"
#include "text.h"
#include "utf8.h"

enum { GAP = 2, SLACK = 16 };

/* A name below another (0: the row itself). It is a column if some row has a value there that is no object. */
struct member {
	uint32_t above;
	struct span name;
	uint64_t met; /* in this row */
	bool column, has_numbers, has_others;
	struct slice value; /* in row number .. */
	uint64_t row;
	struct span title;
	size_t width;
};

struct grid {
	enum grid_form form;
	locale_t locale; /* to know how wide characters are */
	struct table table;
	struct pool members;
	struct numbers {
		uint32_t *of;
		size_t n, room;
	} columns, cells; /* members: all columns, those that have a value in this row */
	uint64_t row;
	struct arena names, record;
	size_t blanks; /* owed before the next text, so that no line ends in blanks */
};
