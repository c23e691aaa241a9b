# All tests, as many processes of them as there are cores (WORKERS=0: in this one process); arguments go to pytest. Tests against real
# DICOM peers and a browser say so when they skip.
# Where scripts are not allowed to run: powershell -ExecutionPolicy Bypass -File scripts\test.ps1
$ErrorActionPreference = "Stop"
$python = & (Join-Path $PSScriptRoot "venv.ps1")
if (-not $python) { exit 2 }
$workers = if ($env:WORKERS) { $env:WORKERS } else { "auto" }
Push-Location (Join-Path $PSScriptRoot "..")
try {
    & $python -m pytest --numprocesses $workers --dist loadfile --no-loadscope-reorder @args
} finally {
    Pop-Location
}
exit $LASTEXITCODE
