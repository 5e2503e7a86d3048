"""Each wrong value is named with its file, line, key path, the value and what is allowed."""

from __future__ import annotations

import pytest

from .conftest import GOOD, Problems

ORIGIN = (
    "an exact origin, scheme://host or scheme://host:port, in lower case and without a path, "
    "for example https://example.com"
)
SIZES = "timeout_s: 10, read: {rate: 5, burst: 10}, write: {rate: 5, burst: 10}"
KEYS = (
    "account, alarms, allowed_origins, api_gateway_account, apis, caches, cost_center, domain, "
    "event_sources, log_retention_days, monitoring_minutes, notification_email, owner, production, regions, "
    "retain_data, suffix, waf, workers"
)
SOURCES = "1 to 256 letters, digits or . _ / -, not beginning with 'aws.', for example com.example.carriers"
SIZES_GB = '"0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237" (with quotes)'


def replaced(key: str, value: str) -> str:
    """GOOD with another value for ``key``."""
    lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in GOOD.splitlines()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "account: 123456789012",
            "account: 123456789012 is wrong (a number); allowed: 12 digits in quotes or null",
        ),
        ("account: '12345'", "account: '12345' is wrong; allowed: 12 digits in quotes or null"),
        ("waf: yes", "waf: 'yes' is wrong (text); allowed: true or false"),
        ("waf: 1", "waf: 1 is wrong (a number); allowed: true or false"),
        ("waf:", "waf: null is wrong (nothing); allowed: true or false"),
        (
            "suffix: _blue",
            "suffix: '_blue' is wrong; allowed: up to 20 lower-case letters, digits and single '-', "
            'for example "-blue"',
        ),
        (
            "suffix: Blue",
            "suffix: 'Blue' is wrong; allowed: up to 20 lower-case letters, digits and single '-', "
            'for example "-blue"',
        ),
        (
            "log_retention_days: 15",
            "log_retention_days: 15 is wrong (did you mean 14?); allowed: 1, 3, 5, 7, 14, 30, 60, 90, "
            "120, 150, "
            "180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
        ),
        (
            "monitoring_minutes: 181",
            "monitoring_minutes: 181 is wrong (too large); allowed: a whole number from 0 to 180",
        ),
        (
            "monitoring_minutes: -1",
            "monitoring_minutes: -1 is wrong (too small); allowed: a whole number from 0 to 180",
        ),
        (
            "monitoring_minutes: 1.5",
            "monitoring_minutes: 1.5 is wrong (a number); allowed: a whole number from 0 to 180",
        ),
        (
            "monitoring_minutes: 99999999999999999999",
            "monitoring_minutes: 1e+20 is wrong (a number); allowed: a whole number from 0 to 180",
        ),
        (
            "api_gateway_account: manged",
            "api_gateway_account: 'manged' is wrong (did you mean 'managed'?); allowed: managed, unmanaged",
        ),
        (
            "notification_email: ops",
            "notification_email: 'ops' is wrong; allowed: an e-mail address, for example "
            "ops@example.com or null",
        ),
        (
            'notification_email: "ops@example.com\\n"',
            "notification_email: 'ops@example.com\\n' has a line break or a control character",
        ),
        (
            "domain: {name: Example.com, hosted_zone_id: Z123}",
            "domain.name: 'Example.com' is wrong; allowed: a domain name in lower case, for example "
            "example.com",
        ),
        (
            "domain: {name: example.com, hosted_zone_id: x}",
            "domain.hosted_zone_id: 'x' is wrong; allowed: a Route 53 hosted zone id, "
            "for example Z0123456789ABCDEFGHIJ",
        ),
        (
            "domain: example.com",
            "domain: 'example.com' is wrong (text); allowed: {name: …, hosted_zone_id: …} or null",
        ),
        (
            f"apis: {{items: {{memory_mb: 64, {SIZES}}}}}",
            "apis.items.memory_mb: 64 is wrong (too small); allowed: a whole number from 256 to 10240",
        ),
        (
            f"apis: {{items: {{memory_mb: 256, {SIZES.replace('10,', '29,', 1)}}}}}",
            "apis.items.timeout_s: 29 is wrong (too large); allowed: a whole number from 1 to 28",
        ),
        (
            f"apis: {{items: {{memory_mb: '512', {SIZES}}}}}",
            "apis.items.memory_mb: '512' is wrong (text); allowed: a whole number from 256 to 10240",
        ),
        (
            f"apis: {{items: {{memory_mb: 256, {SIZES}, reserved_concurrency: 0}}}}",
            "apis.items.reserved_concurrency: 0 is wrong (too small); "
            "allowed: a whole number from 1 to 100000 or null",
        ),
        (
            f"apis: {{items: {{memory_mb: 256, {SIZES.replace('rate: 5', 'rate: 0', 1)}}}}}",
            "apis.items.read.rate: 0 is wrong (too small); allowed: a whole number from 1 to 5000",
        ),
        (
            f"apis: {{items: {{memory_mb: 256, {SIZES.replace('rate: 5', 'rate: 50', 1)}}}}}",
            "apis.items.read.burst: 10 is below 'rate' (50), which could then never be reached; "
            "allowed: 50 to 5000",
        ),
        (
            f"apis: {{Items: {{memory_mb: 256, {SIZES}}}}}",
            "apis.Items: 'Items' is wrong; "
            "allowed: lower-case words joined by '-', for example items or items-stream",
        ),
        ("apis: 3", None),
        (
            "event_sources: {shipments: [aws.s3]}",
            "event_sources.shipments[0]: 'aws.s3' is wrong; allowed: " + SOURCES,
        ),
        (
            "event_sources: {shipments: [com.example.carriers, 'a b']}",
            "event_sources.shipments[1]: 'a b' is wrong; allowed: " + SOURCES,
        ),
        (
            "event_sources: {shipments: []}",
            "event_sources.shipments: [] is wrong (0 of them); allowed: a list; each: " + SOURCES,
        ),
        (
            "alarms: {queue_age_s: 0}",
            "alarms.queue_age_s: 0 is wrong (too small); allowed: a whole number from 1 to 1209600",
        ),
        (
            "caches: {catalog: {ttl_s: 29}}",
            "caches.catalog.ttl_s: 29 is wrong (too small); allowed: a whole number from 30 to 3600",
        ),
        (
            "caches: {catalog: {ttl_s: 3601}}",
            "caches.catalog.ttl_s: 3601 is wrong (too large); allowed: a whole number from 30 to 3600",
        ),
        (
            "caches: {catalog: {size_gb: 0.5}}",
            "caches.catalog.size_gb: 0.5 is wrong (a number); allowed: " + SIZES_GB,
        ),
        (
            'caches: {catalog: {size_gb: "1.5"}}',
            "caches.catalog.size_gb: '1.5' is wrong (did you mean '13.5'?); allowed: " + SIZES_GB,
        ),
        (
            "workers: {items-stream: {memory_mb: 127, timeout_s: 60}}",
            "workers.items-stream.memory_mb: 127 is wrong (too small); allowed: a whole number from "
            "128 to 10240",
        ),
        (
            "workers: {items-stream: {memory_mb: 128, timeout_s: 901}}",
            "workers.items-stream.timeout_s: 901 is wrong (too large); allowed: a whole number from 1 to 900",
        ),
        (
            "alarms: {datapoints: 6}",
            "alarms.datapoints: 6 is more than 'periods' (5); allowed: up to 5, or more periods",
        ),
        (
            "alarms: {error_rate_percent: 0}",
            "alarms.error_rate_percent: 0 is wrong (too small); allowed: a number above 0 and up to 100",
        ),
        (
            "alarms: {error_rate_percent: .nan}",
            "alarms.error_rate_percent: nan is wrong (too small); allowed: a number above 0 and up to 100",
        ),
        (
            "alarms: {api_5xx_percent: 100.5}",
            "alarms.api_5xx_percent: 100.5 is wrong (too large); allowed: a number above 0 and up to 100",
        ),
        *(
            (
                f"alarms: {{slo_percent: {value}}}",
                f"alarms.slo_percent: {value} is wrong ({size}); allowed: a number above 95 and up to 99.99",
            )
            for value, size in (
                (95, "too small"),
                (94.9, "too small"),
                (99.991, "too large"),
                (100, "too large"),
            )
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_what_is_allowed(
    line: str, complaint: str | None, problems: Problems
) -> None:
    found = problems(line)
    assert len(found) == 1
    assert found[0].startswith(f"environments/qa.yml:6: {line.partition(':')[0]}")
    if complaint is not None:
        assert found == [f"environments/qa.yml:6: {complaint}"]


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ("'*'", "it lets every site in the world call"),
        ("example.com", "it starts with neither https:// nor http://"),
        ("ftp://example.com", "it starts with neither https:// nor http://"),
        ("https://example.com/", "a slash or path after the host"),
        ("https://example.com/shop", "a slash or path after the host"),
        ("https://me:pw@example.com", "a user name or password"),
        ("https://Example.com", "capital letters; browsers send lower case"),
        ("https://exämple.com", "a host's name is ASCII; write its xn-- form"),
        ("https://*.example.com", "a wildcard; list each origin"),
        ("https://", "no host, or a host or port with other characters"),
        ("'https://example.com:'", "no host, or a host or port with other characters"),
        ("https://-example.com", "no host, or a host or port with other characters"),
        ("https://example..com", "no host, or a host or port with other characters"),
    ],
)
def test_what_is_no_exact_origin_is_refused_with_the_reason(
    origin: str, reason: str, problems: Problems
) -> None:
    shown = "'" + origin.strip("'") + "'"
    assert problems(qa__yml=replaced("allowed_origins", f"[{origin}]")) == [
        f"environments/qa.yml:5: allowed_origins[0]: {shown} is wrong ({reason}); allowed: {ORIGIN}"
    ]


@pytest.mark.parametrize(
    "origin", ["https://xn--exmple-cua.com", "http://localhost:3000", "https://a.b-c.example:8443"]
)
def test_an_exact_origin_is_taken(origin: str, problems: Problems) -> None:
    assert problems(qa__yml=replaced("allowed_origins", f"[{origin}]")) == []


def test_an_origin_with_the_default_port_is_refused_because_no_browser_sends_it(problems: Problems) -> None:
    assert problems(qa__yml=replaced("allowed_origins", "[https://a.example:443, http://a.example:80]")) == [
        "environments/qa.yml:5: allowed_origins[0]: 'https://a.example:443' is wrong (browsers leave out the "
        "default port, so it would never match); allowed: 'https://a.example'",
        "environments/qa.yml:5: allowed_origins[1]: 'http://a.example:80' is wrong (browsers leave out the "
        "default port, so it would never match); allowed: 'http://a.example'",
    ]


def test_an_origin_with_a_port_above_65535_is_refused(problems: Problems) -> None:
    assert problems(qa__yml=replaced("allowed_origins", "[https://a.example:65536]")) == [
        "environments/qa.yml:5: allowed_origins[0]: 'https://a.example:65536' is wrong (no such port); "
        "allowed: ports to 65535"
    ]


def test_the_index_in_a_message_is_the_one_in_the_file_even_behind_wrong_items(problems: Problems) -> None:
    found = problems(qa__yml=replaced("allowed_origins", "['*', https://a.example, https://a.example]"))
    assert found[1:] == [
        "environments/qa.yml:5: allowed_origins[2]: 'https://a.example' is given twice; allowed: "
        "each one once"
    ]


def test_a_region_that_aws_does_not_have_is_refused_with_the_nearest(problems: Problems) -> None:
    (line,) = problems(qa__yml=replaced("regions", "[us-wst-2]"))
    assert line.startswith(
        "environments/qa.yml:2: regions[0]: 'us-wst-2' is wrong (did you mean 'us-west-2'?); "
        "allowed: af-south-1, "
    )
    assert "us-east-1" in line


def test_a_region_given_twice_is_refused(problems: Problems) -> None:
    assert problems(qa__yml=replaced("regions", "[us-west-2, us-west-2]")) == [
        "environments/qa.yml:2: regions[1]: 'us-west-2' is given twice; allowed: each one once"
    ]


def test_an_environment_without_a_region_is_refused(problems: Problems) -> None:
    (line,) = problems(qa__yml=replaced("regions", "[]"))
    assert line.startswith("environments/qa.yml:2: regions: [] is wrong (0 of them); allowed: a list; each: ")


def test_a_suffix_that_leaves_no_room_for_the_names_to_come_is_refused(problems: Problems) -> None:
    text = replaced("regions", "[us-east-1, ap-southeast-2]") + "suffix: -abcdefghij\n"
    assert problems(rehearsal1__yml=text) == [
        "environments/rehearsal1.yml:6: suffix: '-abcdefghij' is wrong (too long: a bucket name in "
        "ap-southeast-2 "
        "may have 63 characters, of which a service needs 12 and a component 16); allowed: up to 8 characters"
    ]
    assert problems(rehearsal1__yml=text.replace("-abcdefghij", "-abcdefg")) == []


@pytest.mark.parametrize("owner", ["''", "' team'", "a\\b", "x" * 129])
def test_what_a_tag_cannot_hold_is_refused(owner: str, problems: Problems) -> None:
    (line,) = problems(qa__yml=replaced("owner", owner))
    assert line.startswith("environments/qa.yml:3: owner: '")
    assert line.endswith("allowed: 1 to 128 letters, digits, inner spaces or _ . : / = + @ -")


def test_a_long_value_is_cut_in_the_message(problems: Problems) -> None:
    (line,) = problems(qa__yml=replaced("owner", "x" * 5000))
    assert len(line) < 300
    assert "… is wrong (5000 characters)" in line


def test_production_demands_https_retained_data_and_a_reader_of_its_alarms(problems: Problems) -> None:
    text = replaced("production", "true").replace("https://example.com", "http://example.com")
    assert problems(qa__yml=text + "retain_data: false\n") == [
        "environments/qa.yml:1: notification_email: the key is missing (production's alarms need a reader); "
        "allowed: an e-mail address, for example ops@example.com",
        "environments/qa.yml:5: allowed_origins[0]: 'http://example.com' is wrong (not encrypted, "
        "in production); "
        "allowed: 'https://example.com'",
        "environments/qa.yml:6: retain_data: false is wrong (production keeps its data); allowed: true",
    ]


def test_a_misspelt_key_is_named_with_the_nearest_one(problems: Problems) -> None:
    assert problems("log_retention: 14") == [
        "environments/qa.yml:6: log_retention: the key is unknown (did you mean 'log_retention_days'?); "
        f"allowed: {KEYS}"
    ]


def test_a_key_that_resembles_none_is_named_without_a_guess(problems: Problems) -> None:
    assert problems("xyz: 1") == [f"environments/qa.yml:6: xyz: the key is unknown; allowed: {KEYS}"]


def test_a_misspelt_key_inside_another_is_named_with_its_whole_path(problems: Problems) -> None:
    assert problems("workers:\n  a-b:\n    memory_mb: 128\n    timeout_s: 1\n    timeouts: 3") == [
        "environments/qa.yml:10: workers.a-b.timeouts: the key is unknown (did you mean 'timeout_s'?); "
        "allowed: memory_mb, reserved_concurrency, timeout_s"
    ]


def test_the_name_is_no_key_because_the_file_has_it(problems: Problems) -> None:
    assert problems("name: qa") == [f"environments/qa.yml:6: name: the key is unknown; allowed: {KEYS}"]


def test_every_missing_key_is_named(problems: Problems) -> None:
    found = problems(qa__yml="waf: true\n")
    assert [line.split(": the key")[0] for line in found] == [
        f"environments/qa.yml:1: {key}"
        for key in ("allowed_origins", "cost_center", "owner", "production", "regions")
    ]


def test_all_problems_of_all_files_come_at_once_sorted_by_file_and_line(problems: Problems) -> None:
    found = problems(
        b1__yml=GOOD + "waf: 3\nalarms:\n  periods: 2\n  datapoints: 3\n",
        a1__yml="production: maybe\n"
        + GOOD.partition("\n")[2].replace("us-west-2", "mars-1")
        + "account: 1\n",
        c1__yml=GOOD,
        d1__yml="[",
    )
    assert [line.partition(" ")[0] + line.split(" ")[1] for line in found] == [
        "environments/a1.yml:1:production:",
        "environments/a1.yml:2:regions[0]:",
        "environments/a1.yml:6:account:",
        "environments/b1.yml:6:waf:",
        "environments/b1.yml:9:alarms.datapoints:",
        "environments/d1.yml:1:not",
    ]


def test_a_rule_is_silent_where_a_value_it_needs_is_wrong_already(problems: Problems) -> None:
    assert len(problems("alarms: {periods: 0, datapoints: 9}")) == 1


def test_a_rule_is_checked_beside_wrong_values_that_it_does_not_need(problems: Problems) -> None:
    assert len(problems("waf: 3\nalarms: {periods: 2, datapoints: 9, iterator_age_s: 0}")) == 3
