"""The place a route runs in: all that a plan takes from it, and the three places there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cityroute_contracts import names
from cityroute_contracts.settings import KafkaSettings, LakeSettings, WarehouseSettings

LOCAL = "local"
KIND = "kind"
EKS = "eks"

CONFIG_DIR = "/etc/cityroute/config"
SECRET_DIR = "/etc/cityroute/secrets"
JOBS_DIR = "/opt/cityroute/jobs"
PASSWORD_FILE = f"{SECRET_DIR}/postgres-password"
METRICS_PORT = 9404
PROGRESS_PORT = 8090
ONE_PROGRESS_PORT = {job: PROGRESS_PORT for job in (*names.STREAMS, names.MAINT)}


@dataclass(frozen=True, slots=True)
class SecretKey:
    """One key of a Secret of the site, mounted as `file` into the pods of the streams."""

    secret: str
    key: str
    file: str


@dataclass(frozen=True, slots=True)
class Resources:
    """CPU (as Kubernetes writes it) and memory of a simulator."""

    cpu: str = "100m"
    memory: str = "256Mi"
    memory_limit: str = "512Mi"


@dataclass(frozen=True, slots=True)
class SparkSize:
    """Size of a Spark driver or executor; `memory` is the JVM's, as Spark writes it."""

    cores: int
    memory: str
    instances: int = 1


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that depends on the place; the rest of a plan is the same everywhere.

    `own_sinks_and_sizes`: the lake, warehouse and Spark sizes a manifest names belong to a bigger place;
    here the site's own are used (a warehouse that is switched off stays off).
    `brokers` limits the copies of a partition; None where that is for the Kafka cluster to say.
    `python` and `jobs_dir` are paths inside the images, or on this machine. `metrics_port` 0: none.
    """

    name: str
    namespace: str
    kafka: KafkaSettings
    lake: LakeSettings
    warehouse: WarehouseSettings
    checkpoint_root: str
    python: str
    jobs_dir: str
    config_dir: str = CONFIG_DIR
    simulator_image: str = "cityroute-simulators"
    spark_image: str = "cityroute-spark"
    partitions: int = 3
    topic_replicas: int = 1
    min_insync_replicas: int = 1
    brokers: int | None = None
    trigger_s: float = 10.0
    metrics_port: int = METRICS_PORT
    listen_host: str = "0.0.0.0"
    progress_ports: Mapping[str, int] = field(default_factory=lambda: ONE_PROGRESS_PORT)
    simulator: Resources = Resources()
    driver: SparkSize = SparkSize(1, "1g")
    executor: SparkSize = SparkSize(1, "1g")
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    stream_secrets: tuple[SecretKey, ...] = ()
    own_sinks_and_sizes: bool = False


def local_site(
    *,
    data_dir: str,
    python: str,
    jobs_dir: str,
    bootstrap_servers: str,
    postgres_host: str,
    postgres_port: int,
    postgres_database: str,
    postgres_user: str,
    password_file: str,
    progress_ports: Mapping[str, int],
    config_dir: str,
) -> Site:
    """One machine without a cluster. Paths are absolute; `progress_ports` has a port for each job."""
    root = PurePosixPath(data_dir)
    lake, warehouse = _postgres_sinks(
        (root / "lake").as_uri(),
        postgres_host,
        postgres_port,
        postgres_database,
        postgres_user,
        password_file,
    )
    return Site(
        name=LOCAL,
        namespace="local",
        kafka=KafkaSettings(bootstrap_servers),
        lake=lake,
        warehouse=warehouse,
        checkpoint_root=(root / "checkpoints").as_uri(),
        python=python,
        jobs_dir=jobs_dir,
        config_dir=config_dir,
        partitions=2,
        brokers=1,
        trigger_s=5.0,
        metrics_port=0,
        listen_host="127.0.0.1",
        progress_ports=dict(progress_ports),
        driver=SparkSize(2, "700m"),
        executor=SparkSize(1, "700m"),
        spark_conf={
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            # Two drivers share a laptop with a broker: the serial collector is the smallest, and with the
            # first compiler alone a stream comes alive in two thirds of the time and a third less CPU.
            "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -Xss4m -XX:TieredStopAtLevel=1",
            "spark.pyspark.python": python,
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
        },
        own_sinks_and_sizes=True,
    )


def kind_site(
    *,
    namespace: str = "cityroute",
    kafka_cluster: str = "city",
    simulator_image: str = "cityroute-simulators",
    spark_image: str = "cityroute-spark",
    bucket: str = "cityroute",
    s3_endpoint: str = "http://object-store:7070",
    postgres_host: str = "postgres",
    postgres_secret: str = "cityroute-postgres",
) -> Site:
    """A small cluster: one broker, an S3 API and PostgreSQL from the platform chart."""
    lake, warehouse = _postgres_sinks(
        f"s3://{bucket}/lake",
        postgres_host,
        5432,
        "cityroute",
        "cityroute",
        PASSWORD_FILE,
        {
            "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
            "s3.endpoint": s3_endpoint,
            "s3.path-style-access": "true",
        },
    )
    return Site(
        name=KIND,
        namespace=namespace,
        kafka=_tls(kafka_cluster),
        lake=lake,
        warehouse=warehouse,
        checkpoint_root=f"s3a://{bucket}/checkpoints",
        python="python3",
        jobs_dir=JOBS_DIR,
        simulator_image=simulator_image,
        spark_image=spark_image,
        brokers=1,
        driver=SparkSize(1, "1g"),
        executor=SparkSize(1, "1g"),
        spark_conf={
            "spark.hadoop.fs.s3a.endpoint": s3_endpoint,
            "spark.hadoop.fs.s3a.path.style.access": "true",
            "spark.sql.shuffle.partitions": "4",
        },
        stream_secrets=(SecretKey(postgres_secret, "password", "postgres-password"),),
    )


def eks_site(
    *,
    bucket: str,
    redshift: Mapping[str, str],
    simulator_image: str,
    spark_image: str,
    region: str,
    namespace: str = "cityroute",
    kafka_cluster: str = "city",
) -> Site:
    """Amazon EKS: S3, Glue and Redshift, reached by the pods' own identity, without any key.

    `redshift` is handed to the loader: its database and workgroup, or cluster and user.
    """
    return Site(
        name=EKS,
        namespace=namespace,
        kafka=_tls(kafka_cluster),
        lake=LakeSettings(
            catalog="glue",
            warehouse=f"s3://{bucket}/lake",
            options={"client.region": region, "io-impl": "org.apache.iceberg.aws.s3.S3FileIO"},
        ),
        warehouse=WarehouseSettings(
            type="redshift",
            database=redshift.get("database"),
            options={"region": region, "staging": f"s3://{bucket}/staging", **redshift},
        ),
        checkpoint_root=f"s3a://{bucket}/checkpoints",
        python="python3",
        jobs_dir=JOBS_DIR,
        simulator_image=simulator_image,
        spark_image=spark_image,
        partitions=12,
        topic_replicas=3,
        min_insync_replicas=2,
        simulator=Resources(cpu="250m", memory="512Mi", memory_limit="1Gi"),
        driver=SparkSize(1, "2g"),
        executor=SparkSize(2, "4g", instances=2),
        spark_conf={
            # Executors may run on spot nodes: hand their blocks over before the node goes.
            "spark.decommission.enabled": "true",
            "spark.storage.decommission.enabled": "true",
            "spark.storage.decommission.shuffleBlocks.enabled": "true",
        },
    )


def _tls(kafka_cluster: str) -> KafkaSettings:
    return KafkaSettings(f"{kafka_cluster}-kafka-bootstrap:9093", "SSL", SECRET_DIR)


def _postgres_sinks(
    root: str,
    host: str,
    port: int,
    database: str,
    user: str,
    password_file: str,
    options: Mapping[str, str] | None = None,
) -> tuple[LakeSettings, WarehouseSettings]:
    """An Iceberg JDBC catalog and the warehouse, both in one PostgreSQL database."""
    uri = f"jdbc:postgresql://{host}:{port}/{database}"
    return (
        LakeSettings("jdbc", root, uri=uri, user=user, password_file=password_file, options=options or {}),
        WarehouseSettings("postgres", host, port, database, user, password_file),
    )
