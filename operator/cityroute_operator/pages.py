"""The docs page of all reasons, of conditions and of refusals.

python -m cityroute_operator.pages           prints docs/status-reasons.md
"""

import sys
from collections.abc import Iterable

from .model.reasons import Refusal
from .model.sentences import WithSentence
from .status.reasons import Reason


def reasons_page() -> str:
    """docs/status-reasons.md as it has to be."""
    return f"""<!-- Generated: change the reasons in cityroute_operator, then run "make generate". -->
# Reasons

## Of conditions
What a CityRoute shows under `status.conditions`; the message beside it says what to do.

{_table(Reason)}

## Of refused manifests
What `cityroute validate` and `SpecValid=False` name, each with the field, what stood in the way and a hint.

{_table(Refusal)}
"""


def _table(reasons: Iterable[WithSentence]) -> str:
    rows = "\n".join(f"| `{reason.value}` | {reason.sentence} |" for reason in reasons)
    return f"| Reason | What it says |\n| --- | --- |\n{rows}"


if __name__ == "__main__":
    sys.stdout.write(reasons_page())
