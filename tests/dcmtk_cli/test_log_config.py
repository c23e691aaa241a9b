"""The file of --log-config: what DCMTK's programs do with it is the judge, and what is not honoured says so."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from programs import need

from asprofile.dcmtk_cli.arguments import CommandLineError
from asprofile.dcmtk_cli.checks import LEVELS, NotSupported
from asprofile.dcmtk_cli.log import Log
from asprofile.dcmtk_cli.log_config import LogConfiguration, configuration, read_configuration
from asprofile.dcmtk_cli.log_sinks import LogSink
from asprofile.errors import ConfigurationError

CONSOLE = """log4cplus.rootLogger = INFO, console
log4cplus.appender.console = log4cplus::ConsoleAppender
log4cplus.appender.console.logToStdErr = true
log4cplus.appender.console.layout = log4cplus::PatternLayout
log4cplus.appender.console.layout.ConversionPattern = {}
"""
FILE = """# lines of other loggers change nothing here
log4cplus.rootLogger = DEBUG, file, console
log4cplus.appender.console = log4cplus::ConsoleAppender
log4cplus.appender.console.Threshold = FATAL
log4cplus.appender.file = log4cplus::FileAppender
log4cplus.appender.file.File = ${appname}.${NOT_SET}log
log4cplus.appender.file.layout = log4cplus::PatternLayout
log4cplus.appender.file.layout.ConversionPattern = %5p %-8c{1}|%.2p|%P|%c|100%%|${appname}: %m%n
log4cplus.logger.dcmtk.dcmnet = ERROR
log4cplus.logger.dcmtk.dcmdata = ERROR
log4cplus.logger.dcmtk.apps.storescu.progress = WARN
"""
ROLLING = FILE.replace("::FileAppender", "::RollingFileAppender") + "log4cplus.appender.file.MaxFileSize = 5MB\n"


def read(text: str, **variables: str) -> LogConfiguration:
    return configuration(text, "storescp", variables)


def written(configured: LogConfiguration, *messages: tuple[str, str]) -> str:
    """What comes out of them on standard error and output."""
    out = io.StringIO()
    sinks = [LogSink(one, "storescp", out, out) for one in configured.appenders]
    log = Log(configured.level, out, out, writers=sinks, progress=configured.progress)
    for level, text in messages:
        log.say(level, text)
    log.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("%P: %m%n", "W: a\nW: b\n"),
        ("%p %m;", "WARN a;WARN b;"),
        ("[%6p|%-6p|%.2p|%6.2p]%m;", "[  WARN|WARN  |RN|RN]a;[  WARN|WARN  |RN|RN]b;"),
        ("%c %c{1} %c{9}%n", "dcmtk.apps.storescp storescp dcmtk.apps.storescp\n" * 2),
        ("100%% %m%", "100% a%100% b%"),
        ("%m{x}", "a{x}b{x}"),
        ("${there} ${nothing} %m", "here ${nothing} ahere ${nothing} b"),
    ],
)
def test_patterns(pattern: str, line: str) -> None:
    configured = read(CONSOLE.format(pattern), there="${also}", also="here")
    assert written(configured, ("warn", "a\nb"), ("debug", "not shown")) == line


def test_dates_processes_and_times() -> None:
    before = time.time()
    text = written(read(CONSOLE.format("%d{%s} %D{%Y|%q|%Q|%%q} %i %r %h|")), ("warn", "a"))
    stamp, local, process, since, host = text.rstrip("|").split(" ")
    assert abs(int(stamp) - before) < 100_000  # local and UTC are told apart by the library
    assert re.fullmatch(r"\d{4}\|\d{3}\|\d{3}\.\d{3}\|%q", local)
    assert (int(process), int(since) >= 0, bool(host)) == (os.getpid(), True, True)


def test_a_message_as_a_whole() -> None:
    text = CONSOLE.format("<%m>") + "log4cplus.appender.console.layout.FormatEachLine = false\n"
    assert written(read(text), ("warn", "a\nb")) == "<a\nb>"


def test_the_simple_layout_is_that_of_an_appender_without_one() -> None:
    text = "log4cplus.rootLogger=ALL,x\nlog4cplus.appender.x=log4cplus::ConsoleAppender\n"
    assert written(read(text), ("info", "a")) == "INFO - a\n"


@pytest.mark.parametrize(
    ("line", "level", "progress"),
    [
        ("", "info", "info"),
        ("log4cplus.logger.dcmtk.apps.storescp = DEBUG", "debug", "debug"),
        ("log4cplus.logger.dcmtk = WARN", "warn", "warn"),
        ("log4cplus.logger.dcmtk.apps.storescp.progress = OFF", "info", "off"),
        ("log4cplus.logger.dcmtk.apps.storescu = DEBUG", "info", "info"),
        ("log4cplus.logger.dcmtk.dcmnet = TRACE", "info", "info"),
        ("log4cplus.logger.dcmtk = INHERITED", "info", "info"),
    ],
)
def test_levels_are_inherited(line: str, level: str, progress: str) -> None:
    found = read(CONSOLE.format("%m") + line)
    assert (found.level, found.progress) == (level, progress)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("log4cplus.rootLogger = INFO, nowhere", "appender.nowhere"),
        ("log4cplus.rootLogger = LOUD, console", "rootLogger"),
        ("log4cplus.appender.console = log4cplus::SysLogAppender", "appender.console"),
        ("log4cplus.appender.console.filters.1 = log4cplus::spi::DenyAllFilter", "appender.console.filters.1"),
        ("log4cplus.appender.console.layout = log4cplus::TTCCLayout", "appender.console.layout"),
        ("log4cplus.appender.console.layout.ConversionPattern = %L", "ConversionPattern: %L"),
        ("log4cplus.appender.console.layout.ConversionPattern = %", "x"),
        ("log4cplus.appender.console.layout.ConversionPattern = %.m", "ConversionPattern"),
        ("log4cplus.appender.console.logToStdErr = perhaps", "appender.console.logToStdErr"),
        ("log4cplus.appender.console.Threshold = LOUD", "appender.console.Threshold"),
        ("log4cplus.logger.dcmtk.dcmnet = INFO, console", "logger.dcmtk.dcmnet"),
        ("log4cplus.additivity.dcmtk = false", "additivity.dcmtk"),
        ("log4cplus.loggerr.dcmtk = INFO", "loggerr.dcmtk"),
        ("log4cplus.appender.console.${a} = ${a}", "stands for itself"),
    ],
)
def test_what_is_not_honoured_says_so(line: str, key: str) -> None:
    if key == "x":  # a percent sign at the end is one, as in DCMTK
        assert written(read(CONSOLE.format("%m") + line), ("warn", "a")) == "%"
        return
    with pytest.raises(NotSupported, match=re.escape(key)):
        read(CONSOLE.format("%m") + line, a="x${a}")


@pytest.mark.parametrize("text", ["", "# nothing\n", "a = b\n", "log4cplus.configDebug = false\n"])
def test_files_that_set_up_nothing(text: str) -> None:
    with pytest.raises(CommandLineError, match="Specified --log-config file does not"):
        read(text)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CommandLineError, match="does not exist"):
        read_configuration(str(tmp_path / "none"), "storescp", {})
    with pytest.raises(CommandLineError, match="cannot be read"):
        read_configuration(str(tmp_path), "storescp", {})


def filed(tmp_path: Path, **more: str) -> LogConfiguration:
    lines = [f"log4cplus.appender.file.{key} = {value}" for key, value in more.items()]
    return read(ROLLING.replace("${appname}.${NOT_SET}log", str(tmp_path / "log")) + "\n".join(lines))


def test_a_file_that_gets_large_is_put_aside(tmp_path: Path) -> None:
    configured = filed(tmp_path, MaxFileSize="1KB", MaxBackupIndex="2")
    (appender,) = [one for one in configured.appenders if one.file]
    assert appender.size == 200 << 10  # the least that log4cplus takes
    for number in range(5):
        written(configured, ("warn", f"{number} " + "x" * (201 << 10)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "log.1", "log.2"]
    assert [(tmp_path / name).read_text()[-(201 << 10) - 3 :][:1] for name in ("log.1", "log.2")] == ["4", "3"]
    assert (tmp_path / "log").read_bytes() == b""


@pytest.mark.parametrize(("append", "begins"), [("true", "before\n"), ("false", "WARN")])
def test_a_file_that_is_there(tmp_path: Path, append: str, begins: str) -> None:
    (tmp_path / "log").write_text("before\n")
    text = (
        FILE.replace("${appname}.${NOT_SET}log", str(tmp_path / "log")) + f"log4cplus.appender.file.Append = {append}\n"
    )
    written(read(text), ("warn", "a"))
    assert (tmp_path / "log").read_text().lstrip().startswith(begins)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    configured = filed(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match=r"--log-config: .* cannot be written: no such file"):
        written(configured)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no such device")
def test_a_disk_that_is_full_stops_nothing() -> None:
    text = FILE.replace("${appname}.${NOT_SET}log", "/dev/full")
    assert written(read(text), ("fatal", "a"), ("fatal", "b")) == "FATAL - a\nFATAL - b\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no such pipes")
def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        written(filed(tmp_path))


def test_every_level_is_one_of_ours() -> None:
    for level in LEVELS:
        assert read(CONSOLE.format("%m").replace("INFO", level.upper())).level == level


# --- the real one beside ours


def by(command: list[str], directory: Path, text: str) -> tuple[int, list[str], list[str], list[str]]:
    """Exit status, standard output and error, and the lines of the files that it wrote, but for who it is."""
    directory.mkdir()
    (directory / "log.cfg").write_text(text)
    done = subprocess.run(
        [*command, "-lc", "log.cfg", "127.0.0.1", "1", "nothing.dcm"],
        cwd=directory, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    files = [
        f"{path.name} {line}"
        for path in sorted(directory.iterdir())
        if path.name != "log.cfg"
        for line in path.read_text().splitlines()
    ]
    return done.returncode, *(
        [re.sub(r"\d\d:\d\d:\d\d\.?\d*|\d{4}-\d\d-\d\d", "T", line) for line in lines if not re.search(OWN, line)]
        for lines in (done.stdout.splitlines(), done.stderr.splitlines(), files)
    )


OWN = r"dcmtk: storescu|in place of|: $|Dictionary"
PAIRED = {
    "console": CONSOLE.format("%D{%H:%M:%S} %5p: %m%n"),
    "file": FILE,
    "rolling": ROLLING,
    "root": "log4cplus.rootLogger=WARN, a, b\nlog4cplus.appender.a=log4cplus::ConsoleAppender\n"
    "log4cplus.appender.b=log4cplus::NullAppender\n",
    "nothing": "log4cplus.rootLogger = OFF\n",
    "no root": "log4cplus.appender.b=log4cplus::NullAppender\n",
}


@pytest.mark.peer
@pytest.mark.parametrize("name", PAIRED)
def test_beside_the_real_one(name: str, tmp_path: Path) -> None:
    real = by([need("storescu", "dcmtk")], tmp_path / "real", PAIRED[name])
    ours = by([sys.executable, "-m", "asprofile", "storescu"], tmp_path / "ours", PAIRED[name])
    if name == "no root":
        assert (real[0], ours[0]) == (1, 1)
        assert real[2][-1] == ours[2][-1] == "error: Specified --log-config file does not set up log4cplus.rootLogger"
        return
    assert ours == real
