"""What an origin is asked after a restart: whether it has a segment that can't be sent any more. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.delivery.losses import Loss, Losses
from app.model.errors import DeliveryError

_PASSING_4XX = frozenset({408, 425, 429})
_REFUSALS = 3
_REASON = "it was lost when the engine ended"


@dataclass(slots=True)
class Question:
    """Of one path. ``attempts``: how often it was asked in vain; ``refusals``: of these, how often it answered so."""

    path: str
    sequence: int
    attempts: int = 0
    refusals: int = 0


class Questions:
    """The ones that are open; one that is answered with no, or not at all, becomes a loss."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._open: dict[str, Question] = {}

    def __contains__(self, path: str) -> bool:
        """Whether it is open."""
        return path in self._open

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def add(self, missing: Mapping[str, int]) -> None:
        """Paths to ask for, with their media sequence numbers."""
        self._open.update((path, Question(path, sequence)) for path, sequence in missing.items())

    def next(self) -> Question | None:
        """The oldest."""
        return next(iter(self._open.values()), None)

    def attempts(self, path: str) -> int:
        """How often it was asked in vain."""
        return self._open[path].attempts if path in self._open else 0

    def close(self, path: str, *, there: bool, in_window: bool = True) -> None:
        """It is answered, or the answer counts no more."""
        question = self._open.pop(path, None)
        if question is not None and not there:
            self._losses.note(Loss(path, question.sequence, _REASON, gap=in_window))

    def failed(self, question: Question, error: DeliveryError, *, sent: bool) -> bool:
        """There was no answer; whether it is still open: an origin that can't be asked must get its playlists too."""
        question.attempts += 1
        question.refusals += sent
        if is_for_good(error) or question.refusals >= _REFUSALS:
            self.close(question.path, there=False)
        return question.path in self._open

    def give_up(self) -> None:
        """No answer will come."""
        for path in list(self._open):
            self.close(path, there=False)


def is_for_good(error: DeliveryError) -> bool:
    """The origin answered about this object, and will not answer differently."""
    return error.status is not None and 400 <= error.status < 500 and error.status not in _PASSING_4XX  # noqa: PLR2004 - HTTP's client errors
