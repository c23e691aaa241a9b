"""The sample profiles that come with asprofile, as ``samples`` shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asprofile import program
from asprofile.errors import ProfileNotFound
from asprofile.resources import Sample, described, sample_files

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class ListedSamples:
    """Samples to be shown."""

    samples: tuple[Sample, ...]

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile samples --json`` prints (docs/schema/samples.json)."""
        return {"version": JSON_VERSION, "samples": [_object(sample) for sample in self.samples]}


def listed_samples(name: str | None = None) -> ListedSamples:
    """The sample of that name, of the profile or of its file; all of them for None. Raises ProfileNotFound."""
    samples = [described(file) for file in sample_files()]
    return ListedSamples(tuple(samples) if name is None else (_named(name, samples),))


def _named(name: str, samples: list[Sample]) -> Sample:
    known = {key.upper(): sample for sample in samples for key in (sample.file.stem, sample.name)}
    wanted = name.upper().removesuffix(".CFG")
    if wanted not in known:
        # Not needed until a name is wrong.
        from asprofile.names.suggest import nearest

        hint = nearest(name, [key for sample in samples for key in (sample.name, sample.file.name)])
        meant = f"; did you mean {' or '.join(hint)}?" if hint else f"; `{program.command('samples')}` lists them"
        raise ProfileNotFound(f"no sample {name!r}{meant}")
    return known[wanted]


def _object(sample: Sample) -> dict[str, Any]:
    return {
        "name": sample.name,
        "path": str(sample.file),
        "summary": sample.summary,
        "role": sample.role,
        "contexts": sample.contexts,
        "needs": sample.needs,
    }
