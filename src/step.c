#include "step.h"

#include "scan.h"

static const char *
step(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == ',' || *p == ':')
		p++;
	return p;
}

bool
step_name(const char **at, struct slice *name)
{
	const char *p = step(*at);

	if (*p == '{')
		p = step(p + 1);
	if (*p != '"') {
		*at = p + 1;
		return false;
	}
	*name = (struct slice){ .p = p, .kind = KIND_STRING };
	p = scan_string(p + 1, name) + 1;
	name->n = (uint32_t)(p - name->p);
	*at = step(p);
	return true;
}

bool
step_member(const char **at, struct slice *name, struct slice *value)
{
	return step_name(at, name) && scan_value(at, value);
}

bool
step_element(const char **at, struct slice *value)
{
	*at = step(*at);
	if (**at == ']') {
		++*at;
		return false;
	}
	return scan_value(at, value);
}
