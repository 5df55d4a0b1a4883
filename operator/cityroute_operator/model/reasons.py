"""Why a manifest is refused: one enum, a sentence each, from which the docs page is made."""

from cityroute_contracts.problems import Problem

from .sentences import WithSentence


class Refusal(WithSentence):
    """Why a manifest, or a field of it, is refused."""

    TOO_LARGE = "TooLarge", "The file is larger, or nested deeper, than any manifest needs to be."
    NOT_TEXT = "NotText", "The file is not UTF-8 text."
    YAML_SYNTAX = "YamlSyntax", "The text is not YAML."
    SEVERAL_DOCUMENTS = "SeveralDocuments", "The file holds more than one YAML document."
    DUPLICATE_KEY = "DuplicateKey", "A key stands twice in one mapping."
    ALIAS_REFUSED = "AliasRefused", "YAML aliases are not followed, so that a small file stays small."
    TAG_REFUSED = "TagRefused", "YAML tags of one's own mean nothing in a manifest."
    NOT_A_MAPPING = "NotAMapping", "The manifest, or a part of it, is not a mapping of names to values."
    WRONG_API_VERSION = "WrongApiVersion", "The manifest names another API version."
    WRONG_KIND = "WrongKind", "The manifest names another kind of object."
    MISSING_FIELD = "MissingField", "A required field is missing."
    UNKNOWN_FIELD = "UnknownField", "There is no field of that name."
    WRONG_TYPE = "WrongType", "The value is of another type than the field."
    WRONG_VALUE = "WrongValue", "The value is not among those that the field takes."
    WRONG_FORM = "WrongForm", "The text does not have the form of the field."
    OUT_OF_RANGE = "OutOfRange", "The value is smaller or larger than the field allows."
    WRONG_LENGTH = "WrongLength", "The text or list is shorter or longer than the field allows."
    NAME_REFUSED = "NameRefused", "The route's name could not be part of the names of its objects."
    CORRIDOR_MISSING = "CorridorMissing", "Neither a built-in corridor nor sections are given."
    CORRIDOR_AMBIGUOUS = "CorridorAmbiguous", "Both a built-in corridor and sections are given."
    LINE_MISSING = "LineMissing", "A section has neither a polyline nor both ends."
    LINE_AMBIGUOUS = "LineAmbiguous", "A section has both a polyline and ends."
    ZERO_LENGTH = "ZeroLength", "Two neighbouring points of a section are the same place."
    SHORTER_THAN_LINE = "ShorterThanLine", "A section is shorter than the line through its points."
    TOO_LONG = "TooLong", "The corridor is longer than 999 km, for which segments have names."
    SECTIONS_DO_NOT_JOIN = "SectionsDoNotJoin", "A section begins elsewhere than the one before it ends."
    EVENT_KIND = "EventKind", "A scripted happening has no kind, or several."
    EVENT_END = "EventEnd", "A scripted happening has neither an end nor a length, or both."
    EVENT_TIME = "EventTime", "The time of a scripted happening cannot be read."
    ENDS_BEFORE_START = "EndsBeforeStart", "A scripted happening ends before it begins."
    BEFORE_THE_START = "BeforeTheStart", "A scripted happening is over when the simulation starts."
    OFF_THE_ROUTE = "OffTheRoute", "A scripted happening lies beyond the end of the corridor."
    TOO_MANY_LANES = "TooManyLanes", "A scripted happening blocks more lanes than the road has there."
    MORE_REPLICAS_THAN_PARTITIONS = (
        "MoreReplicasThanPartitions",
        "A feed has more processes than partitions, and a partition has one writer.",
    )
    NO_FEED_ENABLED = "NoFeedEnabled", "Every feed of a simulated route is switched off."
    NOTHING_TO_SIMULATE = "NothingToSimulate", "An external source leaves nothing to simulate."
    EXECUTORS = "ExecutorsContradict", "More executors at the start than at most."
    WAREHOUSE_CONTRADICTS = "WarehouseContradicts", "A warehouse is described and switched off."


def problem(at: str, reason: Refusal, message: str, hint: str) -> Problem:
    """A problem of a manifest; see `Problem` for what the words mean."""
    return Problem(at=at, reason=reason.value, message=message, hint=hint)
