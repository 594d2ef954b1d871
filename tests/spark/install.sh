# shellcheck shell=sh
# PySpark, and what it needs for Kafka, in build/spark: fetched where they are missing.  Sourced at the root of the tree.
#
# Then $SPARK_HOME/bin/spark-submit works, also with --master 'local-cluster[2,1,1024]', and $SPARK_JARS is for its --jars.

. samples/need.sh
need <<'END_OF_NEED'
java       default-jdk-headless
mvn        maven
python3    python3
pip3       python3-pip
END_OF_NEED

spark=$PWD/build/spark
export PYTHONPATH="$spark/python" SPARK_HOME="$spark/python/pyspark" SPARK_CONF_DIR="$PWD/tests/spark/conf" SPARK_LOCAL_IP=127.0.0.1
# Driver and executors have to be of one version.
PYSPARK_PYTHON=$(command -v python3)
export PYSPARK_PYTHON PYTHONDONTWRITEBYTECODE=1

# fetched NAME COMMAND...: $spark/NAME is there as a whole or not at all; the command fills the folder that it finds in $new.
fetched() {
	[ -d "$spark/$1" ] && return
	new=$spark/$1.$$
	mkdir -p "$new"
	echo "fetching $1 into $spark" >&2
	"$2" >&2 || { rm -rf "$new"; exit 2; }
	mv "$new" "$spark/$1"
}

by_pip() { python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$new" pyspark==3.5.7; }

# The rest that it names is in PySpark.
by_maven() {
	timeout 900 mvn -q -B -ntp -f tests/spark/pom.xml dependency:copy-dependencies -DoutputDirectory="$new" \
		-DincludeArtifactIds=spark-sql-kafka-0-10_2.12,spark-token-provider-kafka-0-10_2.12,kafka-clients,commons-pool2
}

fetched python by_pip
fetched jars by_maven
SPARK_JARS=$(printf '%s,' "$spark"/jars/*.jar)
export SPARK_JARS="${SPARK_JARS%,}"
