"""gen: CloudFormation templates that a person can review, deployed as they were reviewed."""
