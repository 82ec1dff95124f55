"""Steps that many tests need before they begin; each fails loudly when it is refused."""

from __future__ import annotations

import inspect

from tests.factories import a_case, a_house, a_jpeg, a_meeting, an_inspection, new_id


def a_kept_house(caller, **changes):
    """Create a house and return its id."""
    house_id = new_id()
    reply = caller.put(f"/houses/{house_id}", json=a_house(**changes))
    assert reply.status_code == 201, reply.text
    return house_id


def a_kept_visit(caller, house_id=None, **changes):
    """Create a visit (to a new house, unless one is given) and return its id."""
    inspection_id = new_id()
    body = an_inspection(house_id or a_kept_house(caller), **changes)
    reply = caller.put(f"/inspections/{inspection_id}", json=body)
    assert reply.status_code == 201, reply.text
    return inspection_id


def review(secretariat, inspection_id, action="confirm"):
    reply = secretariat.post(f"/inspections/{inspection_id}/review", json={"action": action})
    assert reply.status_code == 200, reply.text
    return reply


def a_confirmed_visit(secretariat, house_id=None, **changes):
    """Create and confirm a visit and return its id."""
    inspection_id = a_kept_visit(secretariat, house_id, **changes)
    review(secretariat, inspection_id)
    return inspection_id


def a_kept_meeting(secretariat, *inspection_ids, **changes):
    """Create a meeting with these visits as its cases and return its id."""
    meeting_id = new_id()
    assert secretariat.put(f"/meetings/{meeting_id}", json=a_meeting(**changes)).status_code == 201
    if inspection_ids:
        put_cases(secretariat, meeting_id, *inspection_ids)
    return meeting_id


def put_cases(secretariat, meeting_id, *inspection_ids):
    body = [a_case(inspection_id) for inspection_id in inspection_ids]
    reply = secretariat.put(f"/meetings/{meeting_id}/cases", json=body)
    assert reply.status_code in (200, 201), reply.text
    return reply


def photo_url(inspection_id, photo_id, item="2-2"):
    return f"/inspections/{inspection_id}/photos/{photo_id}?item={item}"


def send_photo(caller, inspection_id, data=None, photo_id=None, item="2-2", **arguments):
    """Send a photo and return its id."""
    photo_id = photo_id or new_id()
    reply = caller.put(photo_url(inspection_id, photo_id, item), data=data or a_jpeg(), **arguments)
    assert reply.status_code == 201, reply.text
    return photo_id


def for_each(names, cases, **_):
    """Like pytest.mark.parametrize, in one test with one application: many bad inputs, quickly.

    Every case is tried; the failure lists those that went wrong.
    """
    names = (names,) if isinstance(names, str) else names

    def decorate(test):
        signature = inspect.signature(test)
        kept = [p for name, p in signature.parameters.items() if name not in names]

        def run(*bound, **fixtures):
            faults = []
            for case in cases:
                values = case if len(names) > 1 else (case,)
                try:
                    test(*bound, **fixtures, **dict(zip(names, values, strict=True)))
                except AssertionError as fault:
                    faults.append(f"{str(case)[:120]}: {fault}")
            assert not faults, "\n\n".join(faults)

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        run.__signature__ = signature.replace(parameters=kept)
        return run

    return decorate
