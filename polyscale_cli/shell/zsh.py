"""The completion for zsh, as a function for ``fpath``; descriptions come from the help."""

from __future__ import annotations

from polyscale_cli.shell.tree import Argument, Command, Completes, Option, Tree

_HEAD = """\
#compdef polyscale
# zsh completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.

_polyscale_caches() {
    local file=$HOME/.cache
    [[ $OSTYPE == darwin* ]] && file=$HOME/Library/Caches
    [[ $XDG_CACHE_HOME == /* ]] && file=$XDG_CACHE_HOME
    file+=/polyscale/cache-names${POLYSCALE_PROFILE:+-$POLYSCALE_PROFILE}
    local -a names
    [[ -r $file ]] && names=(${${(f)"$(<$file)"}:#*[^A-Za-z0-9._-]*})
    compadd -a names
}

_polyscale_program() { # a program, and then what belongs to it, as if it stood alone
    local at=${words[(i)--]}
    ((at < CURRENT)) && { shift $at words; ((CURRENT -= at)); }
    if ((CURRENT == 1)); then _command_names -e; else _normal; fi
}

"""
# zsh runs the file as the function's own body where it comes from fpath, and as any commands where it is sourced.
_FOOT = """\
if [[ $funcstack[1] == _polyscale ]]; then
    _polyscale "$@"
else
    compdef _polyscale polyscale
fi
"""
_ACTIONS = {
    Completes.CACHES: "_polyscale_caches",
    Completes.FILES: "_files",
    Completes.DIRECTORIES: "_files -/",
}


def script(tree: Tree) -> str:
    """The script, whole."""
    functions = [_leaf(command) for command in tree.commands]
    functions += [_inner(tree, path) for path in (*tree.groups, "")]
    return "".join([_HEAD, *functions, _FOOT])


def _inner(tree: Tree, path: str) -> str:
    """A group, or the program itself: its commands, and what each of them does with the rest."""
    words = [f"        {_quoted(name + ':' + _plain(summary, ':'))}" for name, summary in tree.children(path)]
    names = [*(name for name, _ in tree.children(path)), *tree.hidden_children(path)]
    cases = [f"                ({name}) {_function(f'{path} {name}')} ;;" for name in names]
    options = (
        "\n".join(f"        {one} \\" for option in tree.options for one in _option(option) if not path)
        or "        '(- *)'{-h,--help}'[Show this message and exit.]' \\"
    )
    lines = [
        f"{_function(path)}() {{",
        '    local curcontext="$curcontext" state line',
        "    local -A opt_args",
        "    local -a subcommands=(",
        *words,
        "    )",
        "    _arguments -C \\",
        options,
        "        '1: :->command' \\",
        "        '*:: :->rest' && return",
        "    case $state in",
        "        (command) _describe -t commands command subcommands ;;",
        "        (rest)",
        "            case $words[1] in",
        *cases,
        "            esac",
        "            ;;",
        "    esac",
        "}",
        "",
        "",
    ]
    return "\n".join(lines)


def _leaf(command: Command) -> str:
    specs = [*(one for option in command.options for one in _option(option)), *_arguments(command)]
    body = " \\\n".join(f"        {spec}" for spec in specs)
    return f"{_function(command.path)}() {{\n    _arguments -s -S : \\\n{body}\n}}\n\n"


def _option(option: Option) -> list[str]:
    """The specification of an option for _arguments; the spellings of one exclude each other."""
    about = f"[{_plain(option.help, '[]')}]"
    value = f":{_plain(option.metavar, ':')}:{_action(option)}" if option.metavar else ""
    if len(option.flags) == 1:
        star = "*" if option.repeated else ""
        return [_quoted(f"{star}{option.flags[0]}{'=' if option.metavar else ''}{about}{value}")]
    others = "*" if option.repeated else f"({' '.join(option.flags)})"
    return [_quoted(f"{others}{_spelling(flag, option)}{about}{value}") for flag in option.flags]


def _spelling(flag: str, option: Option) -> str:
    if not option.metavar:
        return flag
    return f"{flag}=" if flag.startswith("--") else f"{flag}+"


def _arguments(command: Command) -> list[str]:
    specs = []
    for argument in command.arguments:
        if argument.completes is Completes.COMMANDS:
            specs.append(_quoted("*::program:_polyscale_program"))
            continue
        start = "*" if argument.many else ("" if argument.required else ":")
        specs.append(_quoted(f"{start}:{_plain(argument.metavar, ':')}:{_action(argument)}"))
    return specs


def _action(value: Option | Argument) -> str:
    if value.completes is not Completes.NOTHING:
        return _ACTIONS[value.completes]
    return f"({' '.join(value.choices)})" if value.choices else " "


def _function(path: str) -> str:
    return "_polyscale" + "".join(f"_{word.replace('-', '_')}" for word in path.split())


def _plain(text: str, special: str) -> str:
    """Text with a backslash before what means something where it stands."""
    return "".join(f"\\{one}" if one in special or one == "\\" else one for one in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
