"""The claims of one record (a profile, an asset, a case, an order), and what happens to them.

Claims of objects live with their objects; the record keeps the winners, and the claims that have no object: decisions
(manual, merge) and claims whose object is gone. All functions change the record that they are given.
"""

from collections.abc import Iterable, Mapping

import msgspec

from openprofiles.merging.survivorship import MANUAL, Claim, ClaimValue, Stamp, beats, fold

ObjectClaims = dict[str, Claim]
"""One object's claims on one record, by field."""


class RecordClaims(msgspec.Struct, omit_defaults=True):
    """The winner of each field, and the claims that live with the record itself."""

    winners: dict[str, Claim] = {}
    own: dict[str, list[Claim]] = {}
    last: int = 0
    """The sequence of the newest claim that was made on the record."""

    def values(self) -> dict[str, ClaimValue]:
        """What the record shows, by field."""
        return {field: winner.value for field, winner in self.winners.items() if winner.value != ""}


def decide(record: RecordClaims, field: str, decision: Claim) -> None:
    """A manual edit or a merge decision: it beats all that was made before.

    Beneath a manual edit nothing can ever win again. Beneath a merge decision it can, once the decision's origin goes.
    """
    beneath = [] if decision.source == MANUAL else record.own.get(field, [])
    record.own[field] = [*beneath, decision]
    record.winners[field] = decision


def put_object(record: RecordClaims, former: ObjectClaims, new: ObjectClaims) -> tuple[ObjectClaims, set[str]]:
    """An object's new claims replace its former ones. Answers the object's claims, and the fields to refold.

    A former claim with a later time stays; so do claims on fields that the object no longer carries. A field must be
    refolded where the object was the winner and is weaker now: somebody else's claim may win.
    """
    if not former and record.winners.keys().isdisjoint(new):
        record.winners.update(new)
        return dict(new), set()
    claims, weaker = dict(former), set()
    for field, claim in new.items():
        mine, winner = former.get(field), record.winners.get(field)
        if mine is not None and claim.stamp.time < mine.stamp.time:
            continue
        claims[field] = claim
        if mine is not None and mine == winner and claim.stamp.rank > mine.stamp.rank:
            weaker.add(field)
        elif winner is None or mine == winner or beats(claim, winner):
            record.winners[field] = claim
    return claims, weaker


def remove_object(record: RecordClaims, claims: ObjectClaims) -> bool:
    """An object goes: its claims that win stay with the record, marked as gone. Answers whether any stayed.

    What other objects of its type left behind since the last decision can never win again: it goes only with this one.
    """
    stayed = False
    for field, claim in claims.items():
        if record.winners.get(field) == claim:
            left = Claim(claim.value, msgspec.structs.replace(claim.stamp, gone=True))
            own = record.own.get(field, ())
            decided = max((other.sequence for other in own if other.is_decision), default=0)
            record.winners[field] = left
            record.own[field] = [other for other in own if not _is_beaten_for_good(other, left, decided)] + [left]
            stayed = True
    return stayed


def _is_beaten_for_good(other: Claim, left: Claim, decided: int) -> bool:
    """Whether a claim goes whenever the one that beats it goes. A decision between them may go alone."""
    return other.gone and other.object_type == left.object_type and other.sequence > decided


def drop_object_type(record: RecordClaims, object_type: int) -> set[str]:
    """Forget what came from a type and lives with the record, merge decisions that chose its values among them.

    Answers the fields to refold: those that the type decided, and those where a decision goes that stood beneath the
    winner, since the decision had beaten others.
    """
    fields = {field for field, winner in record.winners.items() if winner.object_type == object_type}
    for field, own in list(record.own.items()):
        record.own[field] = [claim for claim in own if claim.object_type != object_type]
        if any(claim.origin == object_type for claim in own):
            fields.add(field)
    return fields


def refold(record: RecordClaims, fields: Iterable[str], objects: Iterable[ObjectClaims]) -> None:
    """Decide the fields anew from all claims: those of the record and those of its objects."""
    objects = list(objects)
    for field in fields:
        claims = [claims[field] for claims in objects if field in claims]
        winner = fold([*record.own.get(field, ()), *claims])
        if winner is None:
            record.winners.pop(field, None)
        else:
            record.winners[field] = winner


def merge_decisions(
    main: RecordClaims, absorbed: list[RecordClaims], chosen: Mapping[str, RecordClaims], empty: Claim
) -> ObjectClaims:
    """What a merge decides, for each field that more than one record has or that is named in `chosen`.

    The main record's value wins, then that of the first absorbed record that has one. `chosen` names, for a field or
    for an entry (`Address` stands for all its members), the record whose value is taken even where it has none: then
    the decision is `empty`, the stamp of the merge itself. A decision is ranked and timed like the claim that it chose.
    """
    records = [main, *absorbed]
    fields = {field: None for record in records for field in record.winners}
    decisions = {}
    for field in fields:
        named = chosen.get(field) or chosen.get(field.partition(".")[0])
        if named or sum(field in record.winners for record in records) > 1:
            decisions[field] = _decision(field, [named] if named else records, empty)
    return decisions


def _decision(field: str, records: list[RecordClaims], empty: Claim) -> Claim:
    for record in records:
        winner = record.winners.get(field)
        if winner is not None and winner.value != "":
            source, sequence, origin = empty.source, empty.sequence, winner.object_type
            return Claim(winner.value, Stamp(source, winner.rank, winner.time, sequence, origin=origin))
    return empty


def absorb(main: RecordClaims, absorbed: RecordClaims) -> None:
    """The claims of a record that is merged become the main record's: as they are where it has none on a field."""
    for field, winner in absorbed.winners.items():
        main.winners.setdefault(field, winner)
    for field, own in absorbed.own.items():
        main.own[field] = [*main.own.get(field, ()), *own]
