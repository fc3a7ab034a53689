"""Options that the commands about variables share, and what they ask for together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polyscale_cli.commands.connstr import chosen_profile
from polyscale_cli.commands.origin import DEFAULT_NAME
from polyscale_cli.connstr.profiles import Profile
from polyscale_cli.connstr.variables import SERVERLESS_NAMES
from polyscale_cli.envfile.formats import Format, format_of_file
from polyscale_cli.envfile.syntax import check_name
from polyscale_cli.errors import UsageError
from polyscale_cli.value import Value

HYPERDRIVE_VARIABLE = "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_"
HYPERDRIVE_PROFILE = "hyperdrive"

CacheOption = Annotated[
    str | None,
    typer.Option("--cache", metavar="CACHE", envvar="POLYSCALE_CACHE", help="Name, id, or the beginning of an id."),
]
FileOption = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="FILE", help="The file; by format .env, .env.docker, .dev.vars, secrets.json or env.json."
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", metavar="FORMAT", help=f"Who reads it: {', '.join(Format)}. dotenv, unless a file's name says more."
    ),
]
VariableNameOption = Annotated[
    str | None, typer.Option("--name", metavar="VARIABLE", help=f"The variable; {DEFAULT_NAME} if not given.")
]
PrefixOption = Annotated[
    str, typer.Option("--prefix", metavar="TEXT", help="Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.")
]
HyperdriveOption = Annotated[
    str | None,
    typer.Option(
        "--hyperdrive", metavar="BINDING", help="The variable for this Hyperdrive binding under `wrangler dev`."
    ),
]
PrismaPairOption = Annotated[bool, typer.Option("--prisma", help="For Prisma: DATABASE_URL, and DIRECT_URL around it.")]
DirectOption = Annotated[
    bool, typer.Option("--direct", help="The way back: make the variable lead to the database itself.")
]


class Request(Value):
    """Which variables a command line asks for.

    Attributes:
        name: the variable that holds the connection string.
        serverless: the Serverless client's four variables instead, each with the prefix.
        to_database: around the cache instead of through it.
    """

    cache: str | None
    name: str
    profile: Profile | None = None
    prisma: bool = False
    serverless: bool = False
    prefix: str = ""
    to_database: bool = False
    from_url: str | None = None

    @property
    def source_names(self) -> tuple[str, ...]:
        """The variables in which the connection string may be found, the likeliest first."""
        return tuple(dict.fromkeys((self.name, DEFAULT_NAME)))

    @property
    def for_hyperdrive(self) -> bool:
        """Whether the variable stands for a Hyperdrive binding."""
        return self.name.startswith(HYPERDRIVE_VARIABLE)

    def concerns(self, note: str) -> bool:
        """Whether a note is about the variable; some are about Hyperdrive's own configuration, at Cloudflare."""
        return not (self.for_hyperdrive and ("Cloudflare" in note or "wrangler" in note))

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that the file cannot do without."""
        if not self.serverless:
            return (self.name,)
        return tuple(self.prefix + key for key in SERVERLESS_NAMES)


def request(
    *,
    form: Format = Format.DOTENV,
    cache: str | None = None,
    name: str | None = None,
    from_url: str | None = None,
    driver: str | None = None,
    prisma: bool = False,
    hyperdrive: str | None = None,
    prefix: str = "",
    to_database: bool = False,
) -> Request:
    """Bring options together. Raises UsageError for those that contradict each other."""
    profile = chosen_profile(driver, prisma=prisma, one_line=True)
    if hyperdrive is not None:
        _no_two("--hyperdrive", {"--prisma": prisma, "--driver": driver, "--name": name, "--prefix": prefix})
        if form.is_for_workers:
            raise UsageError(
                f"--hyperdrive and --format {form} do not go together.",
                why="`wrangler dev` takes this variable from the environment or .env, not from a Worker's secrets.",
                fix="Leave --format out: .env is written.",
            )
        profile = chosen_profile(HYPERDRIVE_PROFILE, prisma=False)
        name = HYPERDRIVE_VARIABLE + hyperdrive
    serverless = form.is_for_workers and name is None and profile is None
    if to_database and serverless:
        raise UsageError("--direct and the Serverless client's variables do not go together.", fix="Leave one out.")
    if prefix and not serverless:
        raise UsageError(
            "--prefix is for the Serverless client's variables, and this writes a connection string.",
            fix="Give --format wrangler or --format dev-vars, without --name, --prisma and --driver.",
        )
    asked = Request(
        cache=cache,
        name=DEFAULT_NAME if name is None else name,
        profile=profile,
        prisma=prisma,
        serverless=serverless,
        prefix=prefix,
        to_database=to_database,
        from_url=from_url,
    )
    for key in asked.names:
        check_name(key)
    return asked


def chosen_format(given: Format | None, file: Path | None) -> Format:
    """The format that was named, or that the file's name speaks of."""
    if given is not None:
        return given
    return Format.DOTENV if file is None else format_of_file(file.name)


def _no_two(option: str, others: dict[str, object]) -> None:
    for other, value in others.items():
        if value:
            raise UsageError(f"{option} and {other} were both given.", fix="Give one of them.")
