"""A web ACL in front of an API: AWS's managed rules and a limit per address."""

from __future__ import annotations

from troposphere import GetAtt, Sub, logs, wafv2

from generator.components.component import Component
from generator.components.key import Key
from generator.components.rest_api import RestApi
from generator.components.scope import Scope

MANAGED_RULES = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)
# Rules that would refuse what an API's contract allows: a body above 8 KB, and markup in a text. They are
# counted, and the function judges the body (WAF developer guide, "Baseline rule groups").
COUNTED_ONLY = {"AWSManagedRulesCommonRuleSet": ("CrossSiteScripting_BODY", "SizeRestrictions_BODY")}
# The longest that WAF inspects in front of API Gateway.
INSPECTED_BODY = "KB_64"
RATE_WINDOW_SECONDS = 300


class WebAcl(Component, frozen=True, kw_only=True):
    """A web ACL and its association with one stage."""

    physical_name: str


def web_acl(
    scope: Scope, logical_id: str, *, api: RestApi, requests_per_second: int, encryption: Key
) -> WebAcl:
    """Blocks known bad requests, and addresses that ask more than the API's callers together may.

    ``requests_per_second`` is the API's own limit: one address may use all of it, and no more for long.
    Its log and its samples hold no credentials and no query, which may have an address in it.
    """
    name = scope.name("web acl", logical_id)
    resource = wafv2.WebACL(
        logical_id,
        AssociationConfig=wafv2.AssociationConfig(
            RequestBody={"API_GATEWAY": {"DefaultSizeInspectionLimit": INSPECTED_BODY}}
        ),
        DataProtectionConfig=_protected(),
        DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
        Description=f"Protects {api.physical_name}",
        Name=name,
        Rules=[
            *(_managed(rule, priority) for priority, rule in enumerate(MANAGED_RULES)),
            _rate(len(MANAGED_RULES), requests_per_second * RATE_WINDOW_SECONDS),
        ],
        Scope="REGIONAL",
        Tags=scope.tag_list(name),
        VisibilityConfig=_visible(name),
    )
    association = wafv2.WebACLAssociation(
        f"{logical_id}Association",
        DependsOn=[f"{api.logical_id}Stage"],
        ResourceArn=api.stage_arn,
        WebACLArn=GetAtt(resource, "Arn"),
    )
    # WAF takes only log groups of this prefix (WAF developer guide, "Logging web ACL traffic").
    group_name = f"aws-waf-logs-{name}"
    group = logs.LogGroup(
        f"{logical_id}LogGroup",
        LogGroupName=group_name,
        DeletionProtectionEnabled=scope.retain,
        KmsKeyId=encryption.arn,
        RetentionInDays=scope.log_retention_days,
        Tags=scope.tag_list(group_name),
        **scope.data_policies,
    )
    logging = wafv2.LoggingConfiguration(
        f"{logical_id}Logging",
        # GetAtt gives an ARN that ends in ":*", which WAF does not take.
        DependsOn=[group.title],
        LogDestinationConfigs=[
            Sub(f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{group_name}")
        ],
        RedactedFields=[
            wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name="authorization"))
        ],
        ResourceArn=GetAtt(resource, "Arn"),
    )
    return WebAcl(physical_name=name, resources=(resource, association, group, logging))


def _protected() -> wafv2.DataProtectionConfig:
    """What is cut out of everything that WAF keeps (WAF developer guide, "Data protection")."""
    fields = (
        wafv2.FieldToProtect(FieldType="QUERY_STRING"),
        wafv2.FieldToProtect(FieldType="SINGLE_HEADER", FieldKeys=["authorization"]),
    )
    return wafv2.DataProtectionConfig(
        DataProtections=[wafv2.DataProtect(Action="SUBSTITUTION", Field=field) for field in fields]
    )


def _managed(rule: str, priority: int) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name=rule,
        OverrideAction=wafv2.OverrideAction(**{"None": {}}),
        Priority=priority,
        Statement=wafv2.Statement(
            ManagedRuleGroupStatement=wafv2.ManagedRuleGroupStatement(
                Name=rule, VendorName="AWS", **_counted(rule)
            )
        ),
        VisibilityConfig=_visible(rule),
    )


def _counted(group: str) -> dict[str, list[wafv2.RuleActionOverride]]:
    overrides = [
        wafv2.RuleActionOverride(ActionToUse=wafv2.RuleAction(Count=wafv2.CountAction()), Name=rule)
        for rule in COUNTED_ONLY.get(group, ())
    ]
    return {"RuleActionOverrides": overrides} if overrides else {}


def _rate(priority: int, limit: int) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Action=wafv2.RuleAction(Block=wafv2.BlockAction()),
        Name="TooManyRequestsFromOneAddress",
        Priority=priority,
        Statement=wafv2.Statement(
            RateBasedStatement=wafv2.RateBasedStatement(
                AggregateKeyType="IP", EvaluationWindowSec=RATE_WINDOW_SECONDS, Limit=limit
            )
        ),
        VisibilityConfig=_visible("TooManyRequestsFromOneAddress"),
    )


def _visible(name: str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=name, SampledRequestsEnabled=True)
