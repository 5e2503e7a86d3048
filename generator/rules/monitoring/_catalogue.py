"""Metrics that AWS services publish, with the dimensions that they have.

From each service's page of metrics in its own guide. What is not listed is not judged: lists need not be
complete, but two names of one service that differ in a letter or two must both be in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Namespace(NamedTuple):
    """Names of metrics and dimensions, and the dimension without which the service publishes nothing."""

    metrics: frozenset[str]
    dimensions: frozenset[str]
    needed: tuple[str, ...] = ()


def _of(metrics: str, dimensions: str, *needed: str) -> Namespace:
    return Namespace(frozenset(metrics.split()), frozenset(dimensions.split()), needed)


NAMESPACES = {
    "AWS/ApiGateway": _of(
        "4XXError 4xx 5XXError 5xx CacheHitCount CacheMissCount ClientError ConnectCount Count "
        "DataProcessed ExecutionError IntegrationError IntegrationLatency Latency MessageCount",
        "ApiId ApiName Method Resource Route Stage",
        "ApiName",
        "ApiId",
    ),
    "AWS/ApplicationELB": _of(
        "ActiveConnectionCount AnomalousHostCount ClientTLSNegotiationErrorCount ConsumedLCUs "
        "DesyncMitigationMode_NonCompliant_Request_Count DroppedInvalidHeaderRequestCount ELBAuthError "
        "ELBAuthFailure ELBAuthLatency ELBAuthSuccess ForwardedInvalidHeaderRequestCount GrpcRequestCount "
        "HTTPCode_ELB_3XX_Count HTTPCode_ELB_4XX_Count HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count "
        "HTTPCode_ELB_503_Count HTTPCode_ELB_504_Count HTTPCode_ELB_5XX_Count HTTPCode_Target_2XX_Count "
        "HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count "
        "HTTP_Fixed_Response_Count HTTP_Redirect_Count HTTP_Redirect_Url_Limit_Exceeded_Count "
        "HealthyHostCount HealthyStateDNS HealthyStateRouting IPv6ProcessedBytes IPv6RequestCount "
        "LambdaInternalError LambdaTargetProcessedBytes LambdaUserError MitigatedHostCount "
        "NewConnectionCount NonStickyRequestCount PeakLCUs ProcessedBytes RejectedConnectionCount "
        "RequestCount RequestCountPerTarget ReservedLCUs RuleEvaluations StandardProcessedBytes "
        "TargetConnectionErrorCount TargetResponseTime TargetTLSNegotiationErrorCount UnHealthyHostCount "
        "UnhealthyRoutingRequestCount UnhealthyStateDNS UnhealthyStateRouting WebSocketConnectionCount",
        "AvailabilityZone LoadBalancer TargetGroup",
        "LoadBalancer",
        "TargetGroup",
    ),
    "AWS/DynamoDB": _of(
        "AccountMaxReads AccountMaxTableLevelReads AccountMaxTableLevelWrites AccountMaxWrites "
        "AccountProvisionedReadCapacityUtilization AccountProvisionedWriteCapacityUtilization "
        "AgeOfOldestUnreplicatedRecord ConditionalCheckFailedRequests ConsumedChangeDataCaptureUnits "
        "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits FailedToReplicateRecordCount "
        "FaultInjectionServiceInducedErrors MaxProvisionedTableReadCapacityUtilization "
        "MaxProvisionedTableWriteCapacityUtilization OnDemandMaxReadRequestUnits "
        "OnDemandMaxWriteRequestUnits OnlineIndexConsumedWriteCapacity OnlineIndexPercentageProgress "
        "OnlineIndexThrottleEvents PendingReplicationCount ProvisionedReadCapacityUnits "
        "ProvisionedWriteCapacityUnits ReadAccountLimitThrottleEvents "
        "ReadKeyRangeThroughputThrottleEvents ReadMaxOnDemandThroughputThrottleEvents "
        "ReadProvisionedThroughputThrottleEvents ReadThrottleEvents ReplicationLatency ReturnedBytes "
        "ReturnedItemCount ReturnedRecordsCount SuccessfulRequestLatency SystemErrors "
        "ThrottledPutRecordCount ThrottledRequests TimeToLiveDeletedItemCount TransactionConflict "
        "UserErrors WriteAccountLimitThrottleEvents WriteKeyRangeThroughputThrottleEvents "
        "WriteMaxOnDemandThroughputThrottleEvents WriteProvisionedThroughputThrottleEvents "
        "WriteThrottleEvents",
        "DelegatedOperation GlobalSecondaryIndexName Operation OperationType ReceivingRegion Source "
        "SourceTable StreamLabel TableName Verb",
    ),
    "AWS/Events": _of(
        "DeadLetterInvocations EventsFailedToArchive FailedInvocations "
        "IngestionToInvocationCompleteLatency IngestionToInvocationStartLatency "
        "IngestionToInvocationSuccessLatency InvocationAttempts InvocationLatency Invocations "
        "InvocationsCreated InvocationsFailedToBeSentToDlq InvocationsSentToDlq MatchedEvents "
        "PutEventsApproximateCallCount PutEventsApproximateFailedCount PutEventsApproximateSuccessCount "
        "PutEventsApproximateThrottledCount PutEventsEntriesCount PutEventsFailedEntriesCount "
        "PutEventsLatency PutEventsRequestSize PutPartnerEventsEntriesCount RetryInvocationAttempts "
        "SuccessfulInvocationAttempts ThrottledRules TriggeredRules",
        "EventBusName EventSourceName RuleName",
    ),
    "AWS/Kinesis": _of(
        "GetRecords.Bytes GetRecords.IteratorAge GetRecords.IteratorAgeMilliseconds GetRecords.Latency "
        "GetRecords.Records GetRecords.Success IncomingBytes IncomingRecords IteratorAgeMilliseconds "
        "OutgoingBytes OutgoingRecords PutRecord.Bytes PutRecord.Latency PutRecord.Success "
        "PutRecords.Bytes PutRecords.FailedRecords PutRecords.Latency PutRecords.Records "
        "PutRecords.Success PutRecords.SuccessfulRecords PutRecords.ThrottledRecords "
        "PutRecords.TotalRecords ReadProvisionedThroughputExceeded SubscribeToShard.RateExceeded "
        "SubscribeToShard.Success SubscribeToShardEvent.Bytes SubscribeToShardEvent.MillisBehindLatest "
        "SubscribeToShardEvent.Records SubscribeToShardEvent.Success WriteProvisionedThroughputExceeded",
        "ConsumerName ShardId StreamName",
        "StreamName",
    ),
    "AWS/Lambda": _of(
        "AsyncEventAge AsyncEventsDropped AsyncEventsReceived ClaimedAccountConcurrency "
        "ConcurrentExecutions DeadLetterErrors DeletedEventCount DestinationDeliveryFailures "
        "DroppedEventCount Duration Errors FailedInvokeEventCount FilteredOutEventCount Invocations "
        "InvokedEventCount IteratorAge OffsetLag OnFailureDestinationDeliveredEventCount "
        "OversizedRecordCount PolledEventCount PostRuntimeExtensionsDuration "
        "ProvisionedConcurrencyInvocations ProvisionedConcurrencySpilloverInvocations "
        "ProvisionedConcurrencyUtilization ProvisionedConcurrentExecutions ProvisionedPollers "
        "RecursiveInvocationsDropped SignatureValidationErrors Throttles UnreservedConcurrentExecutions "
        "Url4xxCount Url5xxCount UrlRequestCount UrlRequestLatency",
        "EventSourceMappingUUID ExecutedVersion FunctionName Resource",
    ),
    "AWS/RDS": _of(
        "ACUUtilization AuroraBinlogReplicaLag AuroraGlobalDBReplicationLag AuroraReplicaLag "
        "AuroraReplicaLagMaximum AuroraReplicaLagMinimum AuroraVolumeBytesLeftTotal BinLogDiskUsage "
        "BufferCacheHitRatio BurstBalance CPUCreditBalance CPUCreditUsage CPUSurplusCreditBalance "
        "CPUSurplusCreditsCharged CPUUtilization CheckpointLag CommitLatency CommitThroughput "
        "ConnectionAttempts DBLoad DBLoadCPU DBLoadNonCPU DatabaseConnections Deadlocks DiskQueueDepth "
        "EBSByteBalance% EBSIOBalance% EngineUptime FailedSQLServerAgentJobsCount FreeLocalStorage "
        "FreeStorageSpace FreeableMemory LoginFailures MaximumUsedTransactionIDs NetworkReceiveThroughput "
        "NetworkThroughput NetworkTransmitThroughput OldestReplicationSlotLag Queries ReadIOPS "
        "ReadLatency ReadThroughput ReplicaLag ReplicationSlotDiskUsage ServerlessDatabaseCapacity "
        "SwapUsage TransactionLogsDiskUsage TransactionLogsGeneration VolumeBytesUsed VolumeReadIOPs "
        "VolumeWriteIOPs WriteIOPS WriteLatency WriteThroughput",
        "DBClusterIdentifier DBInstanceIdentifier DatabaseClass DbClusterIdentifier EngineName Role "
        "SourceRegion",
    ),
    "AWS/Route53": _of(
        "ChildHealthCheckHealthyCount ConnectionTime DNSQueries HealthCheckPercentageHealthy "
        "HealthCheckStatus SSLHandshakeTime TimeToFirstByte",
        "HealthCheckId HostedZoneId Region",
    ),
    "AWS/S3": _of(
        "4xxErrors 5xxErrors AllRequests BucketSizeBytes BytesDownloaded BytesPendingReplication "
        "BytesUploaded DeleteRequests FirstByteLatency GetRequests HeadRequests ListRequests "
        "NumberOfObjects OperationsFailedReplication OperationsPendingReplication PostRequests "
        "PutRequests ReplicationLatency SelectBytesReturned SelectBytesScanned SelectRequests "
        "TotalRequestLatency",
        "BucketName DestinationBucket FilterId RuleId SourceBucket StorageType",
        "BucketName",
        "SourceBucket",
    ),
    "AWS/SNS": _of(
        "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed "
        "NumberOfNotificationsFailedToRedriveToDlq NumberOfNotificationsFilteredOut "
        "NumberOfNotificationsFilteredOut-InvalidAttributes NumberOfNotificationsFilteredOut- "
        "InvalidMessageBody NumberOfNotificationsFilteredOut-MessageAttributes "
        "NumberOfNotificationsFilteredOut-MessageBody NumberOfNotificationsFilteredOut- "
        "NoMessageAttributes NumberOfNotificationsRedrivenToDlq PublishSize SMSMonthToDateSpentUSD "
        "SMSSuccessRate",
        "Application Application,Platform Country Platform SMSType TopicName",
    ),
    "AWS/SQS": _of(
        "ApproximateAgeOfOldestMessage ApproximateAgeOfOldestMessageInQuietGroups "
        "ApproximateNumberOfGroupsWithInflightMessages ApproximateNumberOfMessagesDelayed "
        "ApproximateNumberOfMessagesDelayedInQuietGroups ApproximateNumberOfMessagesNotVisible "
        "ApproximateNumberOfMessagesNotVisibleInQuietGroups ApproximateNumberOfMessagesVisible "
        "ApproximateNumberOfMessagesVisibleInQuietGroups ApproximateNumberOfNoisyGroups "
        "NumberOfDeduplicatedSentMessages NumberOfEmptyReceives NumberOfMessagesDeleted "
        "NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize",
        "QueueName",
        "QueueName",
    ),
    "AWS/States": _of(
        "ActivitiesFailed ActivitiesHeartbeatTimedOut ActivitiesScheduled ActivitiesStarted "
        "ActivitiesSucceeded ActivitiesTimedOut ActivityRunTime ActivityScheduleTime ActivityTime "
        "ConsumedCapacity ExecutionThrottled ExecutionTime ExecutionsAborted ExecutionsFailed "
        "ExecutionsStarted ExecutionsSucceeded ExecutionsTimedOut ExpressExecutionBilledDuration "
        "ExpressExecutionBilledMemory ExpressExecutionMemory LambdaFunctionRunTime "
        "LambdaFunctionScheduleTime LambdaFunctionTime LambdaFunctionsFailed LambdaFunctionsScheduled "
        "LambdaFunctionsStarted LambdaFunctionsSucceeded LambdaFunctionsTimedOut OpenExecutionCount "
        "OpenExecutionLimit ProvisionedBucketSize ProvisionedRefillRate RedrivenExecutions "
        "RedrivenExecutionsAborted RedrivenExecutionsFailed RedrivenExecutionsSucceeded "
        "RedrivenExecutionsTimedOut ServiceIntegrationRunTime ServiceIntegrationScheduleTime "
        "ServiceIntegrationTime ServiceIntegrationsFailed ServiceIntegrationsScheduled "
        "ServiceIntegrationsStarted ServiceIntegrationsSucceeded ServiceIntegrationsTimedOut "
        "ThrottledEvents",
        "APIName ActivityArn LambdaFunctionArn ServiceIntegrationResourceArn ServiceMetric StateMachineArn",
    ),
}
# Other namespaces of AWS: known, so that a misspelt one is told from one that is not listed above.
OTHERS = _of(
    "AWS/ACMPrivateCA AWS/AmazonMQ AWS/AmplifyHosting AWS/AppStream AWS/AppSync AWS/Athena "
    "AWS/AutoScaling AWS/Backup AWS/Bedrock AWS/Billing AWS/CertificateManager AWS/Chatbot "
    "AWS/CloudFront AWS/CloudHSM AWS/CloudSearch AWS/CloudTrail AWS/CodeBuild AWS/Cognito AWS/Config "
    "AWS/Connect AWS/DAX AWS/DMS AWS/DX AWS/DataSync AWS/DocDB AWS/EBS AWS/EC2 AWS/EC2Spot AWS/ECR "
    "AWS/ECS AWS/EFS AWS/EKS AWS/ELB AWS/ES AWS/ElastiCache AWS/ElasticBeanstalk "
    "AWS/ElasticMapReduce AWS/FSx "
    "AWS/Firehose AWS/GatewayELB AWS/GlobalAccelerator AWS/GuardDuty AWS/IVS AWS/Inspector AWS/IoT "
    "AWS/KMS AWS/Kafka AWS/KinesisAnalytics AWS/KinesisVideo AWS/Lex AWS/Location AWS/Logs AWS/ML "
    "AWS/MSK AWS/MWAA AWS/MediaLive AWS/MemoryDB AWS/NATGateway AWS/Neptune AWS/NetworkELB "
    "AWS/NetworkFirewall AWS/OpenSearchService AWS/OpsWorks AWS/Pipes AWS/Polly "
    "AWS/PrivateLinkEndpoints AWS/PrivateLinkServices AWS/QLDB AWS/RUM AWS/Redshift AWS/Rekognition "
    "AWS/S3ObjectLambda AWS/SES AWS/SSM-RunCommand AWS/SageMaker AWS/Scheduler AWS/SecretsManager "
    "AWS/StorageGateway AWS/Synthetics AWS/Textract AWS/Timestream AWS/Transfer AWS/TransitGateway "
    "AWS/Trustedadvisor AWS/Usage AWS/VPN AWS/WAF AWS/WAFV2 AWS/WorkSpaces",
    "",
).metrics


def near(word: str, known: Iterable[str], most: int = 2) -> str:
    """The known word that was meant: another case or number, or a few letters off; "" for none."""
    words = sorted(known)
    if word in words:
        return ""
    for one in words:
        if one.lower() == word.lower() or f"{one}s" == word or one == f"{word}s":
            return one
    few = most if len(word) > 6 else min(most, 1)
    close = [one for one in words if min(len(one), len(word)) > 4 and distance(one, word, few) <= few]
    return close[0] if close else ""


def namespace(word: str) -> str:
    """The namespace that was meant; short ones differ too little to guess from more than the case."""
    return near(word, OTHERS | NAMESPACES.keys(), 1 if len(word) > 9 else 0)


def distance(left: str, right: str, most: int) -> int:
    """How many letters are to be changed, added or removed; above ``most`` it is not counted on."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    row = list(range(len(right) + 1))
    for place, letter in enumerate(left, start=1):
        above, row[0] = row[0], place
        for index, other in enumerate(right, start=1):
            above, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, above + (letter != other))
    return row[-1]
