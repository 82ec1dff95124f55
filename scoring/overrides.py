"""A person's decision that a rule table provides for, between JSON and the model."""

from collections.abc import Mapping
from typing import Any

from scoring.errors import AnswerError
from scoring.model import Override, RuleTable

KEYS = ("judgement", "reason", "by")
LONGEST = 2000  # characters of a reason or a name


def parse_override(table: RuleTable, raw: Any) -> Override | None:
    """Read {"judgement": …, "reason": …, "by": …}; None stays None.

    Raises AnswerError, under "override", for another form, for a test that the table does not leave
    to a person, and for a missing or blank reason or name.
    """
    if raw is None:
        return None
    good = isinstance(raw, Mapping) and all(isinstance(raw.get(key), str) for key in KEYS)
    if not good or set(raw) != set(KEYS):
        allowed = "judgement(判定の記号)、reason(理由)、by(判断した人)の三つの文字列が必要です"
        raise AnswerError({"override": [f"人の判断の書き方が正しくありません。{allowed}"]})
    override = Override(raw["judgement"], raw["reason"].strip(), raw["by"].strip())
    check_override(table, override)
    return override


def check_override(table: RuleTable, override: Override) -> None:
    """Raise AnswerError for a decision that the table does not provide for, or without a reason."""
    codes = [known.code for known in table.judgements if known.kind == "override"]
    errors = []
    if override.judgement not in codes:
        allowed = (
            f"使えるのは {'、'.join(codes)} です" if codes else "人の判断による判定はありません"
        )
        errors.append(
            f"評点表 {table.id} では「{override.judgement[:60]}」と判断できません。{allowed}"
        )
    for name, text in (("理由(reason)", override.reason), ("判断した人(by)", override.by)):
        if not text.strip():
            errors.append(f"{name}が空です")
        elif len(text) > LONGEST:
            errors.append(f"{name}が長すぎます({LONGEST}文字まで)")
    if errors:
        raise AnswerError({"override": errors})


def override_to_json(override: Override) -> dict[str, str]:
    """The JSON form of a decision."""
    return {"judgement": override.judgement, "reason": override.reason, "by": override.by}
