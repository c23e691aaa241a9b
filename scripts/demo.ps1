# The main jobs on made-up objects, on this machine alone: lint, show, receive and send, as it is and over TLS.
# Where scripts are not allowed to run: powershell -ExecutionPolicy Bypass -File scripts\demo.ps1
$ErrorActionPreference = "Stop"
$python = & (Join-Path $PSScriptRoot "venv.ps1") run
if (-not $python) { exit 2 }
# What a script sets stays in the window that it was started in.
$before = $env:PYTHONPATH
try {
    $env:PYTHONPATH = (Resolve-Path (Join-Path $PSScriptRoot "..")).Path
    & $python -m asprofile demo @args
} finally {
    $env:PYTHONPATH = $before
}
exit $LASTEXITCODE
