"""A web ACL in front of an API: AWS's managed rules and a limit per address."""

from __future__ import annotations

from dataclasses import dataclass

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
REQUESTS_PER_ADDRESS_IN_5_MINUTES = 2000


@dataclass(frozen=True, kw_only=True)
class WebAcl(Component):
    """A web ACL and its association with one stage."""

    physical_name: str


def web_acl(scope: Scope, logical_id: str, *, api: RestApi, encryption: Key) -> WebAcl:
    """Blocks known bad requests and addresses that ask too often; everything else is the API's to judge.

    Its log holds no credentials: the Authorization header is redacted.
    """
    name = scope.name("web acl", logical_id)
    resource = wafv2.WebACL(
        logical_id,
        DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
        Description=f"Protects {api.physical_name}",
        Name=name,
        Rules=[
            *(_managed(rule, priority) for priority, rule in enumerate(MANAGED_RULES)),
            _rate(len(MANAGED_RULES)),
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


def _managed(rule: str, priority: int) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name=rule,
        OverrideAction=wafv2.OverrideAction(**{"None": {}}),
        Priority=priority,
        Statement=wafv2.Statement(
            ManagedRuleGroupStatement=wafv2.ManagedRuleGroupStatement(Name=rule, VendorName="AWS")
        ),
        VisibilityConfig=_visible(rule),
    )


def _rate(priority: int) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Action=wafv2.RuleAction(Block=wafv2.BlockAction()),
        Name="TooManyRequestsFromOneAddress",
        Priority=priority,
        Statement=wafv2.Statement(
            RateBasedStatement=wafv2.RateBasedStatement(
                AggregateKeyType="IP", Limit=REQUESTS_PER_ADDRESS_IN_5_MINUTES
            )
        ),
        VisibilityConfig=_visible("TooManyRequestsFromOneAddress"),
    )


def _visible(name: str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(CloudWatchMetricsEnabled=True, MetricName=name, SampledRequestsEnabled=True)
