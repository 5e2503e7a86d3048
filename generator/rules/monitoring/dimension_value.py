"""E9610: a dimension whose value is of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator

from generator.rules._document import Document, Problem
from generator.rules._rule import Rule
from generator.rules.monitoring._alarms import alarms, metrics
from generator.rules.monitoring._references import attribute

# What the value is to be, by dimension and by type of the resource.
FORMS = {
    "ApiId": {"AWS::ApiGatewayV2::Api": {"Ref", "ApiId"}, "AWS::ApiGateway::RestApi": set[str]()},
    "ApiName": {"AWS::ApiGateway::RestApi": set[str](), "AWS::ApiGatewayV2::Api": set[str]()},
    "BucketName": {"AWS::S3::Bucket": {"Ref"}},
    "ClusterName": {"AWS::ECS::Cluster": {"Ref"}},
    "DBClusterIdentifier": {"AWS::RDS::DBCluster": {"Ref"}},
    "DBInstanceIdentifier": {"AWS::RDS::DBInstance": {"Ref"}},
    "FunctionName": {
        "AWS::Lambda::Function": {"Ref"},
        "AWS::Lambda::Alias": set[str](),
        "AWS::Lambda::Version": set[str](),
    },
    "HealthCheckId": {"AWS::Route53::HealthCheck": {"Ref", "HealthCheckId"}},
    "LoadBalancer": {"AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerFullName"}},
    "QueueName": {"AWS::SQS::Queue": {"QueueName"}},
    "RuleName": {"AWS::Events::Rule": {"Ref"}},
    "ServiceName": {"AWS::ECS::Service": {"Name"}},
    "StateMachineArn": {"AWS::StepFunctions::StateMachine": {"Ref", "Arn"}},
    "StreamName": {"AWS::Kinesis::Stream": {"Ref"}},
    "TableName": {"AWS::DynamoDB::Table": {"Ref"}, "AWS::DynamoDB::GlobalTable": {"Ref"}},
    "TargetGroup": {"AWS::ElasticLoadBalancingV2::TargetGroup": {"TargetGroupFullName"}},
    "TopicName": {"AWS::SNS::Topic": {"TopicName"}},
}
INSTEAD = {
    "ApiName": "the API's Name",
    "ApiId": "the Ref of an HTTP or WebSocket API; REST APIs have ApiName",
}


class DimensionValue(Rule):
    """Dimensions have the value that the service publishes."""

    id = "E9610"
    shortdesc = "Dimension with another kind of value than the metric has"
    description = (
        "Metrics carry a queue's name, not its URL, and a function's name, not its ARN: with another "
        "value the alarm watches nothing, for ever."
    )
    source_url = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html"
    tags = ("resources", "cloudwatch", "alarm", "dimension")
    items = ("S4.4",)

    def check(self, document: Document) -> Iterator[Problem]:
        """Ref and GetAtt of resources of this template, and texts that are ARNs or URLs."""
        for alarm in alarms(document):
            for metric in metrics(alarm):
                for name, given in metric.dimensions() if metric.namespace.startswith("AWS/") else ():
                    forms = FORMS.get(str(name.value))
                    if forms is None:
                        continue
                    kind, form = attribute(document, given)
                    text = given.one().value
                    plain = (
                        isinstance(text, str)
                        and name.value != "StateMachineArn"
                        and text.startswith(("arn:", "https://"))
                    )
                    if (kind in forms and form not in forms[kind]) or plain:
                        wanted = next(
                            iter(sorted(forms.get(kind, ())) or sorted(next(iter(forms.values())))), ""
                        )
                        how = "!Ref" if wanted == "Ref" else f"!GetAtt …{wanted and '.'}{wanted}"
                        yield given.problem(
                            f"set {name.value} to {INSTEAD.get(str(name.value)) or how}: metrics "
                            "have no other value"
                        )
