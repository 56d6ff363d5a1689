"""What can be done to an order, by whoever may (the rows of the transition table name both)."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What can be done to an order."""

    DISPATCH = "dispatch"
    DECLINE = "decline"
    TRANSFER = "transfer"
    ANSWER_DIRECTLY = "answer_directly"
    WITHDRAW = "withdraw"
    ACKNOWLEDGE = "acknowledge"

    SIGN = "sign"
    HAND_DOWN = "hand_down"
    HAND_BACK = "hand_back"
    NAME_HANDLER = "name_handler"
    CONTACT = "contact"
    ANSWER_PART = "answer_part"
    ANSWER = "answer"
    SIGN_OFF = "sign_off"
    TAKE_BACK_ANSWER = "take_back_answer"

    APPLY_RETURN = "apply_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    APPLY_EXTENSION = "apply_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    APPLY_PAUSE = "apply_pause"
    GRANT_PAUSE = "grant_pause"
    REFUSE_PAUSE = "refuse_pause"
    APPLY_EXCLUSION = "apply_exclusion"
    GRANT_EXCLUSION = "grant_exclusion"
    REFUSE_EXCLUSION = "refuse_exclusion"
    APPLY_UPWARD = "apply_upward"
    GRANT_UPWARD = "grant_upward"
    REFUSE_UPWARD = "refuse_upward"
    AGREE = "agree"
    LAPSE = "lapse"
    RESUME = "resume"
    ASK_RULING = "ask_ruling"
    RULE = "rule"

    TAKE_REVIEW = "take_review"
    PASS_REVIEW = "pass_review"
    SEND_BACK = "send_back"
    PASS_UP = "pass_up"

    ATTEMPT_CALLBACK = "attempt_callback"
    CLOSE = "close"
    REOPEN = "reopen"
    RATE = "rate"
    CHECK_RATING = "check_rating"
    RECTIFY = "rectify"

    SUPERVISE = "supervise"
    REPLY_SUPERVISION = "reply_supervision"
    NAME_ACCUSED = "name_accused"

    SUPPLEMENT = "supplement"
    URGE = "urge"
    RECALL = "recall"
    ASK_ABOVE = "ask_above"
    MERGE = "merge"
    UNMERGE = "unmerge"
    JOIN_INCIDENT = "join_incident"
    LEAVE_INCIDENT = "leave_incident"
    SPLIT = "split"
    SPOT_CHECK = "spot_check"
    HIDE_REPORTER = "hide_reporter"

    WARN = "warn"
    ESCALATE = "escalate"
    CHANGE_DUE = "change_due"
