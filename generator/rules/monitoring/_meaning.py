"""What well-known metrics mean: which count failures, which are sparse, which are times or levels."""

from __future__ import annotations

API, ALB, DYNAMODB, LAMBDA = "AWS/ApiGateway", "AWS/ApplicationELB", "AWS/DynamoDB", "AWS/Lambda"

# Failures of single requests: now and then there is one, and nobody needs to get up for it.
REQUEST_ERRORS = {
    (API, "4XXError"), (API, "5XXError"), (API, "4xx"), (API, "5xx"),
    (ALB, "HTTPCode_ELB_5XX_Count"), (ALB, "HTTPCode_Target_5XX_Count"), (ALB, "HTTPCode_Target_4XX_Count"),
    (LAMBDA, "Errors"), (LAMBDA, "Throttles"), (LAMBDA, "Url4xxCount"), (LAMBDA, "Url5xxCount"),
    ("AWS/S3", "4xxErrors"), ("AWS/S3", "5xxErrors"),
}  # fmt: skip
# One data point of 0 or 1 for each request, so that the average is a rate.
RATES = {(API, "4XXError"), (API, "5XXError"), (API, "4xx"), (API, "5xx"), (LAMBDA, "Errors")}
# Published where something went wrong, or only while there are requests.
FAILURES = REQUEST_ERRORS | {
    (LAMBDA, "DeadLetterErrors"), (LAMBDA, "DestinationDeliveryFailures"),
    (LAMBDA, "AsyncEventsDropped"),
    (DYNAMODB, "ReadThrottleEvents"), (DYNAMODB, "WriteThrottleEvents"), (DYNAMODB, "ThrottledRequests"),
    (DYNAMODB, "SystemErrors"), (DYNAMODB, "UserErrors"), (DYNAMODB, "ConditionalCheckFailedRequests"),
    (DYNAMODB, "TransactionConflict"), (DYNAMODB, "FailedToReplicateRecordCount"),
    ("AWS/Events", "FailedInvocations"), ("AWS/Events", "InvocationsFailedToBeSentToDlq"),
    ("AWS/Events", "InvocationsSentToDlq"), ("AWS/Events", "ThrottledRules"),
    ("AWS/S3", "OperationsFailedReplication"),
    ("AWS/SNS", "NumberOfNotificationsFailed"), ("AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq"),
    ("AWS/States", "ExecutionsAborted"), ("AWS/States", "ExecutionsFailed"),
    ("AWS/States", "ExecutionsTimedOut"), ("AWS/States", "ExecutionThrottled"),
    (ALB, "TargetConnectionErrorCount"), (ALB, "RejectedConnectionCount"), (ALB, "UnHealthyHostCount"),
}  # fmt: skip
# Traffic: no data point is published while there is none.
TRAFFIC = {
    (LAMBDA, "Invocations"), (API, "Count"), (ALB, "RequestCount"),
    ("AWS/Events", "Invocations"), ("AWS/Events", "TriggeredRules"),
    ("AWS/States", "ExecutionsStarted"), ("AWS/States", "ExecutionsSucceeded"),
}  # fmt: skip
# Times, ages, levels and percentages: their sum means nothing.
LEVELS = {
    (API, "Latency"), (API, "IntegrationLatency"),
    (ALB, "TargetResponseTime"), (ALB, "HealthyHostCount"), (ALB, "UnHealthyHostCount"),
    (DYNAMODB, "SuccessfulRequestLatency"), (DYNAMODB, "ReplicationLatency"),
    (DYNAMODB, "AgeOfOldestUnreplicatedRecord"),
    ("AWS/EC2", "CPUUtilization"), ("AWS/ECS", "CPUUtilization"), ("AWS/ECS", "MemoryUtilization"),
    ("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds"),
    (LAMBDA, "Duration"), (LAMBDA, "IteratorAge"), (LAMBDA, "AsyncEventAge"),
    (LAMBDA, "ConcurrentExecutions"),
    ("AWS/RDS", "CPUUtilization"), ("AWS/RDS", "DatabaseConnections"), ("AWS/RDS", "FreeStorageSpace"),
    ("AWS/RDS", "FreeableMemory"), ("AWS/RDS", "ReadLatency"), ("AWS/RDS", "WriteLatency"),
    ("AWS/RDS", "ReplicaLag"),
    ("AWS/Route53", "HealthCheckStatus"), ("AWS/Route53", "HealthCheckPercentageHealthy"),
    ("AWS/S3", "ReplicationLatency"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"), ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible"),
    ("AWS/States", "ExecutionTime"),
}  # fmt: skip
# More of it is better.
WELCOME = {
    (ALB, "HealthyHostCount"), ("AWS/RDS", "FreeStorageSpace"), ("AWS/RDS", "FreeableMemory"),
    ("AWS/RDS", "FreeLocalStorage"), ("AWS/RDS", "BurstBalance"), ("AWS/RDS", "CPUCreditBalance"),
    ("AWS/Route53", "HealthCheckStatus"), ("AWS/Route53", "HealthCheckPercentageHealthy"),
    ("AWS/EC2", "CPUCreditBalance"),
}  # fmt: skip
# Less of it is better.
UNWELCOME = FAILURES | {
    (LAMBDA, "Duration"), (LAMBDA, "IteratorAge"), (API, "Latency"), (API, "IntegrationLatency"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"), ("AWS/S3", "ReplicationLatency"),
    (DYNAMODB, "ReplicationLatency"), (DYNAMODB, "SuccessfulRequestLatency"), (ALB, "TargetResponseTime"),
}  # fmt: skip
# Services that publish in us-east-1 only.
GLOBAL = {"AWS/Billing", "AWS/CloudFront", "AWS/Route53"}
# Dimensions that a metric needs beside those of its namespace, and those that it never has.
ALSO_NEEDED = {
    (API, "4XXError"): ("ApiName",),
    (API, "5XXError"): ("ApiName",),
    (API, "4xx"): ("ApiId",),
    (API, "5xx"): ("ApiId",),
    (DYNAMODB, "SystemErrors"): ("TableName", "Operation"),
    (DYNAMODB, "ThrottledRequests"): ("TableName", "Operation"),
    (DYNAMODB, "SuccessfulRequestLatency"): ("TableName", "Operation"),
    (DYNAMODB, "ReplicationLatency"): ("TableName", "ReceivingRegion"),
    (DYNAMODB, "ReadThrottleEvents"): ("TableName",),
    (DYNAMODB, "WriteThrottleEvents"): ("TableName",),
    ("AWS/S3", "BucketSizeBytes"): ("BucketName", "StorageType"),
    ("AWS/S3", "NumberOfObjects"): ("BucketName", "StorageType"),
    ("AWS/S3", "4xxErrors"): ("BucketName", "FilterId"),
    ("AWS/S3", "5xxErrors"): ("BucketName", "FilterId"),
    ("AWS/S3", "OperationsFailedReplication"): ("SourceBucket", "DestinationBucket", "RuleId"),
    ("AWS/S3", "ReplicationLatency"): ("SourceBucket", "DestinationBucket", "RuleId"),
    ("AWS/Route53", "HealthCheckStatus"): ("HealthCheckId",),
    ("AWS/States", "ExecutionsFailed"): ("StateMachineArn",),
    ("AWS/States", "ExecutionsTimedOut"): ("StateMachineArn",),
    ("AWS/States", "ExecutionsAborted"): ("StateMachineArn",),
}
NEVER_HAS = {(DYNAMODB, "UserErrors"): ("TableName",)}
