"""The tables of the store. Everything in them can be made again from archive and issues."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, MetaData, String, Table, Text

metadata = MetaData()

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("url", Text),
    Column("document_number", String),
    Column("date_placed", String),
    Column("raw_sha256", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("first_seen_at", String, nullable=False),
    Column("merged_into", String),
    Column("document", Text, nullable=False),
    Index("notices_date", "date_placed"),
    Index("notices_number", "document_number"),
    Index("notices_content", "content_hash"),
    Index("notices_seen", "first_seen_at"),
)
versions = Table(
    "versions",
    metadata,
    Column("notice_id", String, primary_key=True),
    Column("content_hash", String, primary_key=True),
    Column("raw_sha256", String, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("document", Text, nullable=False),
)
extractions = Table(
    "extractions",
    metadata,
    Column("raw_key", String, primary_key=True),
    Column("extractor", String, nullable=False),
)
derived = Table(
    "derived",
    metadata,
    Column("kind", String, primary_key=True),
    Column("notice_id", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("document", Text, nullable=False),
)
decodings = Table(
    "decodings",
    metadata,
    Column("key", String, primary_key=True),
    Column("document", Text, nullable=False),
)
issues = Table(
    "issues",
    metadata,
    Column("scope", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("document", Text, nullable=False),
)
reports = Table(
    "reports",
    metadata,
    Column("label", String, primary_key=True),
    Column("source_id", String, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("document", Text, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("document", Text, nullable=False),
)
