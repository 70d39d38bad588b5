"""Payloads of season workbooks, made by hand."""

import pytest

from linehouse.sources.base import Payload
from tests.archives.workbooks import MLB_HEADINGS, NBA_HEADINGS, Cells, Workbook, workbook_bytes


@pytest.fixture
def nba_workbook() -> Workbook:
    """Makes the payload of an NBA workbook from rows below the headings."""

    def make(
        *rows: Cells, name: str = "nba odds 2016-17.xlsx", headings: Cells = NBA_HEADINGS
    ) -> Payload:
        body = workbook_bytes([headings, *rows], [("other",)])
        return Payload("sbro", "sbro_nba", body, None, name=name)

    return make


@pytest.fixture
def mlb_workbook() -> Workbook:
    """Makes the payload of an MLB workbook from rows below the headings."""

    def make(
        *rows: Cells, name: str = "mlb-odds-2017.xlsx", headings: Cells = MLB_HEADINGS
    ) -> Payload:
        return Payload("sbro", "sbro_mlb", workbook_bytes([headings, *rows]), None, name=name)

    return make
