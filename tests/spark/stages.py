"""spark_pipe.py in one session on two executors: each choice of stages, and what goes wrong.  Run by batch.bats.

    spark-submit stages.py SCRIPT DAY MESSAGES     in a folder, where NAME.out and NAME.said come to be
"""
import contextlib
import itertools
import os
import sys
import threading

from pyspark.sql import SparkSession

script, day, messages = sys.argv[1:]
sys.path.insert(0, os.path.dirname(script))
import spark_pipe  # noqa: E402

sys.argv[1:] = []
spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
sc = spark.sparkContext


def run(name, *words):
    """One batch, as from the command line; that it failed is said."""
    sys.argv[1:] = words
    with open(name + ".out", "w", encoding="utf-8") as out, open(name + ".said", "w", encoding="utf-8") as said, \
            contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            spark_pipe.Job(spark, spark_pipe.arguments()).batch()
        except Exception as error:
            print("failed:", error, file=said)


def programs(name, **instead):
    """A folder with the programs, but these scripts in place of some."""
    os.mkdir(name)
    for program in spark_pipe.STAGES.values():
        os.symlink(os.path.join(spark_pipe.programs(), program), os.path.join(name, program))
    for stage, text in instead.items():
        path = os.path.join(name, spark_pipe.STAGES[stage])
        os.remove(path)
        if text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o755)
    return os.path.abspath(name)


# A hang is a failure, too, and of all that was to come.
threading.Timer(500, os._exit, [3]).start()

with open("executors", "w", encoding="utf-8") as file:
    print(sc.parallelize(range(8), 8).map(lambda _: os.getcwd()).distinct().count(), sc.master, sc.applicationId, file=file)

for n in range(4):
    for chosen in itertools.combinations(spark_pipe.STAGES, n):
        stages = ",".join(chosen) or "none"
        run("day." + stages, "-n", "0", "--pipe", stages, day)
        run("messages." + stages, "-n", "0", "--pipe", stages, "--messages", messages)

open("empty", "w", encoding="utf-8").close()
run("empty", "empty")
with open("few", "w", encoding="utf-8") as file, open(day, encoding="utf-8") as lines:
    file.writelines(itertools.islice((line for line in lines if '"hostname"' in line), 1))
run("few", "few")
with open("bad", "w", encoding="utf-8") as file, open(day, encoding="utf-8") as lines:
    file.write('{"event_type":"dhcp"\n')
    file.writelines(lines)
run("bad", "-n", "0", "bad")

run("missing", "--programs", programs("without", topn=None), day)
run("usage", "--minutes", "0", day)
for stage in spark_pipe.STAGES:
    folder = programs("broken." + stage, **{stage: "#!/bin/sh\n/bin/cat >/dev/null\nexit 3\n"})
    run("fails." + stage, "--programs", folder, day)
    run("killed." + stage, "--programs", programs("killed.by." + stage, **{stage: "#!/bin/sh\nkill -9 $$\n"}), "few")

spark.stop()
os._exit(0)
