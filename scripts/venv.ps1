# Make or reuse a virtual environment of this checkout and return its python; as scripts/venv does elsewhere.
#   scripts\venv.ps1        .venv: for the tests and all tools (requirements.lock), with asprofile itself
#   scripts\venv.ps1 run    .venv-run: only what asprofile needs to run (requirements-run.lock); .venv where that is there already
# $env:PYTHON chooses the interpreter (3.11 or later); $env:VENV the directory. uv does it where it is installed, else venv and pip.
param([string]$What = "")
$ErrorActionPreference = "Stop"
function Test-Python([string[]]$Command) {
    try { & $Command[0] @($Command | Select-Object -Skip 1) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>$null | Out-Null }
    catch { return $false }
    return $LASTEXITCODE -eq 0
}
function Invoke-Checked([string]$Program, [string[]]$Arguments) {
    & $Program @Arguments | Out-Host
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') ended with status $LASTEXITCODE" }
}

Push-Location (Join-Path $PSScriptRoot "..")
try {
    $candidates = @()
    if ($env:PYTHON) { $candidates += , @($env:PYTHON) } else { $candidates += , @("py", "-3"); $candidates += , @("python"); $candidates += , @("python3") }
    $python = $null
    foreach ($candidate in $candidates) { if (Test-Python $candidate) { $python = $candidate; break } }
    if ($null -eq $python) {
        [Console]::Error.WriteLine("asprofile: needs Python 3.11 or later; say where it is with `$env:PYTHON = 'C:\path\to\python.exe'")
        exit 2
    }
    $executable = & $python[0] @($python | Select-Object -Skip 1) -c "import sys; print(sys.executable)"

    # An environment is made again when its lock, the metadata or the interpreter have changed; a half-made one has no stamp.
    function Get-Stamp([string[]]$Files) {
        & $executable -c "import hashlib, sys; print(hashlib.sha256(b''.join(open(f, 'rb').read() for f in sys.argv[1:]) + sys.version.encode()).hexdigest())" @Files
    }
    function Test-Made([string]$Directory, [string]$Stamp) {
        $file = Join-Path $Directory ".stamp"
        return (Test-Path $file) -and ((Get-Content $file) -eq $Stamp)
    }
    $lock = "requirements.lock"
    $venv = if ($env:VENV) { $env:VENV } else { ".venv" }
    $stamp = Get-Stamp @($lock, "pyproject.toml")
    if ($What -eq "run" -and -not (Test-Made $venv $stamp)) {
        $lock = "requirements-run.lock"
        $venv = if ($env:VENV) { $env:VENV } else { ".venv-run" }
        $stamp = Get-Stamp @($lock)
    }
    $inside = Join-Path $venv "Scripts\python.exe"
    if (-not (Test-Made $venv $stamp)) {
        $count = (Select-String -Path $lock -Pattern "^[a-z]").Count
        $uv = Get-Command uv -ErrorAction SilentlyContinue
        $tool = if ($uv) { "uv" } else { "pip" }
        [Console]::Error.WriteLine("asprofile: setting up $venv with $(& $executable --version) and ${tool}: $count packages of $lock")
        if ($uv) {
            Invoke-Checked "uv" @("venv", "--quiet", "--clear", "--python", $executable, $venv)
            Invoke-Checked "uv" @("pip", "install", "--quiet", "--python", $inside, "--require-hashes", "-r", $lock)
            if ($lock -ne "requirements-run.lock") { Invoke-Checked "uv" @("pip", "install", "--quiet", "--python", $inside, "--no-deps", "--no-build-isolation", "--editable", ".") }
        } else {
            Invoke-Checked $executable @("-m", "venv", "--clear", $venv)
            $pip = @("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            Invoke-Checked $inside ($pip + @("--require-hashes", "-r", $lock))
            if ($lock -ne "requirements-run.lock") { Invoke-Checked $inside ($pip + @("--no-deps", "--no-build-isolation", "--editable", ".")) }
        }
        Set-Content -Path (Join-Path $venv ".stamp") -Value $stamp
    }
    return (Resolve-Path $inside).Path
} finally {
    Pop-Location
}
