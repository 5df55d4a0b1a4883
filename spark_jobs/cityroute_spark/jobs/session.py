"""A Spark session with the lake's catalog, and the settings that do not depend on the place."""

from cityroute_contracts.settings import StreamSettings
from pyspark.sql import SparkSession

from ..sinks import lake

_CONF = {
    "spark.sql.extensions": lake.EXTENSIONS,
    "spark.sql.session.timeZone": "UTC",
    # The JVM compiles no method of more than 8,000 bytes of code: a record's verdict in one such method
    # would be interpreted for ever. Below this limit Spark splits it.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # With checkpoint format v1 a retried batch can fail its restart over these sums (SPARK-54290).
    "spark.sql.streaming.checkpoint.fileChecksum.enabled": "false",
    "spark.sql.streaming.metricsEnabled": "false",
    "spark.sql.streaming.numRecentProgressUpdates": "5",
    "spark.sql.ui.retainedExecutions": "5",
    "spark.ui.retainedJobs": "20",
    "spark.ui.retainedStages": "20",
    "spark.ui.retainedTasks": "500",
}


def open_session(settings: StreamSettings, **more: str) -> SparkSession:
    """The session of a job; what spark-submit was given stays in force.

    Raises OSError when the lake's password file cannot be read.
    """
    builder = SparkSession.builder
    for key, value in {**_CONF, **more}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    lake.connect(spark, settings.lake)
    return spark
