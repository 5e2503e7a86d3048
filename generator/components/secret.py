"""A generated secret: its value is made by Secrets Manager and never stands in a template."""

from __future__ import annotations

from troposphere import GetAtt, secretsmanager

from generator.components.component import Component
from generator.components.grant import Grant, Value
from generator.components.key import Key
from generator.components.scope import Scope


class Secret(Component, frozen=True, kw_only=True):
    """A secret and the permission to read it."""

    logical_id: str
    name: str
    encryption: Key

    @property
    def arn(self) -> Value:
        """ARN of the secret. ``Ref`` is the ARN too in an account, and only the name on the embedded AWS."""
        return GetAtt(self.logical_id, "Id")

    def read(self) -> tuple[Grant, ...]:
        """Read the current value."""
        grant = Grant(
            sid=f"Read{self.logical_id}", actions=("secretsmanager:GetSecretValue",), resources=(self.arn,)
        )
        return (grant, self.encryption.decrypt_through("secretsmanager"))


def generated_secret(scope: Scope, logical_id: str, *, field: str, purpose: str, encryption: Key) -> Secret:
    """A JSON object whose ``field`` holds 64 random letters and digits."""
    name = scope.name("secret", logical_id)
    resource = secretsmanager.Secret(
        logical_id,
        Name=name,
        Description=purpose,
        GenerateSecretString=secretsmanager.GenerateSecretString(
            ExcludePunctuation=True,
            GenerateStringKey=field,
            PasswordLength=64,
            SecretStringTemplate="{}",
        ),
        KmsKeyId=encryption.arn,
        Tags=scope.tag_list(name),
        **scope.data_policies,
    )
    return Secret(logical_id=logical_id, name=name, encryption=encryption, resources=(resource,))
