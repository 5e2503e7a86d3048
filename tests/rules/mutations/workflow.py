"""State machines."""

from __future__ import annotations

from tests.rules.mutations.change import Mutation, Template, remove, replace

MACHINE = "AWS::StepFunctions::StateMachine"
CHECK = (MACHINE, "Properties", "Definition", "States", "Check")


def _misspelt_in_text(template: Template) -> str | None:
    for name, resource in template["Resources"].items():
        text = resource.get("Properties", {}).get("DefinitionString")
        if isinstance(text, str) and "${CheckArn}" in text:
            resource["Properties"]["DefinitionString"] = text.replace("${CheckArn}", "${ChekArn}")
            return str(name)
    return None


MUTATIONS = (
    Mutation("W9901", remove(*CHECK, "TimeoutSeconds")),
    Mutation("W9902", remove(*CHECK, "Retry")),
    Mutation("W9902", replace([{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}], *CHECK, "Retry")),
    Mutation("E9905", replace("Chek", MACHINE, "Properties", "Definition", "StartAt")),
    Mutation("W9903", remove(*CHECK, "Catch")),
    Mutation("E9904", remove(MACHINE, "Properties", "DefinitionSubstitutions", "CheckArn")),
    Mutation("E9904", _misspelt_in_text),
    Mutation("W9906", remove(MACHINE, "Properties", "LoggingConfiguration")),
    Mutation("W9906", replace("OFF", MACHINE, "Properties", "LoggingConfiguration", "Level")),
    Mutation("I9907", remove(MACHINE, "Properties", "TracingConfiguration")),
)
