#!/usr/bin/env python3
"""A sender that takes as little of a processor as can be: what it says is made before it begins.

    python benchmarks/canned.py [--one-by-one] PORT DIRECTORY...

For each directory (of objects of one SOP class and transfer syntax) it has an association with a port of this machine,
all at once, and sends without waiting for the answers; or, each association in a process of its own, the next object
when the one before is answered. Prints the seconds that this takes; exit status 1 if an object was not answered with
success. For measuring acceptors.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

from asprofile.negotiate.request import AssociateRequest, OperationsWindow, ProposedContext
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header

FRAGMENT = 16378


def said(directory: Path) -> tuple[list[bytes], int]:
    """The request, all messages and the release, in buffers; and how many objects there are."""
    buffers: list[bytes] = []
    count = 0
    for path in sorted(directory.iterdir()):
        header = read_header(path)
        if not buffers:
            contexts = (ProposedContext(1, header.sop_class, (header.transfer_syntax,)),)
            request = AssociateRequest("ANY-SCP", "CANNED", contexts, max_pdu=16384, window=OperationsWindow(0, 1))
            buffers.append(wire.encode(request))
        command = dimse.store_request(header.sop_class, header.sop_instance, count & 0xFFFF)
        pdus = [wire.data_header(1, len(command), command=True, last=True), command]
        data = path.read_bytes()[header.dataset_offset :]
        for at in range(0, len(data), FRAGMENT):
            piece = data[at : at + FRAGMENT]
            pdus += [wire.data_header(1, len(piece), command=False, last=at + FRAGMENT >= len(data)), piece]
        buffers.append(b"".join(pdus))
        count += 1
    return [*buffers, wire.encode(wire.ReleaseRequest())], count


class Conversation(threading.Thread):
    """One association, ready to send what was made."""

    def __init__(self, port: int, directory: Path) -> None:
        super().__init__()
        (first, *self.buffers), self.count = said(directory)
        self.data = b"".join(self.buffers)
        self.heard: list[bytes] = []
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(first)
        if self.sock.recv(1 << 16)[:1] != bytes((wire.ASSOCIATE_AC,)):
            raise SystemExit("the association was not accepted")

    def run(self) -> None:
        hearing = threading.Thread(target=self.hear)
        hearing.start()
        self.sock.sendall(self.data)
        hearing.join()
        self.sock.close()

    def hear(self) -> None:
        while data := self.sock.recv(1 << 18):
            self.heard.append(data)

    def one_by_one(self) -> bool:
        """The same, each when the one before is answered; True if all were stored."""
        for buffer in self.buffers:
            self.sock.sendall(buffer)
            answer = self.sock.recv(1 << 12)
            while len(answer) < wire.HEADER.size or len(answer) < wire.HEADER.size + wire.HEADER.unpack_from(answer)[1]:
                answer += self.sock.recv(1 << 12)
            self.heard.append(answer)
        return self.successes() == self.count

    def successes(self) -> int:
        """Answers with success."""
        heard, at, found = memoryview(b"".join(self.heard)), 0, 0
        while at < len(heard):
            pdu_type, length = wire.HEADER.unpack_from(heard, at)
            at += wire.HEADER.size
            if pdu_type == wire.P_DATA_TF:
                for value in wire.data_values(heard[at : at + length]):
                    found += dimse.decode(bytes(value.data)).status == 0
            at += length
        return found


def all_at_once(conversations: list[Conversation]) -> bool:
    """In threads, which only wait for the system."""
    for one in conversations:
        one.start()
    for one in conversations:
        one.join()
    return True


def in_processes(conversations: list[Conversation]) -> bool:
    """True if each has stored all."""
    processes = []
    for one in conversations:
        process = os.fork()
        if not process:
            os._exit(not one.one_by_one())
        processes.append(process)
    statuses = [os.waitpid(process, 0)[1] for process in processes]
    return not any(statuses)


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--one-by-one"]
    waits = len(words) < len(sys.argv) - 1
    conversations = [Conversation(int(words[0]), Path(name)) for name in words[1:]]
    began = time.monotonic()
    stored = (in_processes if waits else all_at_once)(conversations)
    print(time.monotonic() - began)
    return 0 if stored and (waits or all(one.successes() == one.count for one in conversations)) else 1


if __name__ == "__main__":
    sys.exit(main())
