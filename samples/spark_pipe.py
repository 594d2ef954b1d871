#!/usr/bin/env python3
"""The DHCP job in PySpark, and any of its stages in eve-dhcp-filter, dhcp-window and dhcp-topn, by RDD.pipe.

    filter   lines of EVE, or messages, to the DHCP records that are wanted
    window   records to a row for each id and half hour
    topn     the newest rows

What --pipe does not name, Spark does itself.  The rows are the same bytes whichever it is, so stages can be moved one at a
time, also between two runs on one checkpoint.

A batch reads FILES.  With --kafka each micro-batch goes through the same stages, by foreachBatch.  Nothing behind a pipe can
be a streaming aggregation, so the state is the rows so far, in a folder below the checkpoint, which each batch writes anew;
as in complete mode, none is ever dropped.  A batch that is done again after a crash begins with the rows before it: what it
writes to --to may be there twice, as the same bytes under the same key.

Each executor has to find the programs: at the same path, or sent along by
spark-submit --files eve-dhcp-filter,dhcp-window,dhcp-topn spark_pipe.py --programs . (libjq has to be there).
"""
import argparse
import os
import shlex
import shutil
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

STAGES = {"filter": "eve-dhcp-filter", "window": "dhcp-window", "topn": "dhcp-topn"}

# An id is a number, as Suricata writes it; then the key of a row is the same with and without pipes.
EVENT = """timestamp string, event_type string, src_ip string,
    dhcp struct<id: bigint, hostname: string, client_ip: string, requested_ip: string>"""
RECORD = "ts timestamp, id bigint, src_ip string, hostname string, client_ip string, requested_ip string"
ROW = """window struct<start: timestamp, end: timestamp>, id bigint, max_src_ip string, max_hostname string,
    max_client_ip string, max_requested_ip string, max_ts timestamp, count bigint"""
MAXIMA = ["src_ip", "hostname", "client_ip", "requested_ip", "ts"]
KEYED = "key string, value string"
STAMP = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"

# Status 1 of a program is no failure: all that was understood is written, and the rest named on standard error, which is the
# executor's.  A last line tells the driver of it.
SHELL = '"$0" "$@"; status=$?; [ $status -ne 1 ] || { echo bad; status=0; }; exit $status'


class Job:
    def __init__(self, spark, args):
        self.spark, self.args, self.sc = spark, args, spark.sparkContext
        self.bad = {program: self.sc.accumulator(0) for program in STAGES.values()}

    def piped(self, lines, program, *options):
        """The RDD of lines that the program makes of each partition.  Its failure is that of the task, and names it."""
        failed, bad = [], self.bad[program]

        # What is raised in front of a pipe ends only the thread that feeds it, and the program waits for ever: so it is kept.
        def before(part):
            try:
                yield from part
            except Exception as error:
                failed.append(error)

        def behind(part):
            for line in part:
                if line == "bad":
                    bad.add(1)
                else:
                    yield line
            if failed:
                raise failed[0]

        # rdd.pipe has no shell but this, and no environment: not even PATH.
        command = shlex.join(["/bin/sh", "-c", SHELL, os.path.join(self.args.programs, program), *options])
        return lines.mapPartitions(before).pipe(command, checkCode=True).mapPartitions(behind)

    def filter(self, frame, lines):
        """Records.  Of the two functions, frame gives value and ts, lines an RDD of EVE or of messages as kcat -J has them."""
        if "filter" in self.args.pipe:
            return self.piped(lines(), "eve-dhcp-filter", "-x", self.args.exclude_src, "-r", "hostname")
        event = frame().select("ts", f.from_json("value", EVENT).alias("event")).select("ts", "event.*")
        wanted = event.where("event_type = 'dhcp' and dhcp.hostname is not null").where(f.col("src_ip") != self.args.exclude_src)
        return wanted.select(f.coalesce("ts", f.to_timestamp("timestamp")).alias("ts"), "src_ip", "dhcp.*")

    def window(self, records, rows=None):
        """Keyed rows of the records and, if there are any, the rows so far."""
        if "window" in self.args.pipe:
            if isinstance(records, DataFrame):
                records = records.withColumn("ts", f.date_format("ts", STAMP)).toJSON()
            return self.window_piped(records, rows)
        if not isinstance(records, DataFrame):
            records = self.spark.read.schema(RECORD).json(records)
        return self.window_spark(records, rows)

    def window_piped(self, records, rows):
        every = f"--every={self.args.minutes}m"
        pairs = self.piped(records, "dhcp-window", every, "--partial", "--kafka-key").map(lambda line: line.split("\t", 1))
        if rows is not None:
            pairs = pairs.union(rows.rdd)  # rows of max and count are partial rows; for avg or distinct, keep those of --partial
        groups = pairs.partitionBy(self.sc.defaultParallelism).values()
        merged = self.piped(groups, "dhcp-window", every, "--merge", "--kafka-key").map(lambda line: line.split("\t", 1))
        return self.spark.createDataFrame(merged, KEYED)

    def window_spark(self, records, rows):
        maxima = [f.max(name).alias("max_" + name) for name in MAXIMA]
        found = records.groupBy(f.window("ts", f"{self.args.minutes} minutes"), "id").agg(*maxima, f.count("id").alias("count"))
        if rows is not None:
            maxima = [f.max("max_" + name).alias("max_" + name) for name in MAXIMA]
            both = found.union(rows.select(f.from_json("value", ROW).alias("row")).select("row.*"))
            found = both.groupBy("window", "id").agg(*maxima, f.sum("count").alias("count"))
        start, number = f.date_format("window.start", STAMP), f.coalesce(f.col("id").cast("string"), f.lit("null"))
        return found.select(
            f.format_string('["%s",%s]', start, number).alias("key"),
            f.to_json(f.struct("*"), {"timestampFormat": STAMP, "ignoreNullFields": "false"}).alias("value"))

    def topn(self, rows):
        """The newest rows, the newest first; those of one time by their text."""
        if "topn" in self.args.pipe:
            best = self.piped(rows.rdd.map(lambda row: row.value), "dhcp-topn", "-n", str(self.args.n))
            return self.piped(best.repartition(1), "dhcp-topn", "-n", str(self.args.n)).collect()
        best = rows.orderBy(f.get_json_object("value", "$.max_ts").desc(), "value")
        return [row.value for row in (best.limit(self.args.n) if self.args.n else best).collect()]

    def batch(self):
        files = [name if "://" in name else os.path.abspath(name) for name in self.args.files]
        message = f.from_json("value", "payload string, ts bigint").alias("message")

        def frame():
            lines = self.spark.read.text(files)
            if self.args.messages:
                return lines.select(message).selectExpr("message.payload as value", "timestamp_millis(message.ts) as ts")
            return lines.selectExpr("value", "cast(null as timestamp) as ts")

        self.show(self.window(self.filter(frame, lambda: self.sc.textFile(",".join(files)))))

    def stream(self):
        messages = self.spark.readStream.format("kafka").options(**{
            "kafka.bootstrap.servers": self.args.kafka, "subscribe": self.args.topic,
            "startingOffsets": "earliest", "failOnDataLoss": "false", "maxOffsetsPerTrigger": self.args.max_offsets})
        query = messages.load().writeStream.foreachBatch(self.micro_batch).option("checkpointLocation", self.args.checkpoint)
        if self.args.once:
            query = query.trigger(availableNow=True)
        query.start().awaitTermination()

    def micro_batch(self, messages, number):
        records = self.filter(
            lambda: messages.selectExpr("cast(value as string) as value", "timestamp as ts"),
            lambda: messages.selectExpr("topic", "partition", "offset", "unix_millis(timestamp) as ts",
                                        "cast(value as string) as payload").toJSON())
        # Two folders in turn: the rows before this batch stay there until it has been committed.
        before = self.rows(number - 1) if number else None
        self.window(records, before).write.mode("overwrite").json(self.folder(number))
        after = self.rows(number)
        if self.args.to:
            changed = after if before is None else after.subtract(before)
            changed.write.format("kafka").options(**{"kafka.bootstrap.servers": self.args.kafka, "topic": self.args.to}).save()
            self.say()
        else:
            self.show(after)

    def folder(self, number):
        return f"{self.args.checkpoint}/rows/{number % 2}"

    def rows(self, number):
        return self.spark.read.schema(KEYED).json(self.folder(number))

    def show(self, rows):
        for line in self.topn(rows):
            print(line, flush=True)
        self.say()

    def say(self):
        for program, bad in self.bad.items():
            if bad.value:
                print(f"spark_pipe.py: {program}: some input was not understood; executors have it in stderr", file=sys.stderr)
                bad.value = 0


def programs():
    """Where the programs are: in the tree, where this is installed, or on PATH."""
    here = os.path.dirname(os.path.realpath(__file__))
    for folder in ("../bin", "../../../../bin"):
        if os.access(os.path.join(here, folder, "dhcp-window"), os.X_OK):
            return os.path.normpath(os.path.join(here, folder))
    return os.path.dirname(shutil.which("dhcp-window") or "")


def stages(text):
    chosen = [] if text == "none" else text.split(",")
    if not set(chosen) <= set(STAGES):
        raise argparse.ArgumentTypeError(f"{text}: not of {', '.join(STAGES)}, or none")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(description="The newest DHCP transactions of clients that told their names, by PySpark.")
    option = parser.add_argument
    option("--pipe", type=stages, default=list(STAGES), metavar="STAGES",
           help="those of filter,window,topn that go through rdd.pipe, or none (all of them)")
    option("--programs", default=programs(), metavar="DIR", help="where the executors have them (%(default)s)")
    option("-x", "--exclude-src", default="61.82.88.6", metavar="IP", help="drop events from there (%(default)s)")
    option("--minutes", type=int, default=30, help="length of a window (%(default)s)")
    option("-n", type=int, default=50, help="how many rows, 0 for all (%(default)s)")
    option("--messages", action="store_true", help="FILES are of kcat -J; without, of EVE")
    option("--kafka", metavar="BROKER", help="read a topic, as a stream")
    option("--topic", default="suricata", help="which (%(default)s)")
    option("--checkpoint", metavar="DIR", help="of the stream, and its rows; all executors can write there")
    option("--to", metavar="TOPIC", help="write each changed row there, by key; without, print the newest after each batch")
    option("--max-offsets", type=int, metavar="N", help="of messages a micro-batch, at most")
    option("--once", action="store_true", help="end when all is read that is on the topic now")
    option("files", nargs="*", metavar="FILE", help="plain, or .gz, .bz2, .zst")
    args = parser.parse_args()
    if bool(args.files) == bool(args.kafka) or bool(args.kafka) != bool(args.checkpoint):
        parser.error("either files, or --kafka and --checkpoint")
    if args.pipe and not args.programs:
        parser.error("where are the programs? Say --programs DIR")
    return args


def main():
    args = arguments()
    spark = SparkSession.builder.appName("dhcp").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    job = Job(spark, args)
    if args.kafka:
        job.stream()
    else:
        job.batch()
    spark.stop()


if __name__ == "__main__":
    main()
