"""The scripts are programs whatever the profile is called; that they negotiate what it says is in ``test_peers``."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest
from exchanges import ACCEPTOR, REQUESTOR, exchanges
from factories import CT, IMPLICIT
from hypothesis import given
from strategies import PROPERTY

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile
from asprofile.convert.script import write
from asprofile.errors import ConversionError, ProposalError


@given(exchange=exchanges(most=1))
@PROPERTY
def test_the_tables_are_the_profile(exchange: Exchange) -> None:
    (profile,) = exchange.profiles
    tree = ast.parse(write(exchange, ConversionTarget()).text)
    tables = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    contexts = [(one.abstract_syntax, one.transfer_syntaxes) for one in profile.contexts]
    assert ast.literal_eval(tables["CONTEXTS"]) == contexts
    assert set(ast.literal_eval(tables["ROLES"])) == set(profile.roles)


@pytest.mark.parametrize("name", ['"""', "\\", "%s %(x)s", "{x}", "\n# CONTEXTS\n", "@SOURCE@", "Ünïcode", "\x1b[31m"])
@pytest.mark.parametrize("exchange", [REQUESTOR, ACCEPTOR], ids=["requestor", "acceptor"])
def test_names_are_only_names(name: str, exchange: Exchange) -> None:
    named = replace(exchange, profiles=(replace(exchange.profiles[0], name=name),))
    text = write(named, ConversionTarget(name)).text
    plain = write(exchange, ConversionTarget(name)).text
    assert text.isascii()
    compile(text, "script", "exec")
    assert "%s" not in text
    assert text.count("\n") == plain.count("\n")


def test_what_pynetdicom_cannot_propose() -> None:
    many = ExchangeProfile("X", (ExchangeContext(CT, (IMPLICIT,)),) * 129)
    with pytest.raises(ProposalError, match="129 presentation contexts"):
        write(Exchange("requestor", (many,)), ConversionTarget())
    long = ExchangeProfile("X", (ExchangeContext("1." + "2" * 70, (IMPLICIT,)),))
    with pytest.raises(ConversionError, match="has 72 characters, and pynetdicom takes 64"):
        write(Exchange("requestor", (long,)), ConversionTarget())
