"""certificates of a pass are found by an index, corrections included"""

from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_certificate_pass_record_id', 'certificate', ['pass_record_id'])


def downgrade() -> None:
    op.drop_index('ix_certificate_pass_record_id', table_name='certificate')
