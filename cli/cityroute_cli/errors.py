"""What ends a command with one sentence instead of a traceback."""

from pathlib import Path

EXIT_FAILED = 1
EXIT_BAD_INPUT = 2


class Stop(Exception):
    """Something stood in the way; `log` names the file that tells more."""

    def __init__(self, message: str, hint: str, log: Path | None = None, code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.log = log
        self.code = code

    def __str__(self) -> str:
        where = f"\n  Log: {self.log}" if self.log else ""
        return f"{self.message}{where}\n  Hint: {self.hint}"
