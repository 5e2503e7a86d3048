"""Records and health checks."""

from __future__ import annotations

from tests.rules.mutations.change import Mutation, Template, put, remove, replace

RECORD = "AWS::Route53::RecordSet"
CHECK = ("AWS::Route53::HealthCheck", "Properties", "HealthCheckConfig")


def _without_weights(template: Template) -> str | None:
    weighted = [one for one in template["Resources"].values() if "Weight" in one.get("Properties", {})]
    for record in weighted:
        record["Properties"]["Weight"] = 0
    return "Weights" if len(weighted) > 1 else None


MUTATIONS = (
    Mutation(
        "E9741",
        replace(
            "arn:aws:apigateway:us-west-2::/restapis/abc", RECORD, "Properties", "AliasTarget", "DNSName"
        ),
    ),
    Mutation(
        "E9741",
        replace("https://api.example.com", RECORD, "Properties", "AliasTarget", "DNSName"),
    ),
    Mutation(
        "E9741",
        replace({"Fn::GetAtt": ["Api", "RestApiId"]}, RECORD, "Properties", "AliasTarget", "DNSName"),
    ),
    Mutation(
        "E9746",
        replace(
            {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.amazonaws.com"},
            RECORD,
            "Properties",
            "AliasTarget",
            "DNSName",
        ),
    ),
    Mutation("W9742", remove(RECORD, "Properties", "HealthCheckId")),
    Mutation("W9748", _without_weights),
    Mutation(
        "E9743",
        replace("arn:aws:dynamodb:us-west-2:111122223333:table/orders", *CHECK, "FullyQualifiedDomainName"),
    ),
    Mutation("E9743", replace("dynamodb.us-west-2.amazonaws.com", *CHECK, "FullyQualifiedDomainName")),
    Mutation("E9743", put(80, *CHECK, "Port")),
    Mutation("W9745", remove(*CHECK, "ResourcePath")),
    Mutation("W9745", replace("TCP", *CHECK, "Type")),
)
