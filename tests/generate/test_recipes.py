"""The recipes: each can be cooked, is what its name says, and there is one for each vendor."""

from __future__ import annotations

import pytest

from asprofile.generate import Arrangement, arrange, completed, finished, from_recipe, header
from asprofile.generate.families import families
from asprofile.generate.headers import uses
from asprofile.generate.recipes import Recipe, UnknownRecipe, recipe, recipes
from asprofile.lint.run import LintOptions, lint
from asprofile.names import fit, private, sop_classes, uids
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY
from asprofile.text import Source

each_recipe = pytest.mark.parametrize("one", recipes(), ids=lambda one: one.name)


def keywords(one: Recipe) -> set[str]:
    return {info.keyword for uid in one.classes if (info := uids.describe(uid))}


def test_there_is_a_recipe_for_each_theme() -> None:
    names = [one.name for one in recipes()]
    wanted = (
        "mpeg4 mpeg2 hevc video tomosynthesis mammography ct mr us wsi rt sr ecg pet segmentation ophthalmology dental "
        "radiotherapy-2nd-gen nm xa cr-dx secondary-capture encapsulated presentation-states waveforms all-images "
        "all-storage query-retrieve worklist mpps storage-commitment verification private-siemens private-philips "
        "private-ge migration-jpeg-lossless"
    )
    assert set(wanted.split()) <= set(names)
    assert len(set(names)) == len(names)
    assert len({one.profile.upper() for one in recipes()}) == len(names)


@each_recipe
def test_it_says_for_whom_in_a_sentence(one: Recipe) -> None:
    assert one.whom.startswith("For ")
    assert one.whom.endswith(".")
    assert one.whom.isascii()


@each_recipe
def test_its_parts_name_families(one: Recipe) -> None:
    assert one.parts
    assert not one.parts[0].optional
    for part in one.parts:
        assert part.classes
        assert set(part.syntaxes) <= set(families())


@each_recipe
@pytest.mark.parametrize("role", ["requestor", "acceptor"])
def test_it_can_be_cooked_without_a_warning(one: Recipe, role: str) -> None:
    acceptor = role == "acceptor"
    wishes = completed(from_recipe(one), acceptor=acceptor, with_classes=True)
    requests = arrange(wishes, Arrangement(one.profile, "acceptor" if acceptor else "requestor", split=True))
    text = finished(requests, "A test.")
    findings = lint(Source(text.encode(), "x"), LintOptions(role=requests[0].role)).findings
    defended = {"AP309", "AP310", "AP504", "AP509", "AP606", "AP607", "AP709", "AP911"}
    if one.name == "migration-jpeg-lossless":
        defended |= {"AP908"}  # what old archives hold
    assert {one.code for one in findings} <= defended
    offered = {context.abstract_syntax for request in requests for context in request.contexts}
    assert set(one.classes) <= offered


@each_recipe
def test_only_possible_combinations(one: Recipe) -> None:
    for wish in from_recipe(one):
        for uid in wish.syntaxes:
            verdict = fit.judge(wish.abstract_syntax, uid)
            assert not (verdict.useless or verdict.lossy_unwise)


@each_recipe
def test_no_class_of_it_is_retired_or_not_medical(one: Recipe) -> None:
    for uid in one.classes:
        info = uids.describe(uid)
        assert info is not None
        # Old archives hold the retired ones.
        old = ("standard", "retired") if one.name == "migration-jpeg-lossless" else ("standard", "private")
        assert info.status in old


def test_every_recipe_but_the_widest_fits_one_association() -> None:
    wide = []
    for one in recipes():
        wishes = completed(from_recipe(one), acceptor=False, with_classes=True)
        if len(arrange(wishes, Arrangement(one.profile, split=True))) > 1:
            wide.append(one.name)
    assert wide == ["all-images", "all-storage"]


def test_all_storage_is_all_of_it() -> None:
    known = {one.uid for one in sop_classes.storage_sop_classes() if one.status == "standard"}
    assert known - set(recipe("all-storage").classes) == {MEDIA_STORAGE_DIRECTORY}
    images = set(recipe("all-images").classes)
    assert images < known
    assert {one.uid for one in sop_classes.storage_sop_classes() if one.uid in images and one.pixel == "no"} == set()


def test_every_vendor_has_a_recipe() -> None:
    offered = {uid for one in recipes() if one.name.startswith("private-") for uid in one.classes}
    known = {one.uid for vendor in private.vendors() for one in private.by_vendor(vendor) if "kind" not in one.unsure}
    assert known <= offered


def test_the_second_generation_of_radiotherapy() -> None:
    assert {"CArmPhotonElectronRadiationStorage", "EnhancedRTImageStorage", "RTPhysicianIntentStorage"} <= keywords(
        recipe("radiotherapy-2nd-gen")
    )
    assert "RTPlanStorage" not in keywords(recipe("radiotherapy-2nd-gen"))


def test_roles() -> None:
    wishes = from_recipe(recipe("retrieve-get"))
    roles = {wish.abstract_syntax: wish.role for wish in wishes}
    assert roles["1.2.840.10008.5.1.4.1.2.2.3"] == "default"
    assert roles["1.2.840.10008.5.1.4.1.1.2"] == "scp"
    (request,) = arrange(wishes, Arrangement("Get"))
    assert dict(request.roles)["1.2.840.10008.5.1.4.1.1.2"] == "scp"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tomosyntesis", "no recipe 'tomosyntesis'; did you mean tomosynthesis?"),
        ("qqqqqq", "no recipe 'qqqqqq'; `asprofile recipes` lists them"),
    ],
)
def test_an_unknown_recipe(name: str, message: str) -> None:
    with pytest.raises(UnknownRecipe) as error:
        recipe(name)
    assert str(error.value) == message


def test_letter_case_is_of_no_matter() -> None:
    assert recipe("CT") is recipe("ct")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("xa", "CTImageStorage EnhancedCTImageStorage UltrasoundMultiFrameImageStorage"),
        ("xa", "IntravascularOpticalCoherenceTomographyImageStorageForPresentation"),
        ("xa", "IntravascularOpticalCoherenceTomographyImageStorageForProcessing"),
        ("cr-dx", "SecondaryCaptureImageStorage"),
        ("wsi", "VLPhotographicImageStorage LabelMapSegmentationStorage"),
        ("ct", "CTImageStorageForProcessing EnhancedCTImageStorageForProcessing SegmentationStorage"),
        ("ct", "LegacyConvertedEnhancedCTImageStorageForProcessing"),
        ("migration-jpeg-lossless", "UltrasoundImageStorageRetired UltrasoundMultiFrameImageStorageRetired"),
        ("migration-jpeg-lossless", "NuclearMedicineImageStorageRetired"),
    ],
)
def test_what_goes_along_in_such_studies(name: str, wanted: str) -> None:
    assert set(wanted.split()) <= keywords(recipe(name))


def test_tomography_of_the_eye_may_be_lossy() -> None:
    offered = {wish.abstract_syntax: wish.syntaxes for wish in from_recipe(recipe("ophthalmology"))}
    assert "1.2.840.10008.1.2.4.91" in offered["1.2.840.10008.5.1.4.1.1.77.1.5.4"]


def test_what_most_peers_know_of_mpeg4_leads() -> None:
    first, *_ = from_recipe(recipe("mpeg4"))
    assert [uid.removeprefix("1.2.840.10008.1.2.4.") for uid in first.syntaxes[:5]] == [
        "102",
        "103",
        "104",
        "105",
        "106",
    ]


@each_recipe
def test_an_uncompressed_object_goes_as_it_is(one: Recipe) -> None:
    """Explicit and Implicit VR never share a context that a requestor stores in; with --combine they do."""
    explicit, implicit = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
    wishes = completed(from_recipe(one), acceptor=False, with_classes=True)
    stored = [wish for wish in wishes if sop_classes.storage(wish.abstract_syntax) and wish.role == "default"]
    assert not any({explicit, implicit} <= set(found) for wish in stored for found in wish.lists)
    requests = arrange(wishes, Arrangement(one.profile, split=True))
    combined = arrange(wishes, Arrangement(one.profile, split=True, combine=True))
    if any({(explicit,), (implicit,)} <= set(wish.lists) for wish in stored):
        assert "With --combine they share one" in flat(header(requests, []))
        assert "share a context: the receiver chooses" in flat(header(combined, []))
    elif not stored and "private" not in one.name:
        assert "combine" not in header(requests, [])


@each_recipe
@pytest.mark.parametrize("role", ["requestor", "acceptor"])
def test_the_header_names_programs_that_can_do_it(one: Recipe, role: str) -> None:
    """storescu, storescp, dcmrecv and asprofile send do nothing but store."""
    acceptor = role == "acceptor"
    wishes = completed(from_recipe(one), acceptor=acceptor, with_classes=True)
    requests = arrange(wishes, Arrangement(one.profile, "acceptor" if acceptor else "requestor", split=True))
    lines = uses(requests[0], "x.cfg")
    storing = ("storescu ", "asprofile send ", "storescp ", "dcmrecv ")
    stored = [wish for wish in wishes if wish.role != "scp" and kind(wish.abstract_syntax) == "storage"]
    queries = {"qr-find", "qr-move", "qr-get"} & {kind(wish.abstract_syntax) for wish in wishes}
    can_store = bool(stored) or (acceptor and one.name == "verification")
    assert all(line.startswith(storing) for line in lines) == (can_store and not (acceptor and queries))
    assert any(line.startswith(storing) for line in lines) == (can_store and not (acceptor and queries))
    assert any(line.startswith("dcmqrscp ") for line in lines) == (acceptor and bool(queries))


def kind(uid: str) -> str:
    info = uids.describe(uid)
    return info.kind if info else "storage"


def flat(text: str) -> str:
    return " ".join(text.split())
