# The main jobs on made-up objects, on this machine alone: lint, show, receive and send, as it is and over TLS.
$ErrorActionPreference = "Stop"
$python = & (Join-Path $PSScriptRoot "venv.ps1") run
if (-not $python) { exit 2 }
$env:PYTHONPATH = (Resolve-Path (Join-Path $PSScriptRoot "..")).Path
& $python -m asprofile demo @args
exit $LASTEXITCODE
