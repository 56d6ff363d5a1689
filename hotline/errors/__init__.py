"""Every error raised on purpose: one tree, named for what happened.

An error keeps its facts and a stable ``code``; it knows no HTTP and no terminal. ``str(error)`` is the English sentence for
logs; the sentence a person reads, in Chinese, is ``message`` with what to do about it.
"""

from hotline.errors.asking import (
    MessageConflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleForm,
    TooManyAttempts,
    TooManyListeners,
    UnknownUnit,
    UnreadableFile,
    UnreadableMessage,
)
from hotline.errors.assessment import AssessmentRefused
from hotline.errors.base import HotlineError, InvalidInput
from hotline.errors.order import (
    AllowanceSpent,
    ChangedMeanwhile,
    NotFromHere,
    RatingStands,
    Recused,
    ReturnAllowanceSpent,
    StillPaused,
)
from hotline.errors.rules import (
    Busy,
    DraftChanged,
    DraftClosed,
    DraftHasErrors,
    DraftNotRehearsed,
    LaterBookWaits,
    ModelError,
    ModelRefused,
    RuleError,
    SamePerson,
    UnknownFact,
)
from hotline.errors.running import (
    BrokerMissing,
    BrokerUnavailable,
    FiguresNotReady,
    PortTaken,
    RestoreRefused,
    SchemaMismatch,
    SettingsInvalid,
    StoreUnavailable,
    UpstreamUnavailable,
)

__all__ = [
    "AllowanceSpent",
    "AssessmentRefused",
    "BrokerMissing",
    "BrokerUnavailable",
    "Busy",
    "ChangedMeanwhile",
    "DraftChanged",
    "DraftClosed",
    "DraftHasErrors",
    "DraftNotRehearsed",
    "FiguresNotReady",
    "HotlineError",
    "InvalidInput",
    "LaterBookWaits",
    "MessageConflict",
    "ModelError",
    "ModelRefused",
    "NotAllowed",
    "NotFound",
    "NotFromHere",
    "NotSignedIn",
    "PortTaken",
    "RatingStands",
    "Recused",
    "RestoreRefused",
    "ReturnAllowanceSpent",
    "RuleError",
    "SamePerson",
    "SchemaMismatch",
    "SettingsInvalid",
    "StaleForm",
    "StillPaused",
    "StoreUnavailable",
    "TooManyAttempts",
    "TooManyListeners",
    "UnknownFact",
    "UnknownUnit",
    "UnreadableFile",
    "UnreadableMessage",
    "UpstreamUnavailable",
]
