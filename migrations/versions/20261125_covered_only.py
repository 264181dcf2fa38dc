"""an assignment may reach only those who work where the election is held"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was assigned until now reached the whole subtree, and goes on doing so.
    op.add_column('assignment', sa.Column('covered_only', sa.Boolean(), server_default=sa.text('false'), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_column('covered_only')
