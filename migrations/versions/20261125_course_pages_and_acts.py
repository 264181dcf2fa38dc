"""a course edition keeps its summary, its glossary and what it says of the catalogue of acts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ADD COLUMN: a rebuild of the table on SQLite would lose its triggers.
    op.add_column("course_version", sa.Column("handout", sa.Text(), nullable=True))
    op.add_column("course_version", sa.Column("glossary", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("course_version", sa.Column("acts", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("course_version", "acts")
    op.drop_column("course_version", "glossary")
    op.drop_column("course_version", "handout")
