"""W9857: a database that takes connections in clear."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN, is_text

GROUPS = ("AWS::RDS::DBParameterGroup", "AWS::RDS::DBClusterParameterGroup")
# Family prefix → the parameter that makes TLS a must.
FORCED = {
    "aurora-mysql": "require_secure_transport",
    "aurora-postgresql": "rds.force_ssl",
    "mariadb": "require_secure_transport",
    "mysql": "require_secure_transport",
    "postgres": "rds.force_ssl",
    "sqlserver": "rds.force_ssl",
}
ON = {"1", "on", "true"}
# Engines and versions whose default group lets clients in without TLS.
UNFORCED: dict[str, tuple[str, ...]] = {
    "mysql": ("5.", "8.0"),
    "postgres": ("9.", "10", "11", "12", "13", "14"),
}


class ForcedTls(Rule):
    """What the default is differs by engine and version."""

    id = "W9857"
    shortdesc = "Database parameter group that does not force TLS"
    description = (
        "Without it a client may connect in clear, and its password and rows cross the network readable."
    )
    source_url = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"
    tags = ("resources", "rds", "security")
    items = ("S3.14",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Parameter groups of instances; a cluster's own group decides for Aurora."""
        for group in document.resources(*GROUPS):
            family = group.properties.one("Family").value
            name = next((FORCED[one] for one in FORCED if str(family).startswith(one)), None)
            if name is None or (str(family).startswith("aurora") and group.type == GROUPS[0]):
                continue
            parameters = group.properties.one("Parameters")
            if parameters.value is UNKNOWN:
                continue
            place = group.properties.wrong("Parameters", name, unless=lambda value: str(value).lower() in ON)
            if place:
                yield place.problem(f"set the parameter {name} to 1")
        for database in document.resources("AWS::RDS::DBInstance"):
            group_name = database.properties.one("DBParameterGroupName")
            engine, version = (database.properties.one(one).value for one in ("Engine", "EngineVersion"))
            old = UNFORCED.get(str(engine), ())
            if group_name.absent and is_text(version) and version.startswith(old):
                yield group_name.problem(
                    f"set DBParameterGroupName to a group with {FORCED[str(engine)]} 1: the default one lets "
                    "clients in without TLS"
                )
