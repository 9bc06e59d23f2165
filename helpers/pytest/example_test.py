"""EXAMPLE selects what it does wrong: right (nothing), wrong (and reports it), silent (and hides it)."""

import os
import sys
import urllib.error
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "examples"))


@pytest.mark.gwtape("types/http")
def test_deploy(gwtape_endpoint, monkeypatch):
    import signed_client  # reads the credentials when it is imported

    mode = os.environ["EXAMPLE"]
    monkeypatch.setattr(sys, "argv", ["signed_client.py", *(["--seconds"] * (mode != "right"))])
    assert os.environ["GWTAPE_ENDPOINT"] == gwtape_endpoint
    try:
        assert signed_client.deploy()["type"] == "HTTP"
    except urllib.error.HTTPError:
        if mode != "silent":
            raise


def test_without_the_mark_is_left_alone():
    assert "GWTAPE_ENDPOINT" not in os.environ
