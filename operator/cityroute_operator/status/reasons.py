"""Why a condition stands as it does: one enum, a sentence each, from which the docs page is made."""

from ..model.sentences import WithSentence


class Reason(WithSentence):
    """The reasons of a route's conditions."""

    SPEC_ACCEPTED = "SpecAccepted", "The manifest is well-formed and free of contradictions."
    SPEC_REFUSED = "SpecRefused", "The manifest was refused; what ran before goes on running."
    TOPICS_ACKNOWLEDGED = "TopicsAcknowledged", "Strimzi reports every topic and user as ready."
    TOPIC_MISSING = "TopicMissing", "A topic or user does not exist yet."
    TOPIC_NOT_ACKNOWLEDGED = "TopicNotAcknowledged", "Strimzi has not reported on a topic or user yet."
    TOPIC_REFUSED = "TopicRefused", "Strimzi refused a topic or user and says why."
    SIMULATORS_RUNNING = "SimulatorsRunning", "Every simulator of every enabled feed is ready."
    SIMULATORS_STARTING = "SimulatorsStarting", "Some simulators are not ready yet."
    NOT_NEEDED = "NotNeeded", "The source is external: there is nothing to simulate."
    STREAMS_RUNNING = "StreamsRunning", "Every stream runs."
    STREAMS_STARTING = "StreamsStarting", "A stream is being submitted, or started again."
    STREAM_FAILED = "StreamFailed", "A stream failed and is started again; its message says why."
    STREAM_ENDED = "StreamEnded", "A stream ended, which it never does by itself."
    STREAM_UNKNOWN = "StreamUnknown", "The Spark Operator has lost sight of a stream."
    SINKS_WRITING = "SinksWriting", "The streams report batches committed to the lake and the warehouse."
    SINKS_NOT_REPORTED = "SinksNotReported", "A stream has not reported a committed batch yet."
    SINK_REFUSED = "SinkRefused", "A stream reports that the lake or the warehouse refused its rows."
    SUSPENDED = "Suspended", "The route is paused by spec.suspend."
    ALL_RUNNING = "AllRunning", "Events flow from their source to the tables."
