"""What is there before we pack anything: the Python that the functions run on.

Fixed values, not those of the Python that packs: a zip must not depend on who built it.
"""

from __future__ import annotations

import sys

PYTHON = "3.14"
PLATFORM = "manylinux_2_28_aarch64"  # Amazon Linux 2023 on Graviton has glibc 2.34

# "Runtime-included SDK versions", Lambda Developer Guide. They are patched by AWS and large, so never packed.
SDK = frozenset({"boto3", "botocore"})
# What the SDK brings along. Nobody promises it, so a handler may not count on it; yet it is there.
SDK_NEEDS = frozenset({"dateutil", "jmespath", "s3transfer", "six", "urllib3"})

# PEP 508 environment markers on that platform.
MARKERS = {
    "implementation_name": "cpython",
    "implementation_version": f"{PYTHON}.0",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": f"{PYTHON}.0",
    "python_version": PYTHON,
    "sys_platform": "linux",
    "extra": "",
}

# The standard library as of 3.14, told from that of the Python we run on (3.11 or newer): what 3.12 and
# 3.13 removed and 3.14 added ("What's New in Python").
REMOVED = frozenset(
    {
        *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr"),
        *("imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr"),
        *("spwd", "sunau", "telnetlib", "uu", "xdrlib"),
    }
)
ADDED = frozenset({"annotationlib", "compression"})
STANDARD_LIBRARY = (sys.stdlib_module_names - REMOVED) | ADDED
