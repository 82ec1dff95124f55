from __future__ import annotations

from sqlalchemy import func, select

from tests.api.steps import a_kept_house
from tests.factories import an_owner, new_id


def acts(app, act):
    from inspection.extensions import db
    from inspection.models import AuditEntry

    with app.app_context():
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.act == act)
        return db.session.scalar(query)


def test_the_secretariat_keeps_and_reads_owner_data(secretariat):
    url = f"/houses/{a_kept_house(secretariat)}/owner"

    created = secretariat.put(url, json=an_owner())
    again = secretariat.put(url, json=an_owner())

    assert (created.status_code, again.status_code) == (201, 200)
    assert secretariat.get(url).json == an_owner()


def test_every_read_is_audited(app, secretariat):
    url = f"/houses/{a_kept_house(secretariat)}/owner"
    secretariat.put(url, json=an_owner())

    secretariat.get(url)
    secretariat.get(url)

    assert acts(app, "owner.read") == 2


def test_the_audit_never_holds_the_owners_name(app, secretariat):
    from inspection.extensions import db
    from inspection.models import AuditEntry

    url = f"/houses/{a_kept_house(secretariat)}/owner"
    secretariat.put(url, json=an_owner())

    with app.app_context():
        rows = db.session.scalars(select(AuditEntry)).all()
    assert not any("見本 太郎" in str(vars(row)) for row in rows)


def test_a_house_never_shows_its_owner(secretariat, inspector):
    house_id = a_kept_house(secretariat)
    secretariat.put(f"/houses/{house_id}/owner", json=an_owner())

    assert "見本" not in inspector.get(f"/houses/{house_id}").text


def test_a_house_without_owner_data_and_no_house_are_404(secretariat):
    assert secretariat.get(f"/houses/{a_kept_house(secretariat)}/owner").status_code == 404
    assert secretariat.get(f"/houses/{new_id()}/owner").status_code == 404
    assert secretariat.put(f"/houses/{new_id()}/owner", json=an_owner()).status_code == 404
    assert secretariat.put(f"/houses/{new_id()}/owner", json={"x": 1}).status_code == 404


def test_a_body_of_another_media_type_never_wipes_the_owner(secretariat):
    url = f"/houses/{a_kept_house(secretariat)}/owner"
    secretariat.put(url, json=an_owner())

    refused = secretariat.put(url, data='{"name": "x"}', content_type="text/plain")
    empty = secretariat.put(url, data=b"", content_type="application/json")

    assert (refused.status_code, empty.status_code) == (415, 400)
    assert secretariat.get(url).json == an_owner()
