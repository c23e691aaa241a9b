"""Sending to real acceptors: what is stored there is what was sent, byte for byte."""

from __future__ import annotations

import json
import urllib.request

import pytest
from factories import CT, CT_PROFILE, IMPLICIT, JPEG_LOSSLESS, write_ct

import asprofile
from asprofile.negotiate.fitting import fit
from asprofile.negotiate.request import propose
from asprofile.objects.header import read_header
from asprofile.objects.scan import scan
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, send
from asprofile.send.peer import Peer
from asprofile.send.session import SendOptions
from asprofile.send.survey import Survey

pytestmark = pytest.mark.peer

ACCEPTOR = """
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\\U
[[Profiles]]
[OnlyExplicitCT]
PresentationContexts = C
"""


@pytest.fixture
def objects(tmp_path):
    """Small and large, explicit and implicit: a directory and, by SOP instance, the bytes of the data sets."""
    directory = tmp_path / "objects"
    directory.mkdir()
    write_ct(directory / "a.dcm", "1.2.3.1")
    write_ct(directory / "b.dcm", "1.2.3.2", transfer_syntax=IMPLICIT)
    write_ct(directory / "c.dcm", "1.2.3.3", side=1100)
    headers = map(read_header, sorted(directory.iterdir()))
    return directory, {header.sop_instance: data_set(header.path) for header in headers}


def data_set(path):
    header = read_header(path)
    return path.read_bytes()[header.dataset_offset :]


def stored_in(directory):
    files = [path for path in directory.iterdir() if path.is_file()]
    return {read_header(path).sop_instance: data_set(path) for path in files}


@pytest.mark.parametrize("options", [(), ("-pdu", "4096"), ("-pdu", "131072")])
def test_storescp(storescp, objects, options):
    server = storescp(*options)
    report = send(propose(CT_PROFILE), scan([objects[0]]), Peer("127.0.0.1", server.port))
    assert [result.outcome for result in report.results] == [Outcome.STORED] * 3, report
    assert report.all_stored
    assert stored_in(server.directory) == objects[1]


def test_dcmrecv(dcmrecv, objects, tmp_path):
    config = tmp_path / "recv.cfg"
    config.write_text(ACCEPTOR.replace("[[Pres", "TransferSyntax2 = LittleEndianImplicit\n[[Pres"))
    server = dcmrecv(config=config, profile="OnlyExplicitCT")
    report = send(propose(CT_PROFILE), scan([objects[0]]), Peer("127.0.0.1", server.port))
    assert report.all_stored, report
    assert stored_in(server.directory) == objects[1]


def test_orthanc(orthanc, objects):
    report = send(propose(CT_PROFILE, called_ae="ORTHANC"), scan([objects[0]]), Peer("127.0.0.1", orthanc.port))
    assert report.all_stored, report
    base = f"http://127.0.0.1:{orthanc.http_port}"
    stored = {}
    for instance in get_json(f"{base}/instances"):
        with urllib.request.urlopen(f"{base}/instances/{instance}/file", timeout=30) as response:
            path = orthanc.directory / f"{instance}.dcm"
            path.write_bytes(response.read())
        stored[read_header(path).sop_instance] = data_set(path)
    assert {uid: stored[uid] for uid in objects[1]} == objects[1]


def get_json(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


def test_installed_profiles_of_both_sides(storescp, objects):
    """DCMTK's own storescu.cfg and storescp.cfg."""
    server = storescp(config="/etc/dcmtk/storescp.cfg", profile="Default")
    profile = asprofile.load("/etc/dcmtk/storescu.cfg").profiles["DEFAULT"]
    report = send(propose(profile), scan([objects[0] / "a.dcm"]), Peer("127.0.0.1", server.port))
    assert report.all_stored, report
    assert report.negotiation is not None
    assert len(report.negotiation.contexts) == len(profile.contexts) > 100
    assert stored_in(server.directory) == {"1.2.3.1": objects[1]["1.2.3.1"]}


def test_partial_acceptance(storescp, objects, tmp_path):
    config = tmp_path / "scp.cfg"
    config.write_text(ACCEPTOR)
    server = storescp(config=config, profile="OnlyExplicitCT")
    write_ct(objects[0] / "d.dcm", "1.2.3.4", transfer_syntax=JPEG_LOSSLESS)
    report = send(propose(CT_PROFILE), scan([objects[0]]), Peer("127.0.0.1", server.port))
    refused = Outcome.REFUSED
    assert [result.outcome for result in report.results] == [Outcome.STORED, refused, Outcome.STORED, refused]
    assert "the peer rejected" in report.results[1].reason
    assert "transfer syntaxes not supported" in report.results[1].reason
    assert "only with" in report.results[3].reason
    assert CT in report.results[3].way_out
    assert set(stored_in(server.directory)) == {"1.2.3.1", "1.2.3.3"}


def test_storescp_that_refuses(storescp, objects):
    report = send(propose(CT_PROFILE), scan([objects[0]]), Peer("127.0.0.1", storescp("--refuse").port))
    assert {result.outcome for result in report.results} == {Outcome.NOT_SENT}
    assert "rejected" in str(report.error)


@pytest.mark.parametrize(("option", "outcome"), [("--abort-after", Outcome.UNKNOWN), ("--abort-during", None)])
def test_storescp_that_aborts(storescp, objects, option, outcome):
    peer, control = Peer("127.0.0.1", storescp(option).port), Control(sleep=lambda _: None)
    report = send(propose(CT_PROFILE), scan([objects[0]]), peer, SendOptions(retries=0), control=control)
    for result in report.results:
        assert result.outcome is outcome if outcome else result.outcome in (Outcome.UNKNOWN, Outcome.FAILED)
    assert "aborted the association" in str(report.error)


def test_several_associations_without_a_profile(storescp, objects):
    """Contexts as the objects need them; each association has a process of its own at the peer."""
    server = storescp("--fork")
    for number in range(10, 22):
        path = write_ct(objects[0] / f"{number}.dcm", f"1.2.3.{number}", side=40)
        objects[1][f"1.2.3.{number}"] = data_set(path)
    survey = Survey(lambda: scan([objects[0]]))
    report = send(
        fit(survey.kinds), survey.items(), Peer("127.0.0.1", server.port), SendOptions(associations=3, retries=0)
    )
    assert report.all_stored, report
    assert stored_in(server.directory) == objects[1]


def test_a_peer_that_aborts_each_association_gets_each_object_so_often(storescp, objects):
    """storescp receives an object, aborts instead of answering, and is sent it again: until the tries are used up."""
    server = storescp("--abort-after")
    peer = Peer("127.0.0.1", server.port)
    control = Control(sleep=lambda _: None)
    report = send(propose(CT_PROFILE), scan([objects[0]]), peer, SendOptions(retries=2), control=control)
    assert [result.outcome for result in report.results] == [Outcome.UNKNOWN] * 3
    assert [result.tries for result in report.results] == [3] * 3
    assert report.associations == 9
