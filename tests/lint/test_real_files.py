"""What correct files, of the kinds that DCMTK and others ship, lint as: every finding is in the table with its defence.

61 files: five kinds as each release would have them, and the constructs that people add.
"""

from __future__ import annotations

import pytest
from real_files import ALL_RELEASES, CONSTRUCTS, generic

from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.words import AssociationRole
from asprofile.text import Source

LOCAL = "LocalEndianExplicit means another transfer syntax on a big-endian machine; DCMTK's own files have it"
NEWER = "other releases do not know all of its names: true, and of interest to who hands the file on"
LOSSY = "an acceptor takes the first of its list that is proposed, which may be lossy"
MANY = "releases up to 3.6.7 refuse more than 128 contexts, whoever loads the file"
RETIRED = "retired classes are there for old archives"
BIG_ENDIAN = "retired in 2006, and in DCMTK's own files to this day"
DRAFT = "so are those of drafts, which DCMTK still knows"

OF_STORESCU = {
    "AP307": LOCAL,
    "AP411": BIG_ENDIAN,
    "AP502": "JPEG of some classes whose bits it cannot hold: useless contexts, but nothing is lost",
    "AP504": "JPEG of classes that may have other bits, too",
    "AP509": "films without the default transfer syntax, which they need not have",
    "AP607": "no room for another context",
}
EXPECTED: dict[str, dict[str, str]] = {
    "storescu.cfg": OF_STORESCU,
    "my_scu.cfg": {
        "AP307": LOCAL,
        "AP309": NEWER,
        "AP411": BIG_ENDIAN,
        "AP514": "a video class without a video transfer syntax carries what is not compressed",
        "AP908": RETIRED,
        "AP909": DRAFT,
    },
    "storescp.cfg": {"AP116": MANY, "AP307": LOCAL, "AP309": NEWER, "AP405": LOSSY},
    "dcmqrprf.cfg": {
        **OF_STORESCU,
        "AP121": "the list of what dcmqrscp sends, if all of the file is taken for what it receives",
        "AP309": NEWER,
        "AP405": LOSSY,
    },
    "dcmpstat_scu.cfg": {"AP307": LOCAL, "AP411": BIG_ENDIAN},
    "private_scu.cfg": {"AP310": "a class that is Siemens's own: said whose it is"},
    "unused_scu.cfg": {"AP211": "a list that nothing refers to"},
    "long_scp.cfg": {"AP116": MANY, "AP309": NEWER},
}
# Whether they are found depends on the release, and in the file of dcmqrscp, which is for both sides, on the role.
SOMETIMES = {"AP116", "AP309"}
OF_ONE_SIDE = {"dcmqrprf.cfg": {"AP121", *OF_STORESCU}}

FILES = [
    *((release, name, text) for release in ALL_RELEASES for name, text in generic(release).items()),
    *(("3.7.0", name, text) for name, text in CONSTRUCTS.items()),
]


def role_of(name: str) -> AssociationRole:
    return "acceptor" if name.endswith("scp.cfg") or name == "dcmqrprf.cfg" else "requestor"


def linted(name: str, text: str, release: str, role: AssociationRole | None) -> LintReport:
    return lint(Source(text.encode(), name), LintOptions(release=release, role=role))


def test_so_many() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize(("release", "name", "text"), FILES, ids=[f"{name}-{release}" for release, name, _ in FILES])
def test_every_finding_is_known(release: str, name: str, text: str) -> None:
    assert not Loading(read(text.encode()), release, role_of(name)).problems
    for role in (None, role_of(name)):
        findings = linted(name, text, release, role).findings
        codes = {finding.code for finding in findings}
        expected = set(EXPECTED.get(name, {}))
        assert codes <= expected, [finding.message for finding in findings if finding.code not in expected]
        assert expected - codes <= SOMETIMES | OF_ONE_SIDE.get(name, set())
        assert {finding.severity for finding in findings} <= {"info"}


@pytest.mark.parametrize(("release", "name", "text"), FILES[-16:], ids=[name for _, name, _ in FILES[-16:]])
def test_no_error_for_the_other_side_that_dcmtk_does_not_have(release: str, name: str, text: str) -> None:
    other: AssociationRole = "requestor" if role_of(name) == "acceptor" else "acceptor"
    loading = Loading(read(text.encode()), release, other)
    refused = bool(loading.problems) or any(profile.refusal for profile in loading.config.profiles.values())
    errors = [finding.code for finding in linted(name, text, release, other).findings if finding.severity == "error"]
    assert bool(errors) <= refused, errors
