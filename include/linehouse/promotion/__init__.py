"""Promotion: how rows come to be read. Touch, build, gate, publish; hold, approve, retract; deploy.

dbt and Great Expectations take seconds to import; they are imported where they are first used, or
by `warm`, so that what forks afterwards need not.
"""

from linehouse.promotion.data_docs import build_data_docs
from linehouse.promotion.deploy import DeployResult, deploy
from linehouse.promotion.fingerprint import hash_published
from linehouse.promotion.hold import approve, hold, reject, retract
from linehouse.promotion.promote import GateFailed, PromotionResult, promote, publish_python
from linehouse.promotion.raw_gate import BatchVerdict, gate_raw
from linehouse.promotion.warming import warm

__all__ = [
    "BatchVerdict",
    "DeployResult",
    "GateFailed",
    "PromotionResult",
    "approve",
    "build_data_docs",
    "deploy",
    "gate_raw",
    "hash_published",
    "hold",
    "promote",
    "publish_python",
    "reject",
    "retract",
    "warm",
]
