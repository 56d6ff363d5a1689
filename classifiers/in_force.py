"""Reading with the model and the rule book in force, whichever they are by now; and with a candidate beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic

from classifiers.model import Classifier
from classifiers.reader import TextReader, text_reader
from classifiers.shelf import ModelShelf
from hotline.domain.reading import Reading
from hotline.errors import ModelError, StoreUnavailable
from hotline.services.books import LOOK_EVERY_SECONDS, Books
from hotline.services.models import Models, Shadow
from routing_rules.pack import Pack


class _Fitted:
    """The reader of a model with the words and places of the book in force, made anew when either changes."""

    def __init__(self, books: Books, accept_error: float) -> None:
        self._books, self._accept_error = books, accept_error
        self._made: tuple[Classifier, Pack, TextReader] | None = None

    def reader(self, model: Classifier) -> TextReader:
        pack, made = self._books.current(), self._made
        if made is None or made[0] is not model or made[1] is not pack:
            made = self._made = (model, pack, text_reader(model, pack, accept_error=self._accept_error))
        return made[2]


class ReaderInForce:
    """Reads with the model in force and follows a promotion within 5 s.

    A model that cannot be loaded leaves the last good one; at a start what was in force before it. ``problem`` says why.
    """

    def __init__(
        self, models: Models, shelf: ModelShelf, books: Books, accept_error: float, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._models, self._shelf, self._seconds = models, shelf, seconds
        self._fitted = _Fitted(books, accept_error)
        self._lock = threading.Lock()
        self._held: tuple[str, Classifier] | None = None
        self._looked_at = float("-inf")
        self._problem: str | None = None

    def read(self, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading a text, in the same order."""
        return self._fitted.reader(self.model).read(texts)

    @property
    def model(self) -> Classifier:
        """The model in force. Raises ``ModelError`` when none can be loaded."""
        held = self._held
        if held is not None and self._seconds() - self._looked_at < LOOK_EVERY_SECONDS:
            return held[1]
        with self._lock:
            return self._look()

    def problem(self) -> str | None:
        """Return why the model in force cannot be used; None when it is."""
        try:
            _ = self.model
        except ModelError as error:
            return error.message
        return self._problem

    def _look(self) -> Classifier:
        self._looked_at = self._seconds()
        try:
            wanted = self._models.wanted()
        except StoreUnavailable:
            if self._held is None:
                raise
            return self._held[1]
        if self._held is not None and self._held[0] == wanted[0]:
            self._problem = None
            return self._held[1]
        self._held = self._loaded(wanted)
        return self._held[1]

    def _loaded(self, wanted: Sequence[str]) -> tuple[str, Classifier]:
        """Return the first version that loads; where something is held already, only the one in force is tried."""
        self._problem, refused = None, None
        for version in wanted if self._held is None else wanted[:1]:
            try:
                return version, self._shelf.load(version)
            except ModelError as error:
                refused = refused or error
                self._problem = self._problem or f"{version or '-'}: {error.message}"
        if self._held is None:
            raise refused or ModelError("no model")
        return self._held


class ShadowInForce:
    """The candidate that reads beside the live model; one that cannot be loaded reads nothing."""

    def __init__(
        self, models: Models, shelf: ModelShelf, books: Books, accept_error: float, seconds: Callable[[], float] = monotonic
    ) -> None:
        self._models, self._shelf, self._seconds = models, shelf, seconds
        self._fitted = _Fitted(books, accept_error)
        self._held: tuple[Shadow, Classifier | None] | None = None
        self._looked_at = float("-inf")

    def __call__(self) -> tuple[Shadow, TextReader] | None:
        """Return what shadows now, with its reader; None when nothing does."""
        if self._seconds() - self._looked_at >= LOOK_EVERY_SECONDS:
            self._looked_at = self._seconds()
            wanted = self._models.shadowed()
            if wanted is None or self._held is None or self._held[0] != wanted:
                self._held = (wanted, self._load(wanted.version)) if wanted else None
        if self._held is None or self._held[1] is None:
            return None
        return self._held[0], self._fitted.reader(self._held[1])

    def _load(self, version: str) -> Classifier | None:
        try:
            return self._shelf.load(version)
        except ModelError:
            return None
