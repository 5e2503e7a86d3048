"""Databases."""

from __future__ import annotations

from tests.rules.mutations.change import Mutation, put, remove, replace

DATABASE = "AWS::RDS::DBInstance"
GROUP = "AWS::RDS::DBParameterGroup"

MUTATIONS = (
    Mutation("W9851", remove(DATABASE, "Properties", "MultiAZ")),
    Mutation("W9851", replace("false", DATABASE, "Properties", "MultiAZ")),
    Mutation("E9852", put(True, DATABASE, "Properties", "PubliclyAccessible")),
    Mutation("W9853", remove(DATABASE, "Properties", "StorageEncrypted")),
    Mutation("W9853", remove(DATABASE, "Properties", "KmsKeyId")),
    Mutation("W9855", remove(DATABASE, "Properties", "ManageMasterUserPassword")),
    Mutation("E9856", put("hunter2hunter2", "AWS::RDS::DBCluster", "Properties", "MasterUserPassword")),
    Mutation("W9857", remove(GROUP, "Properties", "Parameters", "rds.force_ssl")),
    Mutation("W9857", replace("0", GROUP, "Properties", "Parameters", "rds.force_ssl")),
    Mutation("W9858", replace(1, DATABASE, "Properties", "BackupRetentionPeriod")),
    Mutation("E9859", remove(DATABASE, "Properties", "AutomaticBackupReplicationKmsKeyId")),
)
