"""Condition keys that IAM knows, in lower case: keys are compared without regard to case.

From "AWS global condition context keys" and the service authorization reference's tables of condition keys.
Only services whose keys are all here are judged.
"""

from __future__ import annotations

from functools import cache

GLOBAL = """
    assumedroot calledvia calledviafirst calledvialast chatbotsourcearn currenttime
    ec2instancesourceprivateipv4 ec2instancesourcevpc epochtime federatedprovider ismcpserviceaction
    multifactorauthage multifactorauthpresent principalaccount principalarn principalisawsservice
    principalorgid principalorgpaths principalservicename principalservicenameslist principaltag
    principaltype referer requestedregion requesttag resourceaccount resourceorgid resourceorgpaths
    resourcetag securetransport sourceaccount sourcearn sourceidentity sourceip sourceorgid
    sourceorgpaths sourceowner sourcevpc sourcevpcarn sourcevpce tagkeys tokenissuetime useragent userid
    username viaawsservice vpceaccount vpceorgid vpceorgpaths vpcsourceip
"""
SERVICES = {
    "aws": GLOBAL,
    "dynamodb": """
        attributes enclosingoperation fulltablescan leadingkeys returnconsumedcapacity returnvalues select
        firstpartitionkeyvalues secondpartitionkeyvalues thirdpartitionkeyvalues fourthpartitionkeyvalues
    """,
    "events": """
        creatoraccount detail-type detail.eventtypecode detail.service detail.useridentity.principalid
        eventbusarn eventbusinvocation managedby source targetarn
    """,
    "execute-api": "viadomainarn",
    "iam": """
        associatedresourcearn awsservicename delegationduration delegationrequestowner fido-certification
        fido-fips-140-2-certification fido-fips-140-3-certification notificationchannel
        organizationspolicyid passedtoservice permissionsboundary policyarn registersecuritykey resourcetag
        servicespecificcredentialagedays servicespecificcredentialservicename templatearn
    """,
    "kms": """
        bypasspolicylockoutsafetycheck calleraccount customermasterkeyspec customermasterkeyusage
        datakeypairspec encryptionalgorithm encryptioncontext encryptioncontextkeys expirationmodel
        grantconstrainttype granteeprincipal grantisforawsresource grantoperations keyagreementalgorithm
        keyorigin keyspec keyusage macalgorithm messagetype multiregion multiregionkeytype primaryregion
        reencryptonsamekey replicaregion requestalias resourcealiases retiringprincipal
        rotationperiodindays schedulekeydeletionpendingwindowindays signingalgorithm validto viaservice
        wrappingalgorithm wrappingkeyspec trailinglogresource recipientattestation:imagesha384
        recipientattestation:pcr recipientattestation:pcr0 recipientattestation:pcr1
        recipientattestation:pcr2 recipientattestation:pcr3 recipientattestation:pcr4
        recipientattestation:pcr8 recipientattestation:nitrotpmpcr4 recipientattestation:nitrotpmpcr7
    """,
    "lambda": """
        codesigningconfigarn eventsourcetoken functionarn functionurlauthtype invokedviafunctionurl layer
        principal securitygroupids sourcefunctionarn subnetids vpcids
    """,
    "secretsmanager": """
        addreplicaregions blockpublicpolicy description forcedeletewithoutrecovery
        forceoverwritereplicasecret kmskeyarn kmskeyid modifyrotationrules name recoverywindowindays
        resource/allowrotationlambdaarn resource resourcetag rotateimmediately rotationlambdaarn
        secretid secretprimaryregion type versionid versionstage externalsecretrotationrolearn
    """,
    "sns": "endpoint protocol",
    "sts": """
        audience awsservicename durationseconds externalid identitytokenaudience requestcontext
        requestcontextproviders requestduration rolesessionname signingalgorithm sourceidentity
        taskpolicyarn transitivetagkeys
    """,
}
# Word by word these differ from a known key without being misspelt.
OTHERS = frozenset({"aws:sourceinstancearn", "aws:viaawsmcpservice", "aws:calledviaawsmcp"})


@cache
def known() -> frozenset[str]:
    """Every key of the services above, with its prefix, as ``aws:sourcearn``."""
    keys = {f"{service}:{name}" for service, names in SERVICES.items() for name in names.split()}
    return frozenset(keys | OTHERS)


def meant_key(key: str) -> str | None:
    """The known key that a misspelt one must mean, in lower case; None where the key may be right.

    What follows a slash is a tag's name, and what follows the service's second colon an encryption context.
    """
    lower = key.lower()
    stem = lower.partition("/")[0]
    service, colon, name = stem.partition(":")
    if stem in known() or lower in known() or f"{service}:{name.partition(':')[0]}" in known():
        return None
    if not colon:
        return f"aws:{service}" if f"aws:{service}" in known() else None
    if service in SERVICES and f"aws:{name}" in known() and service != "aws":
        return f"aws:{name}"
    head, second, context = name.partition(":")
    close = [
        one for one in sorted(known()) if _near(stem, one) or (second and _near(f"{service}:{head}", one))
    ]
    return min(close, key=lambda one: distance(stem, one)) + second + context if close else None


def _near(text: str, other: str) -> bool:
    if "".join(filter(str.isalnum, text)) == "".join(filter(str.isalnum, other)):
        return True
    limit = 2 if len(other) > 8 else 1
    return abs(len(text) - len(other)) <= limit and distance(text, other) <= limit


def distance(left: str, right: str) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]
