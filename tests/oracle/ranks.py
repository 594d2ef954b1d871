"""Rankings of records and of window rows, asked of dhcp-topn and of DuckDB."""
import functools

import batch
import duck
import pipes
import slices

FIELDS = ["id", "src_ip", "dhcp_type", "client_mac", "assigned_ip", "requested_ip", "hostname", "lease_time", "v", "n", "ts", "o.p", "nowhere"]
ROWS = ["window.start", "window.end", "id", "src_ip", "dhcp_type", "count", "max_ts", "x"]  # of dhcp-window
KEYS = {"": "{}", "text": "as_text({})", "num": "as_num({})", "time": "as_time({})", "ip": "ip({})"}


def sort_keys(r, fields, types):
    """Some of -k, as field, whether it rises, and type; by the field's name text may be an address, and so on."""
    for field in r.sample(fields, r.choice([0, 1, 1, 2, 3])):
        yield field, r.random() < 0.5, r.choice(list(KEYS)) if types and r.random() < 0.4 else ""


def option(r, field, rises, type_):
    words = [field, "asc" if rises else "desc" if type_ or r.random() < 0.5 else None, type_ or None]
    return ["-k", ":".join(word for word in words if word)]


def ordered(keys, row, bottom, column):
    """ORDER BY: null is the least, and rows that are equal by all keys go by their bytes."""
    words = [f"{KEYS[type_].format(column(field))} {'ASC NULLS FIRST' if rises != bottom else 'DESC NULLS LAST'}" for field, rises, type_ in keys]
    return ", ".join([*words, f"{row} {'DESC' if bottom else 'ASC'}"])


def rows(r, ask):
    """What is to be ranked, in the file slice, and its fields."""
    if r.random() < 0.4:
        ask.write("records", slices.draw(r, ask.day, 3000))
        by = r.choice(["id", "src_ip", "dhcp_type", "id,dhcp_type", "src_ip,dhcp_type", ""])
        window = ["dhcp-window", "-e", r.choice(["1h", "30m", "5m", "1d"]), "-b", by, "-a", f"count,max(ts),x={r.choice(['avg(n)', 'sum(lease_time)', 'last(hostname)'])}"]
        ask.write("slice", [pipes.output([*window, "records"])[0].decode()])
        return ROWS
    ask.write("slice", slices.draw(r, ask.day, len(ask.day)))
    return FIELDS


def value_of(r, fields):
    """A table v: the line, its number, and its fields; the last line counts of those with the same key."""
    upsert = r.sample(fields, r.choice([1, 1, 2])) if r.random() < 0.2 else []
    return (["-u", ",".join(upsert)] if upsert else []), [fields.index(f) for f in upsert]


def half_even(n, by):
    """n / by, by the least remainder, and of two the even one."""
    low, rest = divmod(n, by)
    return low + (2 * rest > by or (2 * rest == by and low % 2))


def counted(r, ask, fields, head, upsert_options, options, bottom, most):
    """With --by: the counts come from DuckDB, and are ranked here, for it is rows that were never in a file."""
    by = r.sample(fields, r.choice([1, 1, 2, 3]))
    names = [f.split(".")[-1] for f in by]
    if len(set(names) | {"count", "sum", "share"}) < len(names) + 3:
        by, names = [fields[2]], [fields[2]]
    sum_ = r.choice(["n", "lease_time", "id", "count", "v"]) if r.random() < 0.4 else None
    weight = f"val(j->'$.{sum_}')" if sum_ else "NULL"
    keys = list(sort_keys(r, ["count", "share", *names, *(["sum"] if sum_ else [])], False)) if r.random() < 0.5 else []
    columns = [f"f{fields.index(f)}" for f in by]
    head = head.replace("WEIGHT", weight).replace("TAKEN", f"{weight} IS NULL OR millionths({weight}) IS NOT NULL" if sum_ else "true")
    groups = ask.con.execute(f"{head} SELECT count(*), sum(coalesce(millionths(weight), 0))::HUGEINT, {', '.join(columns)} FROM v GROUP BY ALL").fetchall()
    bad = ask.con.execute(f"{head} SELECT count(*) FROM l WHERE NOT coalesce({weight} IS NULL OR millionths({weight}) IS NOT NULL, false)").fetchone()[0] if sum_ else 0
    total = sum(g[1] if sum_ else g[0] for g in groups)
    made = []
    for n, micro, *key in groups:
        part = micro if sum_ else n
        share = (half_even(part * 10**6, total) if total > 0 else half_even(-part * 10**6, -total)) if total else None
        row = dict(zip(names, map(duck.spelt, key))) | {"count": str(n)} | ({"sum": duck.spelt_micro(micro)} if sum_ else {})
        row["share"] = duck.spelt_micro(share)
        values = dict(zip(names, [(0,) if v is None else (v["k"] + 1, v["n"] if v["k"] == duck.NUMBER else (v["s"] or "").encode()) for v in key]))
        values |= {"count": (3, n), "sum": (3, micro or 0), "share": (0,) if share is None else (3, share)}
        made.append(("{" + ",".join(f'"{name}":{v}' for name, v in row.items()) + "}\n", values))
    order = keys or [("sum" if sum_ else "count", False, "")]

    def compare(a, b):
        for field, rises, _ in order:
            if a[1][field] != b[1][field]:
                return (-1 if (a[1][field] < b[1][field]) == rises else 1) * (-1 if bottom else 1)
        return ((a[0].encode() > b[0].encode()) - (a[0].encode() < b[0].encode())) * (-1 if bottom else 1)

    made.sort(key=functools.cmp_to_key(compare))
    options = [*upsert_options, *options, "-b", ",".join(by), *(["--sum", sum_] if sum_ else [])]
    options += [o for key in keys for o in option(r, *key)]
    return "counts", pipes.Pipe(["dhcp-topn", *options, "slice"]), [row for row, _ in made[:most]], 1 if bad else 0


def draw(r, ask):
    fields = rows(r, ask)
    n = r.choice([None, 0, 0, 1, 3, 10, 100])
    most = {None: 50, 0: None}.get(n, n)
    bottom = r.random() < 0.25
    options = (["-n", str(n)] if n is not None else []) + (["--bottom"] if bottom else [])
    upsert_options, upsert = value_of(r, fields)
    columns = "".join(f", val(j->'$.{f}') AS f{i}" for i, f in enumerate(fields))
    head = f"WITH l AS (SELECT *, WEIGHT AS weight {columns} FROM {duck.lines('slice')}), v AS (SELECT * FROM l WHERE TAKEN"
    if upsert:
        head += f" QUALIFY row_number() OVER (PARTITION BY {', '.join(f'f{i}' for i in upsert)} ORDER BY line DESC) = 1"
    head += ")"
    if r.random() < 0.4:
        return counted(r, ask, fields, head, upsert_options, options, bottom, most)

    head = head.replace("WEIGHT", "NULL").replace("TAKEN", "true")
    keys = list(sort_keys(r, fields, True))
    options = [*upsert_options, *options, *(o for key in keys for o in option(r, *key))]
    order = ordered(keys or [("max_ts", False, "")], "row", bottom, lambda f: f"f{fields.index(f)}" if f in fields else "val(j->'$.max_ts')")
    per = r.choice(fields) if r.random() < 0.3 else None
    group = f"f{fields.index(per)}" if per else "NULL"
    options += ["--per", per] if per else []
    limit = f"WHERE place <= {most}" if most else ""
    answer = ask.con.execute(f"""{head},
        o AS (SELECT *, j::VARCHAR AS row, {group} AS part FROM v),
        p AS (SELECT *, row_number() OVER (PARTITION BY part ORDER BY {order}) AS place FROM o)
        SELECT row FROM p {limit} ORDER BY part NULLS FIRST, place""").fetchall()
    return "rankings" + (" per" if per else ""), pipes.Pipe(["dhcp-topn", *options, "slice"]), [row + "\n" for row, in answer], 0
