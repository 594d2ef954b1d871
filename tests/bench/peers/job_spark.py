"""The job over EVE lines by Spark: spark-submit job_spark.py FILE. One row a line, best time first."""
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count, date_format, desc, max as max_, to_timestamp, window

SCHEMA = """timestamp string, event_type string, src_ip string,
    dhcp struct<id: bigint, hostname: string, client_ip: string, requested_ip: string>"""
STAMP = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"

spark = SparkSession.builder.getOrCreate()
rows = (
    spark.read.schema(SCHEMA).json(sys.argv[1])
    .where("event_type = 'dhcp' and src_ip != '61.82.88.6' and dhcp.hostname is not null")
    .select("src_ip", "dhcp.*", to_timestamp("timestamp").alias("ts"))
    .groupBy("id", window("ts", "30 minutes"))
    .agg(max_("src_ip"), max_("hostname"), max_("client_ip"), max_("requested_ip"), max_("ts").alias("last"),
         count("id"))
    .orderBy(desc("last"))
    .limit(50)
    .select(date_format("last", STAMP), date_format("window.start", STAMP), date_format("window.end", STAMP), "id",
            col("max(src_ip)"), col("max(hostname)"), col("max(client_ip)"), col("max(requested_ip)"),
            col("count(id)"))
)
for row in rows.collect():
    print(*("\\N" if value is None else value for value in row), sep="\t")
spark.stop()
