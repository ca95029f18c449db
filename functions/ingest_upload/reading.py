"""Reading one upload on from where its cursor stands, batch by batch.

Of a batch, the lines come first, each safe to repeat; the next version of the cursor is the
commit point and carries the report's rows; the report's part is copied from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.ingest_upload.line import Lines, NoRoomError
from shared import log
from shared.errors import UploadEndedError, UploadRewrittenError, UpstreamError
from shared.jobs.bulk import open_bulk_jobs
from shared.jobs.control import read_control
from shared.uploads import cursor as cursors
from shared.uploads import names, report
from shared.uploads.cursor import Cursor, Row
from shared.uploads.forgetting import ERASED, blank, forget_the_unreadable
from shared.uploads.source import Source

if TYPE_CHECKING:
    from shared.accepting import AcceptRules
    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore
    from shared.uploads.entry import Entry
    from shared.uploads.source import UploadLimits
    from shared.vehicles.catalogue import Catalogue


@dataclass(frozen=True)
class IngestRules:
    """`seconds` for one run; `open_jobs` in bulk at once; the tenant that uploads belong to."""

    accept: AcceptRules
    limits: UploadLimits
    tenant: str
    open_jobs: int
    seconds: float
    batch_lines: int = 100


@dataclass(kw_only=True)
class Batch:
    """What was read: rows, how far, and, in a word, why it stops there ("" : it is full)."""

    offset: int
    line: int
    rows: list[Row]
    erased: list[Entry]
    stop: str = ""
    ended: UploadEndedError | None = None

    def passed(self, entry: Entry, row: Row | None) -> None:
        """Note that an entry is dealt with; a blank one has no row."""
        self.offset, self.line = entry.stop, entry.number
        if row is not None:
            self.rows.append(row)
            if row.reason == ERASED:
                self.erased.append(entry)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The ports of one run, which ends at `ends_at` on the monotonic clock."""

    ends_at: float
    rules: IngestRules
    catalogue: Catalogue
    jobs: JobStore
    state: ObjectStore
    mount: ObjectStore
    invoker: FunctionInvoker
    clock: Clock

    def read_on(self, cursor: Cursor) -> str:
        """Read while there is time and room; return in a word why it stopped."""
        # The run that wrote this version may have died before its part of the report.
        report.write_part(cursor, mount=self.mount)
        stop = ""
        while cursor.ended is None and not stop:
            following, stop = self._next(cursor)
            if following is None:
                break
            if not cursors.append(following, state=self.state):
                # Another run reads this upload, and goes on.
                return "overtaken"
            report.write_part(following, mount=self.mount)
            cursor = following
        if cursor.ended is not None:
            self._finish(cursor)
            return cursor.ended
        if stop == "time":
            task = names.continuation(cursor.upload_id, cursor.version)
            self.invoker.invoke("ingest_upload", {"upload_id": cursor.upload_id}, task_id=task)
        return stop

    def _next(self, cursor: Cursor) -> tuple[Cursor | None, str]:
        batch = self._batch(cursor)
        if batch.erased:
            blank(cursor, batch.erased, state=self.state, mount=self.mount)
        now = self.clock.now()
        moved = cursor.read_on(batch.rows, offset=batch.offset, line=batch.line, now=now)
        if batch.ended is not None:
            return moved.end(batch.ended.ending, now=now, detail=str(batch.ended)), batch.stop
        if batch.stop == "read":
            return moved.end("read", now=now), batch.stop
        return (None if batch.offset == cursor.offset else moved), batch.stop

    def _batch(self, cursor: Cursor) -> Batch:
        batch = Batch(offset=cursor.offset, line=cursor.line, rows=[], erased=[])
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
        except UpstreamError as error:
            log.logger().warning(
                "upload.held_up", upload_id=cursor.upload_id, error=type(error).__name__
            )
            batch.stop = "held_up"
        return batch

    def _read(self, cursor: Cursor, batch: Batch, room: int) -> None:
        source = Source(cursor, limits=self.rules.limits, mount=self.mount, state=self.state)
        lines = Lines(
            cursor=cursor,
            form=source.form,
            room=room,
            rules=self.rules.accept,
            catalogue=self.catalogue,
            jobs=self.jobs,
            state=self.state,
            invoker=self.invoker,
            clock=self.clock,
        )
        for entry in source.entries():
            batch.passed(entry, None if entry.is_blank else lines.row(entry))
            if self.clock.monotonic() >= self.ends_at:
                batch.stop = "time"
                return
            if len(batch.rows) >= self.rules.batch_lines:
                return
        batch.stop = "read"

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
