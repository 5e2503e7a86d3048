"""W9710: a bucket policy that lets requests in without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Node, Problem
from generator.rules._rule import Rule
from generator.rules._values import UNKNOWN, truth

CONDITIONS = ("Bool", "BoolIfExists", "StringEquals")


class BucketTls(Rule):
    """S3 still answers over plain HTTP unless a policy denies it."""

    id = "W9710"
    shortdesc = "Bucket policy that does not deny requests without TLS"
    description = (
        "Without a Deny on aws:SecureTransport false, signed requests and data may cross a network in clear."
    )
    source_url = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"
    tags = ("resources", "s3", "security")

    def check(self, document: Document) -> Iterator[Problem]:
        """Bucket policies of the template; a bucket without one is another stack's matter."""
        for policy in document.resources("AWS::S3::BucketPolicy"):
            statements = policy.properties.each("PolicyDocument", "Statement")
            known = all(isinstance(statement.value, dict) for statement in statements)
            if statements and known and not any(_denies_plain_http(one) for one in statements):
                place = policy.properties.raw("PolicyDocument", "Statement")
                yield place.problem(
                    "add a Deny of s3:* for everybody with Condition Bool aws:SecureTransport 'false'"
                )


def _denies_plain_http(statement: Node) -> bool:
    """Also where it may be so."""
    if statement.one("Effect").value not in ("Deny", UNKNOWN):
        return False
    for operator in CONDITIONS:
        for name, value in statement.members("Condition", operator):
            if name.lower() == "aws:securetransport":
                return any(truth(one.value) is not True for one in value.each())
    return any(
        name.lower() == "s3:tlsversion" for name, _ in statement.members("Condition", "NumericLessThan")
    )
