#!/bin/sh
# samples/spark_pipe.py in PySpark, on two executors, and on a real Apache Kafka: `make check-spark`.
#
#   sh tests/spark/check.sh [FILE.bats]...    all of tests/spark/*.bats unless some are named
#
# Installs what is missing, Spark into build/spark, and builds first.  Shows each test as it ends.  The last line is
# `N passed, N failed`; status 0 only if something ran and nothing failed.

set -u
cd "$(dirname "$0")/../.." || exit 2
[ $# -gt 0 ] || set -- tests/spark/*.bats
. tests/spark/install.sh
exec sh tests/kafka/check.sh "$@"
