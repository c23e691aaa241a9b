"""What the help says of an option that several commands have: one text, whatever the command adds to it."""

from __future__ import annotations

from typing import Final

HELP: Final = {
    "--files-from": "Take what this list names, one PATH on each line, after the PATHs given; - is standard input.",
    "--null": "The names of a list end with a NUL: find -print0 | ... -0.",
    "--color": "Colours.",
    "--combine": "Fewer contexts: several transfer syntaxes in one, the peer chooses.",
    "--config": "Take the settings from this file, not from the nearest asprofile.toml or pyproject.toml.",
    "--diff": "Write nothing; show what would change, with exit status 1.",
    "--dimse-timeout": "The answer to a request, or progress with it.",
    "--exclude": "In directories, leave out what matches this pattern. Repeatable.",
    "--force": "With --output: overwrite an existing file; never data, keys or settings.",
    "--format": "The output format.",
    "--from": "The format of what is read, where it is no association profile.",
    "--from-files": "Files or directories with objects, all names up to the next option:",
    "--html": "Short for --format html.",
    "--into": "Add to what is there, and keep all of it:",
    "--isolated": "Take no settings from files.",
    "--json": "Short for --format json.",
    "--max-object-size": "Refuse objects of more bytes",
    "--max-pdu": "Longest PDU we receive.",
    "--metrics": "Tell Prometheus how it goes, at http://HOST:PORT/metrics (without a host only this machine may ask); "
    "needs the extra metrics.",
    "--name": "The name of the new profile.",
    "--no-recurse": "Do not descend into subdirectories.",
    "--output": "Write this file, which must not exist yet; `-`: standard output.",
    "--profile": "The profile: NAME, of the project's files or a sample; FILE:NAME, of that file; FILE:, its only one.",
    "--quiet": "Say less:",
    "--release": "The DCMTK release that shall load the profile.",
    "--retries": "How often to try again when an association is lost or refused temporarily.",
    "--role": "Who loads it: storescu (requestor), or storescp, dcmrecv, dcmqrscp (acceptor).",
    "--shared": "Change the profiles that use the same lists, too.",
    "--show-settings": "Only show the settings in effect.",
    "--skip-others": "Skip named files that are not association profiles, as in hooks that name files by their suffix.",
    "--sop": "A SOP class: DCMTK's name, keyword or UID. Repeatable.",
    "--split": "Over 128 contexts: several profiles, NAME-1, NAME-2 and so on.",
    "--stdin-filename": "The name of standard input in messages.",
    "--tls-ca": "Trust the certification authorities in this file or directory.",
    "--tls-verify": "What to verify: certificate and name, only the certificate (as DCMTK), or nothing.",
    "--ts": "Transfer syntaxes: names, keywords, UIDs or families (jpeg-ls), separated by commas. Repeatable.",
    "--verbose": "Say more:",
}
"""What an option means in every command that has it; a detail of one command, and its default, come after it."""


def text_of(name: str, detail: str = "", default: str = "") -> str:
    """The help of an option; ``default`` in words."""
    return " ".join(filter(None, (HELP[name], detail))) + (f"  [default: {default}]" if default else "")
