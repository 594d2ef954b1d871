"""Windows of a slice, asked of dhcp-window and of DuckDB."""
import duck
import pipes
import slices
from model import duration, member, split

KEYS = ["id", "src_ip", "dest_ip", "type", "dhcp_type", "client_mac", "client_ip", "assigned_ip", "requested_ip", "hostname",
        "lease_time", "vendor_class_identifier", "routers", "v", "n", "o.p", "nowhere"]
NETWORKS = ["src_ip/0", "client_ip/7", "assigned_ip/20", "assigned_ip/24", "requested_ip/25", "dest_ip/32", "v/9", "hostname/16"]
FIELDS = [*KEYS, "ts", "timestamp", "renewal_time", "pcap_cnt", "flow_id", "client_id", "dns_servers", "next_server_ip"]
NUMBERS = ["id", "lease_time", "renewal_time", "pcap_cnt", "flow_id", "n", "n", "n", "n", "v", "hostname"]
TIMES = ["ts", "ts", "ts", "timestamp", "n", "lease_time", "id", "v"]
ADDRESSES = ["src_ip", "client_ip", "assigned_ip", "requested_ip", "v", "hostname", "lease_time"]
LENGTHS = ["1s", "7s", "1m", "5m", "10m", "30m", "1h", "1h30m", "7h", "1d", "3d", "1w", "999999us"]
ALIGNS = ["1us", "1m", "7m", "15h", "30m", "1d", "36h"]
GAPS = ["1ms", "1s", "10s", "1m", "10m", "1h", "3h"]
LATENESSES = ["0", "1us", "1s", "1m", "10m", "1h"]
USUAL = "max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)"
EVE = {"src_ip", "dest_ip", "flow_id", "pcap_cnt", "timestamp", "src_port"}  # what does not stand in the dhcp object
SOME = 1000
CONDITIONS = {
    "-x": [("10.77.0.1", "j->>'$.src_ip' != '10.77.0.1'"), ("0.0.0.0/32", "j->>'$.src_ip' != '0.0.0.0'")],
    "--src": [("10.77.0.0/24", "(j->>'$.src_ip') LIKE '10.77.0.%'"), ("0.0.0.0", "j->>'$.src_ip' = '0.0.0.0'")],
    "-r": [("hostname", "j->>'$.dhcp.hostname' IS NOT NULL"), ("requested_ip", "j->>'$.dhcp.requested_ip' IS NOT NULL")],
    "-t": [("ack,nak", "j->>'$.dhcp.dhcp_type' IN ('ack', 'nak')"), ("discover", "j->>'$.dhcp.dhcp_type' = 'discover'")],
    "-w": [(".dhcp.lease_time > 120", "(j->>'$.dhcp.lease_time')::BIGINT > 120"),
           ('.dhcp.client_mac | test("^0")', "(j->>'$.dhcp.client_mac') LIKE '0%'")],
    "--since": [("2019-04-30T00:00:00Z", "t >= TIMESTAMP '2019-04-30'"), ("2019-04-30T02:00:00Z", "t >= TIMESTAMP '2019-04-30 02:00:00'")],
    "--until": [("2019-04-30T07:00:00+0100", "t < TIMESTAMP '2019-04-30 06:00:00'")],
}


def aggregates(r):
    """Some, as NAME, OP and FIELD, and as dhcp-window takes them."""
    if r.random() < 0.1:
        return [*(("max_" + f, "max", f) for f in ("src_ip", "hostname", "client_ip", "requested_ip", "ts")), ("count", "count", "id")], []
    chosen = {}
    for i in range(r.choice([0, 1, 2, 3, 4, 6, 9])):
        op = r.choice(["count", "count", "distinct", "min", "max", "min_ip", "max_ip", "sum", "avg", "avg", "first", "last", "values", "span"])
        field = r.choice(NUMBERS if op in ("sum", "avg") else TIMES if op == "span" else ADDRESSES if op.endswith("_ip") else FIELDS)
        if op == "count" and r.random() < 0.5:
            field = None
        name = f"x{i}" if r.random() < 0.2 else f"{op}_{field.split('.')[-1]}" if field else op
        chosen[name] = (name, op, field)
    spelt = [f"{f'{name}=' if name.startswith('x') else ''}{op}{f'({field})' if field else ''}" for name, op, field in chosen.values()]
    return list(chosen.values()), ["-a", ",".join(spelt)]


def sql_of(op, f):
    """An aggregate of the column f, the time being t."""
    ip, micro = f"ip({f})", f"millionths({f})"
    return {
        "count": f"count({f or '*'})",
        "distinct": f"count(DISTINCT {f})",
        "min": f"min({f})",
        "max": f"max({f})",
        "sum": f"sum({micro})::HUGEINT",
        "avg": f"half_even(sum({micro})::HUGEINT, count({micro})::HUGEINT)",
        # Of several at the same time the least, and the greatest: the rows of Spark depend on their order there.
        "first": f"arg_min({f}, {{'t': t, 'f': {f}}}) FILTER ({f} IS NOT NULL)",
        "last": f"arg_max({f}, {{'t': t, 'f': {f}}}) FILTER ({f} IS NOT NULL)",
        "values": f"coalesce(list_sort(list(DISTINCT {f}) FILTER ({f} IS NOT NULL)), [])",
        "min_ip": f"arg_min({f}, {ip}) FILTER ({ip} IS NOT NULL)",
        "span": f"(max(point({f})) - min(point({f})))::HUGEINT",
        "max_ip": f"arg_max({f}, {ip}) FILTER ({ip} IS NOT NULL)",
    }[op]


def condition(r, names, by):
    """A condition on a row, in jq and in SQL; in jq null is less than all, and compared it is never null."""
    kind, name, column = r.choice([("start", None, None), *((op, name, f"a{i}") for i, (name, op, _) in enumerate(names)),
                                   *(("key", member(item), f"k{i}") for i, item in enumerate(by))])
    if kind == "start":
        at = f"2019-04-{r.choice(['29', '30'])}T{r.randrange(24):02}:00:00.000000Z"
        return f'.window.start >= "{at}"', f"stamp(first) >= '{at}'"
    if kind in ("count", "distinct"):
        n = r.choice([1, 1, 2, 3, 10])
        return r.choice([(f".{name} >= {n}", f"{column} >= {n}"), (f".{name} % 2 == 0", f"{column} % 2 = 0"),
                         (f".{name} == {n}", f"{column} = {n}")])
    if kind in ("sum", "avg", "span"):
        n = r.choice([-1, 0, 0.5, 67, 1000, 3600, 2 * 10**9])
        micro = int(n * 10**6)
        return r.choice([(f".{name} < {n}", f"coalesce({column} < {micro}, true)"), (f".{name} > {n}", f"coalesce({column} > {micro}, false)"),
                         (f".{name} != null", f"{column} IS NOT NULL")])
    if kind == "values":
        return f"(.{name} | length) > 1", f"len({column}[:{SOME}]) > 1"
    word = r.choice(["a", "10.77.0.3", "2019-04-30T05", "request", "B", "0.0.0.0"])
    return r.choice([(f".{name} != null", f"{column} IS NOT NULL"), (f'.{name} == "{word}"', f"coalesce({column} = thing(3, NULL, '{word}'), false)"),
                     (f'.{name} >= "{word}"', f"coalesce({column} >= thing(3, NULL, '{word}'), false)"),
                     (f'.{name} < "{word}"', f"coalesce({column} < thing(3, NULL, '{word}'), true)"),
                     (f'(.{name} | type) == "number"', f"coalesce({column}.k = 2, false)")])


def having(r, names, by):
    jq, sql = condition(r, names, by)
    if r.random() < 0.3:
        word, (jq2, sql2) = r.choice(["and", "or"]), condition(r, names, by)
        jq, sql = f"{jq} {word} ({jq2} | not)", f"({sql}) {word} NOT ({sql2})"
    return jq, sql


def keys(r, n):
    """So many fields for --by, now and then a network."""
    return [r.choice([f for f in NETWORKS if split(f)[0] == key] or [key]) if r.random() < 0.3 else key for key in r.sample(KEYS, n)]


def windows(r):
    """Options, and what makes windows of the records r in SQL: a table w with first and finish."""
    choice = r.random()
    if choice < 0.15:
        gap = r.choice(GAPS)
        return ["--session", gap], duration(gap), None, 0
    if choice < 0.25:
        return [], duration("30m"), duration("30m"), 0
    every = r.choice(LENGTHS)
    options, slide = ["-e", every], duration(every)
    if choice < 0.55:
        steps = [d for d in LENGTHS if duration(every) / 20 <= duration(d) <= duration(every)]
        step = r.choice(steps)
        options, slide = [*options, "--slide", step], duration(step)
    align = r.choice(ALIGNS) if r.random() < 0.3 else None
    return options + (["--align", align] if align else []), duration(every), slide, duration(align) if align else 0


def windows_sql(every, slide, align, lateness):
    if slide is None:
        # A session ends where the next record of the key is the gap or more away.
        kept = "" if lateness is None else f"WHERE epoch_us(t) >= clock - {lateness}"
        return f"""
            v AS (SELECT *, coalesce(epoch_us(t) - lag(epoch_us(t)) OVER (PARTITION BY KEYS ORDER BY t) >= {every}, true) AS opens FROM r {kept}),
            n AS (SELECT *, sum(opens::INT) OVER (PARTITION BY KEYS ORDER BY t) AS session FROM v),
            w AS (SELECT *, min(t) OVER s AS first, max(t) OVER s + to_microseconds({every}) AS finish FROM n
                  WINDOW s AS (PARTITION BY KEYS, session))"""
    open_ = "" if lateness is None else f"AND epoch_us(finish) > clock - {lateness}"
    return f"""
        n AS (SELECT *, time_bucket(to_microseconds({slide}), t, TIMESTAMP '1970-01-01' + to_microseconds({align})) AS newest FROM r),
        v AS (SELECT *, newest - to_microseconds(i * {slide}) AS first, first + to_microseconds({every}) AS finish
              FROM n, range({-(-every // slide)}) AS steps(i)),
        w AS (SELECT * FROM v WHERE finish > t {open_})"""


def conditions(r):
    """Options of eve-dhcp-filter, and what they mean in SQL, where a null is not true: so it is in Spark, too."""
    chosen = [(option, *r.choice(CONDITIONS[option])) for option in r.sample(list(CONDITIONS), r.choice([0, 1, 1, 2]))]
    return [word for option, value, _ in chosen for word in (option, value)], [sql for _, _, sql in chosen]


def records_sql(fields, eve, conditions_):
    """A table r: the time, the fields, and how far the clock was when the record came."""
    path = {f: split(f)[0] if not eve or split(f)[0] in EVE else f"dhcp.{split(f)[0]}" for f in fields}
    whole = {f: f"val(j->'$.{path[f]}')" for f in fields}
    columns = "".join(f", {whole[f] if split(f)[1] is None else f'network({whole[f]}, {split(f)[1]})'} AS f{i}" for i, f in enumerate(fields))
    if eve:
        columns = columns.replace("val(j->'$.dhcp.ts')", "thing(3, NULL, stamp(t))")
        conditions_ = ["j->>'$.event_type' = 'dhcp'", *conditions_]
    where = " AND ".join(["t IS NOT NULL", *conditions_])
    return f"""
        d AS (SELECT *, {"utc(j->>'$.timestamp')" if eve else "coalesce(utc(j->>'$.ts'), utc(j->>'$.timestamp'))"} AS t FROM {duck.lines('slice')}),
        r AS (SELECT t, max(epoch_us(t)) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) AS clock{columns} FROM d WHERE {where})"""


def rows_of(answer, names, by):
    """Rows as dhcp-window spells and sorts them."""
    rows = []
    for first, finish, end, *columns in answer:
        key = [duck.spelt(v) for v in columns[:len(by)]]
        row = [f'"window":{{"start":"{first}","end":"{finish}"}}', *(f'"{member(p)}":{v}' for p, v in zip(by, key))]
        more = False
        for (name, op, _), v in zip(names, columns[len(by):]):
            if op == "values":
                more = more or len(v) > SOME
                v = f"[{','.join(duck.spelt(one) for one in v[:SOME])}]"
            elif op in ("sum", "avg", "span"):
                v = duck.spelt_micro(v)
            elif op not in ("count", "distinct"):
                v = duck.spelt(v)
            row.append(f'"{name}":{v}')
        rows.append(((end, first, "\1".join(key).encode()), "{" + ",".join(row + ['"truncated":true'] * more) + "}\n"))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def draw(r, ask):
    eve = r.random() < 0.2
    names, options = aggregates(r)
    by, by_options = ["id"], []
    if options or r.random() < 0.5:
        by = keys(r, r.choice([0, 1, 1, 1, 2, 2, 3]))
        by_options = ["-b", ",".join(by)]
    window_options, every, slide, align = windows(r)
    lateness = r.choice(LATENESSES) if r.random() < 0.15 else None
    fields = sorted({f for _, _, f in names if f} | set(by))
    filters, where = conditions(r) if eve else ([], [])
    lines = slices.some(r, ask.eve, 4000, 300) if eve else slices.draw(r, ask.day, len(ask.day))
    ask.write("slice", lines)

    column = {f: f"f{i}" for i, f in enumerate(fields)}
    named = [f"{column[f]} AS k{i}" for i, f in enumerate(by)]
    jq, condition_ = having(r, names, by) if r.random() < 0.25 else (None, "true")
    columns = [f"{sql_of(op, column.get(f))} AS a{i}" for i, (_, op, f) in enumerate(names)]
    made = windows_sql(every, slide, align, duration(lateness) if lateness else None)
    made = made.replace("PARTITION BY KEYS, ", "PARTITION BY " + "".join(column[f] + ", " for f in by))
    made = made.replace("PARTITION BY KEYS", "PARTITION BY " + ", ".join(column[f] for f in by) if by else "")
    takes = {"sum": "millionths", "avg": "millionths", "span": "point"}
    summed = [f"({column[f]} IS NOT NULL AND {takes[op]}({column[f]}) IS NULL)" for _, op, f in names if op in takes]
    head = f"WITH {records_sql(fields, eve, where)}, {made}"
    answer = ask.con.execute(f"""{head},
        g AS (SELECT {', '.join(['first', 'finish', *named, *columns])} FROM w GROUP BY {', '.join(['first', 'finish', *(column[f] for f in by)])})
        SELECT stamp(first), stamp(finish), finish, * EXCLUDE (first, finish) FROM g WHERE {condition_}""").fetchall()
    # What cannot be summed up makes the status 1.
    bad = ask.con.execute(f"{head} SELECT count(*) FROM w WHERE {' OR '.join(summed)}").fetchone()[0] if summed else 0

    window = ["dhcp-window", *window_options, *by_options, *options, *(["--having", jq] if jq else []), *(["-l", lateness] if lateness else [])]
    wide = sorted({"ts", *(split(f)[0] for f in fields)} - {"nowhere", "v", "n", "o.p"})
    filter_ = ["eve-dhcp-filter", *filters, "--fields", ",".join(wide), "slice"]
    pipe = pipes.Pipe(filter_, window) if eve else pipes.Pipe([*window, "slice"])
    kind = "sessions" if slide is None else "sliding" if slide != every else "tumbling"
    return kind + (" of EVE" if eve else ""), pipe, rows_of(answer, names, by), 1 if bad else 0
