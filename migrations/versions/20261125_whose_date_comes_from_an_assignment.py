"""running enrolments are found by the assignment their date comes from"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        'ix_enrolment_assignment_id', 'enrolment', ['assignment_id'], unique=False,
        sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'),
    )


def downgrade():
    op.drop_index('ix_enrolment_assignment_id', table_name='enrolment')
