# All tests, as many processes of them as there are cores; arguments go to pytest. Tests against real DICOM peers are left out.
$ErrorActionPreference = "Stop"
$python = & (Join-Path $PSScriptRoot "venv.ps1")
if (-not $python) { exit 2 }
Set-Location (Join-Path $PSScriptRoot "..")
$workers = if ($env:WORKERS) { $env:WORKERS } else { "auto" }
& $python -m pytest --numprocesses $workers --dist loadfile @args
exit $LASTEXITCODE
