"""Names of journals in PostgreSQL, shown without the password that may be in them, and its errors in words.

Not here: the connection (``postgres_store``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from asprofile.printing import visible

if TYPE_CHECKING:
    import psycopg

SCHEMES: Final = ("postgresql://", "postgres://")
_SECRET: Final = ("password", "sslpassword")
_WHENCE: Final = "the password is taken from the URL, from PGPASSWORD or from ~/.pgpass"
_HINTS: Final = (
    ("53100", "the disk of the server is full; make room and go on with the same command"),
    ("42501", "this user may not; it has to own the schema asprofile, or may create it"),
    ("25006", "this server only reads; give the one that is not a replica"),
    ("28", _WHENCE),
    ("57P", "the server ends or begins; go on with the same command"),
    ("08", "the connection was lost; go on with the same command"),
)
"""What begins the SQLSTATE (PostgreSQL's manual, appendix A), and the way out."""
_SAID: Final = (
    ("password authentication failed", _WHENCE),
    ("no password supplied", _WHENCE),
    ("fe_sendauth", _WHENCE),
    ("Connection refused", "is PostgreSQL running there, and does it listen on that address?"),
)
"""The same, where libpq has no code."""
_LOST: Final = "the connection was lost; go on with the same command"


def is_postgres(name: str) -> bool:
    """Whether a journal of this name is in a database of PostgreSQL."""
    return name.startswith(SCHEMES)


def shown_url(url: str) -> str:
    """For people: without a password. Where it is not sure what is one, nothing but the scheme."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    authority, slash, path = place.partition("/")
    user, at, hosts = authority.rpartition("@")
    if "@" in path or "@" in query:
        return f"{scheme}://..."
    kept = "&".join(one for one in query.split("&") if one.partition("=")[0].lower() not in _SECRET)
    return visible(f"{scheme}://{user.partition(':')[0]}{at}{hosts}{slash}{path}{'?' * bool(kept)}{kept}")


def secrets_of(url: str) -> list[str]:
    """What must not be shown, as it stands in the URL and as it is meant."""
    rest = url.partition("://")[2]
    found = [one.partition("=")[2] for one in rest.partition("?")[2].split("&") if one.lower().startswith(_SECRET)]
    found.append(rest.rpartition("@")[0].partition(":")[2])
    return sorted({form for one in found if one for form in (one, unquote(one))}, key=len, reverse=True)


def words_of(error: psycopg.Error, secrets: list[str], *, is_closed: bool = False) -> str:
    """One line, with a way out where there is one; ``is_closed``: there is no connection any more."""
    text = str(error)
    for secret in secrets:
        text = text.replace(secret, "***")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    message = visible(next((line for line in lines if line), type(error).__name__)).rstrip(":. ")
    state = error.sqlstate or ""
    coded = (hint for code, hint in _HINTS if state.startswith(code))
    said = (hint for words, hint in _SAID if words in message)
    hint = next(coded, None) or next(said, None) or (_LOST if is_closed else "")
    return f"{message}; {hint}" if hint else message
