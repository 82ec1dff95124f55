"""Every model, so that importing this package makes the metadata complete."""

from inspection.models.access import ROLES, Device, EnrolmentCode, Token, User
from inspection.models.audit import AuditEntry, AuditHead
from inspection.models.feature_count import FeatureCount
from inspection.models.house import STRUCTURES, House, HouseOwner
from inspection.models.house_facet import HouseFacet
from inspection.models.inspection import (
    CONFIRMED_STATUSES,
    METHODS,
    STATUSES,
    Inspection,
    InspectionRevision,
    Review,
)
from inspection.models.job import Job, JobTotal
from inspection.models.meeting import (
    DECISIONS,
    EDITIONS,
    Case,
    Decision,
    Meeting,
    Pack,
    PackSnapshot,
)
from inspection.models.photo import Photo, PhotoHashHead
from inspection.models.rule_table import RuleTableDigest, RuleTableProposal
from inspection.models.team import Assignment, Change, Team, TeamDevice
from inspection.models.upload import Upload

__all__ = [
    "CONFIRMED_STATUSES",
    "DECISIONS",
    "EDITIONS",
    "METHODS",
    "ROLES",
    "STATUSES",
    "STRUCTURES",
    "Assignment",
    "AuditEntry",
    "AuditHead",
    "Case",
    "Change",
    "Decision",
    "Device",
    "EnrolmentCode",
    "FeatureCount",
    "House",
    "HouseFacet",
    "HouseOwner",
    "Inspection",
    "InspectionRevision",
    "Job",
    "JobTotal",
    "Meeting",
    "Pack",
    "PackSnapshot",
    "Photo",
    "PhotoHashHead",
    "Review",
    "RuleTableDigest",
    "RuleTableProposal",
    "Team",
    "TeamDevice",
    "Token",
    "Upload",
    "User",
]
