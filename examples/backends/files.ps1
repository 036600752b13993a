#!/usr/bin/env pwsh
# A secret backend in PowerShell 7. It was written with care and has not been run: no test of this project starts it.
#
# The store is a folder with one file a secret, named like its handle: what is in FOLDER/db_password answers ENC[db_password].
# Only files that stand in the folder itself count; links do not. The folder is the first argument
# (secret_backend_arguments), or the one below. Files hold text in UTF-8.
#
# Nothing that comes from a file is ever printed but as a value.
param([string] $Folder = '/etc/agent/secrets')
$ErrorActionPreference = 'Stop'
$utf8 = [Text.UTF8Encoding]::new($false, $true) # no byte order mark; wrong bytes are an error

try {
    $in = [IO.StreamReader]::new([Console]::OpenStandardInput(), $utf8)
    $request = [Text.Json.JsonDocument]::Parse($in.ReadToEnd()) # ConvertFrom-Json would take some handles for dates
    $handles = @($request.RootElement.GetProperty('secrets').EnumerateArray() | ForEach-Object { $_.GetString() })
} catch {
    [Console]::Error.WriteLine('bad request')
    exit 2
}

# A handle is only looked up in the list of the folder's files, so that no path can lead out of it. Names are compared to
# the letter, on Windows too.
$files = [Collections.Generic.Dictionary[string, string]]::new([StringComparer]::Ordinal)
foreach ($file in Get-ChildItem -LiteralPath $Folder -File -Force) {
    if (-not ($file.Attributes -band [IO.FileAttributes]::ReparsePoint)) { $files[$file.Name] = $file.FullName }
}

$reply = [Collections.Generic.Dictionary[string, object]]::new([StringComparer]::Ordinal)
foreach ($handle in $handles) {
    # what does not exist is left out: that is an answer, whereas an error counts as an outage of the store
    if (-not $files.ContainsKey($handle)) { continue }
    $value = $null
    $problem = $null
    try { $value = [IO.File]::ReadAllText($files[$handle], $utf8) } catch { $problem = 'the file cannot be read' }
    $reply[$handle] = @{ value = $value; error = $problem }
}

$json = $utf8.GetBytes((ConvertTo-Json $reply -Depth 3 -Compress))
$out = [Console]::OpenStandardOutput()
$out.Write($json, 0, $json.Length)
$out.Flush()
