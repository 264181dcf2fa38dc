"""units are found by the region in which they lie"""

from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_org_unit_region_code', 'org_unit', ['region_code'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_org_unit_region_code', table_name='org_unit')
