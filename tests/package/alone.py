"""Run with ``python -I -S -B -c``: an unpacked zip, and around it the standard library and the SDK alone.

Reads {"task", "site", "handler", "events"} as JSON from stdin, calls the handler with each event, imports
every module of the zip, and writes {"answers", "elsewhere", "imported"}.
"""

import importlib
import json
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import SimpleNamespace

asked = json.load(sys.stdin)
task, site = Path(asked["task"]), asked["site"]
SDK = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


class SdkFinder:
    """Finds the SDK, and what it needs, where the zip does not have them."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [site]) if name in SDK else None


sys.path.insert(0, str(task))
sys.meta_path.append(SdkFinder)

module, _, function = asked["handler"].rpartition(".")
handler = getattr(importlib.import_module(module), function)
context = SimpleNamespace(
    function_name="function",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-west-2:123456789012:function:function",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 60_000,
)
stdout, sys.stdout = sys.stdout, sys.stderr  # logs and metrics
answers = [handler(event, context) for event in asked["events"]]

imported = []
for path in sorted(task.rglob("*.py")):
    name = ".".join(path.relative_to(task).with_suffix("").parts).removesuffix(".__init__")
    importlib.import_module(name)
    imported.append(name)

files = {name: getattr(loaded, "__file__", None) or "" for name, loaded in sys.modules.items()}
elsewhere = sorted({name.partition(".")[0] for name, file in files.items() if file.startswith(site)})
json.dump({"answers": answers, "elsewhere": elsewhere, "imported": imported}, stdout)
