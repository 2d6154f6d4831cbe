"""The label that the next new annotation gets: chosen by hand, and changed by no edit of an event."""

from projector.annotations.vocabulary import subject_of
from projector.workspace.labelling import Labelling


class NextLabel:
    """At first the vocabulary's first; a class that is renamed stays the same one."""

    def __init__(self, labelling: Labelling) -> None:
        self._vocabulary = labelling.vocabulary
        self._name = self._subject = ""

    @property
    def name(self) -> str:
        """Its name, "" while there is no label at all."""
        classes = self._vocabulary.classes
        same = [one for one in classes if subject_of(one) == self._subject]  # two when a name was taken anew
        named = [one for one in classes if one.name == self._name]
        found = next((one for one in (*(one for one in named if one in same), *same, *named)), None)
        if found is None and self._name and not self._vocabulary.written:
            return self._name  # the last annotation that had it was given another label
        found = found or next(iter(classes), None)
        self.choose(found.name if found else "")
        return self._name

    def choose(self, name: str) -> None:
        """This one from now on; "" leaves it to the vocabulary."""
        found = self._vocabulary.find(name)
        self._name, self._subject = name, subject_of(found) if found else ""

    @property
    def point(self) -> bool:
        """Whether drawing with it makes points."""
        return self._vocabulary.is_point(self.name)
