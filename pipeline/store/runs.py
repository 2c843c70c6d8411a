"""How runs went: issues raised, reports of sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from sqlalchemy import (
    delete,
    func,
    insert,
    select,
)

from pipeline.issues import Issue
from pipeline.model import SourceReport
from pipeline.store.database import Database, guarded
from pipeline.store.tables import (
    issues,
    reports,
    runs,
)

_BATCH = 500
"""Keys a query names at once; databases limit it."""


class RunTables(Database):
    """Issues and reports."""

    @guarded
    def put_issues(self, scope: str, found: Iterable[Issue]) -> None:
        """Replace the issues of one scope (a stage and what it looked at)."""
        rows = {issue.id: issue for issue in found}
        with self._transaction() as connection:
            connection.execute(delete(issues).where(issues.c.scope == scope))
            if rows:
                connection.execute(
                    insert(issues),
                    [
                        {"scope": scope, "id": key, "document": issue.model_dump_json()}
                        for key, issue in rows.items()
                    ],
                )

    @guarded
    def issues(self, prefix: str = "") -> list[Issue]:
        """The issues of all scopes that start with `prefix`."""
        query = select(issues.c.document).order_by(issues.c.scope, issues.c.id)
        if prefix:
            query = query.where(issues.c.scope.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            return [Issue.model_validate_json(text) for text in connection.execute(query).scalars()]

    @guarded
    def put_reports(self, label: str, found: Sequence[SourceReport]) -> None:
        """Keep how the sources fared for a window, the newest report of each."""
        with self._transaction() as connection:
            for report in found:
                where = (reports.c.label == label) & (reports.c.source_id == report.source_id)
                connection.execute(delete(reports).where(where))
                connection.execute(
                    insert(reports).values(
                        label=label,
                        source_id=report.source_id,
                        at=report.started_at.astimezone(UTC),
                        document=report.model_dump_json(),
                    )
                )
        self.put_runs(found)

    @guarded
    def put_runs(self, found: Iterable[SourceReport]) -> None:
        """Append how the sources fared to their history, of whatever window."""
        with self._transaction() as connection:
            for report in found:
                at = report.started_at.astimezone(UTC)
                where = (runs.c.source_id == report.source_id) & (runs.c.at == at)
                connection.execute(delete(runs).where(where))
                connection.execute(
                    insert(runs).values(
                        source_id=report.source_id, at=at, document=report.model_dump_json()
                    )
                )

    @guarded
    def runs(self, last: int = 10) -> dict[str, list[SourceReport]]:
        """source id -> its `last` reports of whatever window, newest first."""
        ranked = select(
            runs.c.source_id,
            runs.c.document,
            func.row_number()
            .over(partition_by=runs.c.source_id, order_by=runs.c.at.desc())
            .label("rank"),
        ).subquery()
        query = select(ranked).where(ranked.c.rank <= last).order_by(ranked.c.rank)
        history: dict[str, list[SourceReport]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                report = SourceReport.model_validate_json(row.document)
                history.setdefault(row.source_id, []).append(report)
        return history

    @guarded
    def reports(self, label: str) -> dict[str, SourceReport]:
        """source id -> its newest report for a window."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(reports.c.source_id, reports.c.document).where(reports.c.label == label)
            )
            return {row.source_id: SourceReport.model_validate_json(row.document) for row in rows}
