"""The completion for PowerShell: a table of what may follow which path, and one block that reads it."""

from __future__ import annotations

from polyscale_cli.shell.tree import Argument, Completes, Option, Tree

_HEAD = """\
# PowerShell completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.
# Load it from your profile:  polyscale completion powershell | Out-String | Invoke-Expression

$PolyscaleTable = @{
"""
_FOOT = """\
}

function Get-PolyscaleCache {
    $base = Join-Path $HOME '.cache'
    if ($IsMacOS) { $base = Join-Path $HOME 'Library/Caches' }
    if ($env:XDG_CACHE_HOME -and [IO.Path]::IsPathRooted($env:XDG_CACHE_HOME)) { $base = $env:XDG_CACHE_HOME }
    $name = 'cache-names'
    if ($env:POLYSCALE_PROFILE) { $name = "$name-$env:POLYSCALE_PROFILE" }
    $file = Join-Path (Join-Path $base 'polyscale') $name
    if (Test-Path -LiteralPath $file) {
        Get-Content -LiteralPath $file | Where-Object { $_ -cmatch '^[A-Za-z0-9._-]+$' }
    }
}

Register-ArgumentCompleter -Native -CommandName polyscale -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $path = ''
    $position = 0
    $expected = $null
    foreach ($word in $typed) {
        $row = $PolyscaleTable[$path]
        if ($null -ne $expected) { $expected = $null }
        elseif ($word.StartsWith('-')) { if ($row.Kinds.ContainsKey($word)) { $expected = $word } }
        elseif ($PolyscaleTable.ContainsKey("$path $word".Trim())) { $path = "$path $word".Trim() }
        else { $position++ }
    }
    $row = $PolyscaleTable[$path]
    $kind = ''
    $prefix = ''
    $offered = @()
    if ($wordToComplete -match '^(--[^=]+)=' -and $row.Kinds.ContainsKey($Matches[1])) {
        $prefix = $Matches[0]
        $kind = $row.Kinds[$Matches[1]]
    }
    elseif ($null -ne $expected) { $kind = $row.Kinds[$expected] }
    elseif ($wordToComplete.StartsWith('-')) { $offered = $row.Flags }
    elseif ($row.Commands.Count) { $offered = $row.Commands }
    elseif ($position -lt $row.Arguments.Count) { $kind = $row.Arguments[$position] }
    elseif ($row.Arguments.Count -and $row.Arguments[-1].EndsWith('...')) { $kind = $row.Arguments[-1] }

    switch -Regex ($kind -replace '\\.\\.\\.$', '') {
        '^$' { break }
        '^@caches$' { $offered = @(Get-PolyscaleCache | ForEach-Object { @{ Text = $_; About = $_ } }); break }
        '^@' { return }  # files, directories and commands: PowerShell's own
        default { $offered = @($_.Split(',') | ForEach-Object { @{ Text = $_; About = $_ } }) }
    }
    $offered | Where-Object { "$prefix$($_.Text)".StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new(
            "$prefix$($_.Text)", $_.Text, 'ParameterValue', $_.About)
    }
}
"""


def script(tree: Tree) -> str:
    """The script, whole."""
    rows = [_row(path, list(tree.children(path)), tree.options if not path else (), ()) for path in ("", *tree.groups)]
    rows += [_row(command.path, [], command.options, command.arguments) for command in tree.commands]
    return "".join([_HEAD, *rows, _FOOT])


def _row(
    path: str, commands: list[tuple[str, str]], options: tuple[Option, ...], arguments: tuple[Argument, ...]
) -> str:
    flags = [(flag, option.help) for option in options for flag in option.flags]
    if not options:
        flags = [(flag, "Show this message and exit.") for flag in ("-h", "--help")]
    values = "; ".join(
        f"{_quoted(flag)} = {_quoted(_kind(option))}" for option in options if option.metavar for flag in option.flags
    )
    kinds = ", ".join(_quoted(f"{_kind(one)}{'...' if one.many else ''}") for one in arguments)
    return (
        f"    {_quoted(path)} = @{{\n"
        f"        Commands = @({_items(commands)})\n"
        f"        Flags = @({_items(flags)})\n"
        f"        Kinds = @{{ {values} }}\n"
        f"        Arguments = @({kinds})\n"
        "    }\n"
    )


def _items(pairs: list[tuple[str, str]]) -> str:
    lines = [f"\n            @{{ Text = {_quoted(text)}; About = {_quoted(about or text)} }}" for text, about in pairs]
    return "".join(lines) + ("\n        " if lines else "")


def _kind(value: Option | Argument) -> str:
    if value.completes is Completes.NOTHING:
        return ",".join(value.choices)
    return f"@{value.completes.name.lower()}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
