"""What is read of Orthanc's configuration, and what cannot be written in it; with Orthanc itself in ``test_peers``."""

from __future__ import annotations

import pytest
from exchanges import ACCEPTOR, PRIVATE
from factories import CT, EXPLICIT, IMPLICIT, MR, VERIFICATION

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile
from asprofile.convert.exchange import ConversionSource
from asprofile.convert.orthanc import KNOWN, read, write
from asprofile.errors import ConversionError
from asprofile.generate.families import by_preference
from asprofile.names.dcmtk import storage_classes


def classes(text: str, **more: str) -> list[str]:
    (profile,) = read(ConversionSource(text, "X", **more)).exchange.profiles
    assert profile.contexts[0].abstract_syntax == VERIFICATION
    return [one.abstract_syntax for one in profile.contexts[1:]]


def test_lists_of_sop_classes() -> None:
    everything = classes('{"DicomAet": "A"}')
    # What belongs to no patient is not among them: hanging protocols, colour palettes, implants.
    assert set(storage_classes()) - set(everything) > {"1.2.840.10008.5.1.4.38.1", "1.2.840.10008.5.1.4.39.1"}
    assert len(storage_classes()) - len(everything) == 9
    assert classes('{"DicomAet": "A"}', release="3.6.0") != everything
    assert classes('{"AcceptedSopClasses": []}') == everything
    assert classes(f'{{"AcceptedSopClasses": ["{MR}", "1.2.3", "{CT}", "{MR}"]}}') == [MR, "1.2.3", CT]
    enhanced = classes('{"AcceptedSopClasses": "1.2.840.10008.5.1.4.1.1.2*"}')
    assert CT in enhanced
    assert all(uid.startswith(CT) for uid in enhanced)
    for option in ("RejectedSopClasses", "RejectSopClasses"):
        assert CT not in classes(f'{{"{option}": ["1.2.840.10008.5.1.4.1.1.?"]}}')


def test_without_a_word_all_transfer_syntaxes_are_accepted() -> None:
    (profile,) = read(ConversionSource('{"DicomAet": "A"}', "X")).exchange.profiles
    assert profile.contexts[1].transfer_syntaxes == by_preference(KNOWN)
    assert len(set(KNOWN)) == len(KNOWN) == 40


def test_what_a_profile_cannot_say() -> None:
    text = (
        '{"UnknownSopClassAccepted": true, "DicomAlwaysAllowStore": false, '
        f'"AcceptedTransferSyntaxes": ["{EXPLICIT}", "1.2.3", "9*"]}}'
    )
    assert [loss.message for loss in read(ConversionSource(text, "X")).losses] == [
        "UnknownSopClassAccepted: SOP classes that Orthanc does not know are accepted too",
        "DicomAlwaysAllowStore: only the modalities of the configuration may store",
        "transfer syntaxes that Orthanc does not know: 1.2.3 and 9*",
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("{}", (1, 1), "no option of Orthanc's is in it"),
        ('{"DicomAet": "A",\n "AcceptedTransferSyntaxes": [3]}', None, "no transfer syntax is accepted"),
        ('{"AcceptedTransferSyntaxes": []}', (1, 30), "no transfer syntax is accepted"),
        ('{"AcceptedTransferSyntaxes":\n {}}', (2, 2), "should be an array, and is an object"),
        ('{"AcceptedTransferSyntaxes":\n ["JPEG"]}', (2, 3), "'JPEG' is neither a UID nor a pattern"),
        ('{"AcceptedSopClasses": ["9.*"]}', (1, 24), "no SOP class is accepted"),
        ('{"RejectedSopClasses": "*"}', (1, 1), "no SOP class is accepted"),
        ('{"RleTransferSyntaxAccepted": 1}', (1, 31), "should be true or false, and is a number"),
        ('{"UnknownSopClassAccepted": "yes"}', (1, 29), "should be true or false, and is a string"),
    ],
)
def test_what_is_wrong(text: str, place: tuple[int, int] | None, message: str) -> None:
    with pytest.raises(ConversionError, match=message) as error:
        read(ConversionSource(text, "X"))
    assert place in (None, (error.value.line, error.value.column))


def test_many_stars_take_no_time() -> None:
    pattern = "*1" * 2000 + "*2*3*4*5*6*7*8*9" * 50
    with pytest.raises(ConversionError, match="no transfer syntax is accepted"):
        read(ConversionSource(f'{{"AcceptedTransferSyntaxes": "{pattern}"}}', "X"))


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (ExchangeContext(VERIFICATION, (IMPLICIT,)), "with an empty list Orthanc accepts all"),
        (ExchangeContext(PRIVATE, ("1.2.3",)), "Orthanc knows none of the profile's transfer syntaxes: 1.2.3"),
    ],
)
def test_what_cannot_be_written(context: ExchangeContext, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        write(Exchange("acceptor", (ExchangeProfile("X", (context,)),)), ConversionTarget())


def test_a_name_ends_no_comment() -> None:
    profile = ExchangeProfile('X\n"DicomPort": 1', ACCEPTOR.profiles[0].contexts)
    text = write(Exchange("acceptor", (profile,)), ConversionTarget('y\n"DicomPort": 2')).text
    assert all(line.startswith("//") for line in text.splitlines()[:3])
    assert read(ConversionSource(text, "X")).exchange.profiles[0].lists[CT]


def test_a_configuration_that_says_nothing_of_dicom() -> None:
    reading = read(ConversionSource('{"StorageDirectory": "x", "DicomServerEnabled": false}', "X"))
    assert [loss.message for loss in reading.losses] == ["DicomServerEnabled: Orthanc takes no association at all"]
    assert sum("default is assumed" in note for note in reading.notes) == 2
