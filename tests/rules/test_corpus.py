"""Good templates of many styles have no error: a rule that cries wolf is a bug."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.support import CORPUS, findings

GOOD = sorted(file for file in CORPUS.iterdir() if file.suffix in {".yaml", ".json"})


@pytest.mark.parametrize("file", GOOD, ids=[file.name for file in GOOD])
def test_a_good_template_has_no_error(file: Path) -> None:
    found = findings(file.read_text(encoding="utf-8"))
    assert [one for one in found if one[0].startswith("E")] == []
