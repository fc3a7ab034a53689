"""The completion for fish: one line for each thing that may be completed, and where."""

from __future__ import annotations

from polyscale_cli.shell.tree import Argument, Command, Completes, Option, Tree

_HEAD = """\
# fish completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.

function __polyscale_caches
    set -l base $HOME/.cache
    test -d $HOME/Library/Caches/polyscale; and set base $HOME/Library/Caches
    string match -q '/*' -- "$XDG_CACHE_HOME"; and set base $XDG_CACHE_HOME
    set -l file $base/polyscale/cache-names
    set -q POLYSCALE_PROFILE[1]; and test -n "$POLYSCALE_PROFILE"; and set file $file-$POLYSCALE_PROFILE
    test -r $file; and string match -r '^[A-Za-z0-9._-]+$' <$file
end

# Whether the words typed so far are this path, and the next one is its argument of this number (or any, without one).
function __polyscale_at
    set -l path ''
    set -l position 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- "$path $word" $__polyscale_valued; and set skip 1
        else if contains -- "$path $word" $__polyscale_paths
            set path "$path $word"
        else
            set position (math $position + 1)
        end
    end
    test "$path" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $position -ge (string trim -c + -- $argv[2])
        case '*'
            test $position = $argv[2]
    end
end

complete -c polyscale -f
"""


def script(tree: Tree) -> str:
    """The script, whole."""
    paths = [*tree.groups, *(command.path for command in tree.commands)]
    valued = [
        f"{command.path} {flag}"
        for command in tree.commands
        for option in command.options
        if option.metavar
        for flag in option.flags
    ]
    lines = [_HEAD, "set -g __polyscale_paths", *(f"    {_quoted(f' {path}')}" for path in paths)]
    text = (
        " \\\n".join(lines[1:])
        + "\n"
        + " \\\n".join(["set -g __polyscale_valued", *(f"    {_quoted(f' {one}')}" for one in valued)])
    )
    rows = [
        f"complete -c polyscale -n {_at(path, '0')} -a {name} -d {_quoted(summary)}"
        for path in ("", *tree.groups)
        for name, summary in tree.children(path)
    ]
    rows += [_option(option, "") for option in tree.options]
    for command in tree.commands:
        rows += _command(command)
    return "\n".join([lines[0], text, "", *rows, ""])


def _command(command: Command) -> list[str]:
    rows = [_option(option, command.path) for option in command.options]
    for number, argument in enumerate(command.arguments):
        offer = _offer(argument)
        if offer:
            is_program = argument.completes is Completes.COMMANDS
            position = f"{number}{'+' if argument.many and not is_program else ''}"
            rows.append(f"complete -c polyscale -n {_at(command.path, position)} {offer}")
            if is_program:
                rows.append(f"complete -c polyscale -n {_at(command.path, f'{number + 1}+')} -F")
    return rows


def _option(option: Option, path: str) -> str:
    flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
    value = f" -r {_offer(option) or '-f'}" if option.metavar else ""
    return f"complete -c polyscale -n {_at(path)} {flags}{value} -d {_quoted(option.help)}"


def _offer(value: Option | Argument) -> str:
    match value.completes:
        case Completes.CACHES:
            return "-f -a '(__polyscale_caches)'"
        case Completes.FILES:
            return "-F"
        case Completes.DIRECTORIES:
            return "-f -a '(__fish_complete_directories)'"
        case Completes.COMMANDS:
            return "-f -a '(__fish_complete_command)'"
    return f"-f -a {_quoted(' '.join(value.choices))}" if value.choices else ""


def _at(path: str, position: str = "") -> str:
    where = f'"{" " + path if path else ""}"'
    return _quoted(f"__polyscale_at {where} {position}".rstrip())


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
