"""Which commands there are: each is the ``command`` of the module of its name, imported only when it is needed."""

from __future__ import annotations

from importlib import import_module

import click

# The commands in groups, in the order in which they are shown, and what each does in a line: the modules are imported
# only when needed.
COMMAND_GROUPS = {
    "Look": {
        "lint": "Find what is wrong with profile files, and what to write instead.",
        "show": "Show the profiles of a file, or what one of them proposes.",
        "releases": "Show which DCMTK releases load a file, and why others refuse it.",
        "explain": "Explain a rule: why it is there, what is bad and what is good.",
        "samples": "List or print the sample profiles that come with asprofile.",
        "recipes": "List the recipes that profiles are made from.",
        "conformance": "Write asprofile's own DICOM conformance statement.",
    },
    "Write": {
        "generate": "Make a profile from recipes, SOP classes, files, a log or a peer.",
        "convert": "Convert profiles to and from the formats of other programs.",
        "fmt": "Format profile files: aligned and evenly spaced; DCMTK loads the same.",
        "add": "Add presentation contexts to a profile; comments and style of the file stay.",
        "remove": "Remove presentation contexts from a profile.",
        "rename": "Rename a profile or a list, with all references.",
        "renumber": "Number entries without a gap, so that DCMTK reads them all.",
        "merge": "Put the profiles of one file into another.",
    },
    "Negotiate": {
        "plan": "Show which objects a profile has contexts for, without a peer.",
        "simulate": "Show how two profiles negotiate, without a network.",
        "probe": "Ask a peer what it accepts: a profile's contexts, or everything.",
        "diff": "Compare profiles by what they mean, not by line.",
        "trace": "Say what went wrong in a debug log or a capture, and what to do.",
    },
    "Send": {
        "send": "Send DICOM objects with exactly the contexts of a profile.",
        "migrate": "Move an archive to a peer; killed at any time, it goes on where it was.",
        "echo": "Verify that a peer answers, and show what it says about itself.",
        "storescu": "Replace DCMTK's storescu, option for option.",
    },
    "Receive": {
        "receive": "Store the DICOM objects that others send, answering as DCMTK would.",
        "storescp": "Replace DCMTK's storescp, option for option.",
        "dcmrecv": "Replace DCMTK's dcmrecv, option for option.",
    },
    "Set up": {
        "demo": "Lint, show, receive and send with made-up objects on this machine alone.",
        "completion": "Print what a shell needs to complete commands, files, profiles and names.",
        "lsp": "Run the language server for editors: findings, fixes, completion.",
        "trust": "Trust the peers of a project's settings with secrets.",
    },
}
STAND_INS = ("storescu", "storescp", "dcmrecv")
"""Commands with the command lines of DCMTK's programs, which click does not read."""
COMMANDS = {name: text for group in COMMAND_GROUPS.values() for name, text in group.items()}


def get(name: str) -> click.Command | None:
    """The command of that name, if there is one."""
    if name not in COMMANDS:
        return None
    command: click.Command = import_module(f"asprofile.cli.{name.replace('-', '_')}").command
    return command
