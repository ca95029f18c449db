"""Reading one upload on from where its cursor stands, batch by batch.

Of a batch, the lines come first, each safe to repeat; the next version of the cursor is the
commit point and carries the report's rows; the report's part is copied from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from functions.ingest_upload.line import IngestPorts, Lines, NoRoomError, set_aside
from shared.core.errors import UploadEndedError, UploadRewrittenError
from shared.jobs.bulk import open_bulk_jobs
from shared.jobs.control import read_control
from shared.lists.bulkhead import FAILED, RESTS, WAITS, Bulkhead
from shared.observability import log
from shared.uploads import cursor as cursors
from shared.uploads import names, report
from shared.uploads.cursor import Cursor, Row, Span
from shared.uploads.forgetting import ERASED, blank, forget_the_unreadable
from shared.uploads.source import Source

if TYPE_CHECKING:
    from shared.lists.tries import Tried
    from shared.trips.encodings import Encoding
    from shared.uploads.entry import Entry

_TOGETHER = 50
_SET_ASIDE = (
    "the file cannot be read here, and the operator has been told; put it under another name"
)


@dataclass(kw_only=True)
class Batch:
    """What was read: rows, how far, and, in a word, why it stops there ("" : it is full)."""

    offset: int
    line: int
    again: list[Span]
    rows: list[Row] = field(default_factory=list)
    erased: list[Entry] = field(default_factory=list)
    encoding: Encoding | None = None
    stop: str = ""
    ended: UploadEndedError | None = None
    error: Exception | None = None

    def passed(self, entry: Entry, row: Row | None) -> None:
        """Note that an entry is dealt with; a blank one has no row."""
        self._step_over(entry)
        self.again = [span for span in self.again if span.line != entry.number]
        if row is not None:
            self.rows.append(row)
            if row.reason == ERASED:
                self.erased.append(entry)

    def left(self, entry: Entry) -> None:
        """Note that an entry is to be tried again, behind the others."""
        if entry.number > self.line:
            span = Span(line=entry.number, start=entry.start, stop=entry.stop)
            self.again.append(span)
        self._step_over(entry)

    def _step_over(self, entry: Entry) -> None:
        if entry.number > self.line:
            self.offset, self.line = entry.stop, entry.last


class Reading(IngestPorts):
    """One run of the function."""

    def read_on(self, cursor: Cursor) -> str:
        """Read while there is time and room; return in a word why it stopped."""
        # The run that wrote this version may have died before its part of the report.
        report.write_part(cursor, mount=self.mount)
        stop = ""
        while cursor.ended is None and not stop:
            batch = self._batch(cursor)
            following, stop = self._following(cursor, batch), batch.stop
            if following is not None:
                if not cursors.append(following, state=self.state):
                    # Another run reads this upload, and goes on.
                    return "overtaken"
                report.write_part(following, mount=self.mount)
                cursor = following
            if batch.error is not None:
                raise batch.error
        if cursor.ended is not None:
            self._finish(cursor)
            return cursor.ended
        if stop == "time":
            # Behind this version of the cursor one run goes on.
            task = f"{cursor.upload_id}-c{cursor.version}"
            self.invoker.invoke("ingest_upload", {"upload_id": cursor.upload_id}, task_id=task)
        return stop

    def set_aside(self, upload: str, _: Tried) -> None:
        """End an upload as refused that cannot be read, however often it is tried."""
        self.state.delete(names.open_key(upload))
        cursor = cursors.load(upload, state=self.state)
        if cursor is not None and cursor.ended is None:
            now = self.clock.now()
            moved = cursor.read_on((), offset=cursor.offset, line=cursor.line, now=now)
            ended = moved.end("refused", now=now, detail=_SET_ASIDE)
            if cursors.append(ended, state=self.state):
                self._finish(ended)

    def _following(self, cursor: Cursor, batch: Batch) -> Cursor | None:
        if batch.erased:
            blank(cursor, batch.erased, state=self.state, mount=self.mount)
        now = self.clock.now()
        again = tuple(batch.again)
        moved = cursor.read_on(
            batch.rows,
            offset=batch.offset,
            line=batch.line,
            now=now,
            again=again,
            encoding=batch.encoding,
        )
        if batch.ended is not None:
            return moved.end(batch.ended.ending, now=now, detail=str(batch.ended))
        if batch.stop == "read":
            return moved.end("read", now=now)
        changed = batch.offset != cursor.offset or batch.rows or again != cursor.again
        return moved if changed else None

    def _batch(self, cursor: Cursor) -> Batch:
        batch = Batch(offset=cursor.offset, line=cursor.line, again=list(cursor.again))
        held, room = self._room()
        if held:
            batch.stop = held
            return batch
        try:
            self._read(cursor, batch, room)
        except NoRoomError:
            batch.stop = "full"
        except UploadRewrittenError:
            # A driver's lines were blanked meanwhile; the rest is where it was.
            batch.stop = ""
        except UploadEndedError as error:
            batch.ended = error
        except Exception as error:  # noqa: BLE001 - raised again when what was read is written down
            batch.stop, batch.error = "held_up", error
        return batch

    def _read(self, cursor: Cursor, batch: Batch, room: int) -> None:
        source = Source(cursor, limits=self.rules.limits, mount=self.mount, state=self.state)
        lines = Lines(cursor=cursor, form=source.form, room=room, ports=self)
        listed = self._listed(cursor, batch, lines)
        entries = source.entries()
        batch.encoding = source.encoding
        while group := tuple(islice(entries, _TOGETHER)):
            with listed.in_hand(group):
                for entry in group:
                    self._deal_with(entry, batch, listed)
                    if batch.stop or len(batch.rows) >= self.rules.batch_lines:
                        return
            if len(batch.again) >= self.rules.batch_lines:
                break
        for entry in sorted(map(source.entry, batch.again), key=listed.tries):
            if not batch.stop:
                self._deal_with(entry, batch, listed, again=True)
        batch.stop = batch.stop or ("rests" if batch.again else "read")

    def _listed(self, cursor: Cursor, batch: Batch, lines: Lines) -> Bulkhead[Entry]:
        def read(entry: Entry) -> str:
            batch.passed(entry, None if entry.is_blank else lines.row(entry))
            return "read"

        return Bulkhead(
            of="lines",
            name=lambda entry: f"{cursor.upload_id}-{entry.number}",
            work=read,
            aside=lambda entry, _: batch.passed(entry, set_aside(entry)),
            about=lambda entry: {"upload": cursor.upload_id, "line": str(entry.number)},
            state=self.state,
            clock=self.clock,
            passes=(NoRoomError, UploadEndedError, UploadRewrittenError),
        )

    def _deal_with(
        self, entry: Entry, batch: Batch, listed: Bulkhead[Entry], *, again: bool = False
    ) -> None:
        """Read one line; what has failed before waits until all others had their turn."""
        known = listed.is_known(entry)
        outcome = RESTS if known and not again else listed.attempt(entry)
        if outcome in {FAILED, WAITS, RESTS}:
            batch.left(entry)
        if outcome == WAITS:
            batch.stop = "held_up"
        elif self.clock.monotonic() >= self.ends_at:
            batch.stop = "time"

    def _room(self) -> tuple[str, int]:
        """Return what holds new jobs back, if anything, and this upload's share of the room."""
        control = read_control(self.state)
        if control.paused is not None or not control.accepting:
            return "paused", 0
        most = self.rules.open_jobs
        room = most - open_bulk_jobs(jobs=self.jobs, most=most)
        # One after the other would have a small file wait behind a large one.
        uploads = max(1, len(self.state.page(names.OPEN).items))
        return "", math.ceil(room / uploads)

    def _finish(self, cursor: Cursor) -> None:
        """Make the end visible, then take the marker away; safe to repeat."""
        report.write_summary(cursor, mount=self.mount)
        longest = self.rules.limits.line
        forget_the_unreadable(cursor, longest=longest, state=self.state, mount=self.mount)
        self.state.delete(names.open_key(cursor.upload_id))
        log.logger().info(
            "upload.ended",
            upload_id=cursor.upload_id,
            ended=cursor.ended,
            lines=cursor.line,
            accepted=cursor.accepted,
            known=cursor.known,
            refused=cursor.refused,
        )
