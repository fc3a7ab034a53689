"""The completion for bash: a table of what may follow which path, and one function that reads it."""

from __future__ import annotations

from polyscale_cli.shell.tree import Argument, Completes, Option, Tree

_HEAD = """\
# bash completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.

_polyscale_caches() {
    local file=$HOME/.cache name
    [[ $OSTYPE == darwin* ]] && file=$HOME/Library/Caches
    [[ ${XDG_CACHE_HOME-} == /* ]] && file=$XDG_CACHE_HOME
    file+=/polyscale/cache-names${POLYSCALE_PROFILE:+-$POLYSCALE_PROFILE}
    [[ -r $file ]] || return 0
    while IFS= read -r name; do
        [[ $name == *[!A-Za-z0-9._-]* ]] || printf '%s\\n' "$name"
    done < "$file"
}

# Sets, for a path: commands, flags, values (--flag=kind, of flags that take a value) and arguments (a kind each).
# A kind is @caches, @files, @directories, @commands, words with commas between them, or nothing.
_polyscale_table() {
    commands='' flags='' values='' arguments=''
    case $1 in
"""
_FOOT = """\
    esac
}

_polyscale_offer() { # what belongs to a kind, as far as it begins with $cur
    case $1 in
        '') ;;
        @caches) COMPREPLY=($(compgen -W "$(_polyscale_caches)" -- "$cur")) ;;
        @files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
        @directories) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
        @commands) # a program, and then what belongs to it
            if ((position == 0)); then COMPREPLY=($(compgen -c -- "$cur")); else _polyscale_offer @files; fi ;;
        *) COMPREPLY=($(compgen -W "${1//,/ }" -- "$cur")) ;;
    esac
}

_polyscale_kind() { # the kind of the value of flag $1; fails when it takes none
    local one
    for one in $values; do
        [[ $one == "$1="* ]] && { kind=${one#*=}; return 0; }
    done
    return 1
}

_polyscale() {
    local IFS=$' \\t\\n' cur=${COMP_WORDS[COMP_CWORD]} path='' word kind i=1 position=0 only=
    local commands flags values arguments
    COMPREPLY=()
    _polyscale_table ''
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i]}
        if [[ $only ]]; then
            ((position++))
        elif [[ $word == -- ]]; then
            only=arguments
        elif [[ $word == -* ]]; then
            if _polyscale_kind "$word"; then
                ((i++))
                # `=` is a word of its own here.
                [[ ${COMP_WORDS[i]} == '=' ]] && { ((i++)); [[ $cur == '=' ]] && cur=''; }
                ((i >= COMP_CWORD)) && { _polyscale_offer "$kind"; return; }
            fi
        elif [[ $commands && " $commands " == *" $word "* ]]; then
            path+=${path:+ }$word
            _polyscale_table "$path"
        else
            ((position++))
        fi
        ((i++))
    done
    if [[ $cur == -* && ! $only ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    elif [[ $commands ]]; then
        COMPREPLY=($(compgen -W "${commands%%|*}" -- "$cur"))
    else
        set -- $arguments
        while ((position > 0 && $# > 1)); do shift; ((position--)); done
        [[ $position == 0 || ${1-} == *... ]] && { kind=${1%...}; _polyscale_offer "${kind#:}"; }
    fi
}

complete -F _polyscale polyscale
"""


def script(tree: Tree) -> str:
    """The script, whole."""
    lines = [_HEAD]
    for path in ("", *tree.groups):
        hidden = " ".join(tree.hidden_children(path))
        listed = " ".join(name for name, _ in tree.children(path))
        # Words behind the bar are known as commands, and not offered.
        commands = f"{listed} | {hidden}" if hidden else listed
        lines.append(_row(path, commands=commands, options=tree.options if not path else (), arguments=()))
    lines += [
        _row(command.path, commands="", options=command.options, arguments=command.arguments)
        for command in tree.commands
    ]
    return "".join([*lines, _FOOT])


def _row(path: str, *, commands: str, options: tuple[Option, ...], arguments: tuple[Argument, ...]) -> str:
    flags = " ".join(flag for option in options for flag in option.flags) or "-h --help"
    values = " ".join(f"{flag}={_kind(option)}" for option in options if option.metavar for flag in option.flags)
    # A colon, so that a kind that is nothing is a word, too.
    kinds = " ".join(f":{_kind(argument)}{'...' if argument.many else ''}" for argument in arguments)
    parts = {"commands": commands, "flags": flags, "values": values, "arguments": kinds}
    body = "\n".join(f"            {name}='{text}'" for name, text in parts.items() if text)
    return f"        '{path}')\n{body}\n            ;;\n"


def _kind(value: Option | Argument) -> str:
    if value.completes is Completes.NOTHING:
        return ",".join(value.choices)
    return f"@{value.completes.name.lower()}"
