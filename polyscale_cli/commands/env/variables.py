"""Work out variables: find the connection string, find its cache, and write what was asked for."""

from __future__ import annotations

from polyscale_cli.commands import origin
from polyscale_cli.commands.env.options import Request
from polyscale_cli.commands.way import address_by_memory, address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.model import SCHEMES, CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.prisma_project import prisma_version
from polyscale_cli.connstr.profiles import ANY, profile_of_scheme
from polyscale_cli.connstr.variables import Variables, prisma_variables, serverless_variables
from polyscale_cli.connstr.write import direct, through_cache
from polyscale_cli.context import AppContext
from polyscale_cli.envfile.formats import Document
from polyscale_cli.errors import ConflictError, UsageError
from polyscale_cli.settings.known_caches import KnownCache
from polyscale_cli.value import Value

_NOWHERE = "NO_DATABASE_URL"


class Way(Value):
    """A cache, where it is reached, and the connection string that is to go through it."""

    cache: KnownCache
    address: CacheAddress
    given: origin.Origin

    @property
    def elsewhere(self) -> str | None:
        """Why the connection string is not one of this cache's database; None when it is."""
        return leads_elsewhere(self.given.url, self.cache)

    def insist(self, fix: str = "Name the right cache with --cache.") -> None:
        """Raise ConflictError when the connection string is another database's."""
        if self.elsewhere:
            raise ConflictError(
                f"{self.given.source} is not a URL of the cache {self.cache.name}'s database.",
                why=f"{self.elsewhere[:1].upper()}{self.elsewhere[1:]}.",
                fix=fix,
                code="OTHER_DATABASE",
            )


def find_way(
    app: AppContext,
    request: Request,
    document: Document | None = None,
    where: str = "",
    *,
    for_use_now: bool = False,
) -> Way:
    """The connection string on stdin, else in the document, else in the environment or ``.env``; and its cache.

    ``where`` is the document's name, for messages; ``for_use_now`` starts the local edge where none runs.

    Raises:
        UsageError: there is none, or it cannot be used.
        NotFoundError: there is no cache for it.
    """
    try:
        given = _find_origin(app, request, document, where)
    except UsageError as error:
        if error.code != _NOWHERE or document is None or not request.serverless:
            raise
        found = _from_parts(app, request, document, where)
        if found is None:
            raise
        return found
    cache = find_cache(app, request.cache, given.url, also_deleted=request.to_database)
    # Who leads a variable around the cache need not know where the edge is, or that it does not run.
    address = address_by_memory(cache) if request.to_database else address_of(app, cache, for_use_now=for_use_now)
    return Way(cache, address, given)


def variables(app: AppContext, request: Request, way: Way, url: DatabaseUrl | None = None) -> Variables:
    """What was asked for, made from the connection string, or from another one. Raises UsageError."""
    url, cache = url or way.given.url, way.cache
    if request.serverless:
        found = serverless_variables(url, cache.id)
        note = f"The client's first argument is the edge's HTTP address: {way.address.http_url or 'https://EDGE'}."
        return Variables(tuple((request.prefix + key, value) for key, value in found.pairs), (*found.notes, note))
    profile = request.profile or profile_of_scheme(url.driver) or ANY
    if request.to_database:
        written = direct(url, cache.host, cache.port, cache.origin_tls, profile)
        return Variables(((request.name, written.url),), written.notes)
    if request.prisma:
        return prisma_variables(
            url,
            way.address,
            host=cache.host,
            port=cache.port,
            origin_tls=cache.origin_tls,
            version=prisma_version(app.cwd),
            name=request.name,
        )
    written = through_cache(url, way.address, profile)
    return Variables(((request.name, written.url),), tuple(filter(request.concerns, written.notes)))


def _from_parts(app: AppContext, request: Request, document: Document, where: str) -> Way | None:
    """A file with the Serverless client's variables is as good as a connection string."""
    values = [document.get(key) for key in request.names]
    cache_id, user, password, name = values
    if not (user and password and name):
        return None
    cache = find_cache(app, request.cache or cache_id or None, None)
    url = DatabaseUrl(
        Database(cache.database), SCHEMES[Database(cache.database)], cache.host, cache.port, user, password, name
    )
    origin.hide(app, url)
    return Way(cache, address_of(app, cache), origin.Origin(url, where))


def _find_origin(app: AppContext, request: Request, document: Document | None, where: str) -> origin.Origin:
    if request.from_url:
        return origin.from_url(app, request.from_url)
    for name in request.source_names:
        value = None if document is None else document.get(name, app.environ)
        if value:
            return origin.understood(app, value, f"{name} in {where}")
        try:
            return origin.from_env(app, name)
        except UsageError as error:
            if error.code != _NOWHERE:
                raise
    places = [where] if document is not None else []
    places += ["the environment", *(file for file in origin.ENV_FILES if file != where)]
    raise UsageError(
        f"There is no {' and no '.join(request.source_names)} in {', '.join(places[:-1])} or {places[-1]}.",
        fix="Put your database's URL there, or name another variable with --name. "
        "`env write` and `env print` also take it on stdin: --from-url -",
        code=_NOWHERE,
    )
