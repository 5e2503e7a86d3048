"""What keys of an environment must agree on. A rule that one value breaks alone stands in ``model.py``."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from generator import names
from generator.config.model import Environment
from generator.config.problems import KeyPath

# Room in the shortest limit of generator/names.py for a service and a component that nobody has written yet.
SERVICE_ROOM: Final = 12
COMPONENT_ROOM: Final = 16
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}


class Broken(Struct, frozen=True):
    """A rule that is broken. The first path is where the message points, the others have a part in it."""

    paths: tuple[KeyPath, ...]
    text: str


def broken_rules(environment: Environment) -> Iterator[Broken]:
    """Every broken rule of an environment whose single values are right."""
    yield from _production(environment)
    yield from _origins(environment)
    yield from _repeated("regions", environment.regions)
    yield from _repeated("allowed_origins", environment.allowed_origins)
    yield from _lengths(environment)
    yield from _throttles(environment)
    alarms = environment.alarms
    if alarms.datapoints > alarms.periods:
        yield Broken(
            (("alarms", "datapoints"), ("alarms", "periods")),
            f"{alarms.datapoints} is more than 'periods' ({alarms.periods}); "
            f"allowed: up to {alarms.periods}, or more periods",
        )


def _production(environment: Environment) -> Iterator[Broken]:
    if not environment.production:
        return
    if not environment.retain_data:
        yield Broken(
            (("retain_data",), ("production",)), "false is wrong (production keeps its data); allowed: true"
        )
    if environment.notification_email is None:
        yield Broken(
            (("notification_email",), ("production",)),
            "the key is missing (production's alarms need a reader); "
            "allowed: an e-mail address, for example ops@example.com",
        )
    for index, origin in enumerate(environment.allowed_origins):
        if origin.startswith("http://"):
            yield Broken(
                (("allowed_origins", index), ("production",)),
                f"'{origin}' is wrong (not encrypted, in production); allowed: 'https://{origin[7:]}'",
            )


def _origins(environment: Environment) -> Iterator[Broken]:
    for index, origin in enumerate(environment.allowed_origins):
        scheme, _, rest = origin.partition("://")
        host, _, port = rest.partition(":")
        if port and int(port) > 65535:
            yield Broken(
                (("allowed_origins", index),), f"'{origin}' is wrong (no such port); allowed: ports to 65535"
            )
        if port == _DEFAULT_PORTS[scheme]:
            yield Broken(
                (("allowed_origins", index),),
                f"'{origin}' is wrong (browsers leave out the default port, so it would never match); "
                f"allowed: '{scheme}://{host}'",
            )


def _repeated(key: str, values: tuple[str, ...]) -> Iterator[Broken]:
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Broken(((key, index),), f"'{value}' is given twice; allowed: each one once")


def _lengths(environment: Environment) -> Iterator[Broken]:
    """Names that no service has made yet must fit too, or a suffix is found too long years later."""
    region = max(environment.regions, key=len)
    kind = min(names.LIMITS, key=lambda kind: (names.LIMITS[kind], kind))
    limit = names.LIMITS[kind]
    fixed = len(f"{environment.name}-{region}--") + SERVICE_ROOM + COMPONENT_ROOM
    if fixed + len(environment.suffix) > limit:
        yield Broken(
            (("suffix",), ("regions",)),
            f"'{environment.suffix}' is wrong (too long: a {kind} name in {region} may have {limit} "
            f"characters, of which a service needs {SERVICE_ROOM} and a component {COMPONENT_ROOM}); "
            f"allowed: up to {max(limit - fixed, 0)} characters",
        )


def _throttles(environment: Environment) -> Iterator[Broken]:
    for service, settings in environment.apis.items():
        for kind, throttle in (("read", settings.read), ("write", settings.write)):
            if throttle.burst < throttle.rate:
                path = ("apis", service, kind)
                yield Broken(
                    ((*path, "burst"), (*path, "rate")),
                    f"{throttle.burst} is below 'rate' ({throttle.rate}), which could then never be reached; "
                    f"allowed: {throttle.rate} to 5000",
                )
