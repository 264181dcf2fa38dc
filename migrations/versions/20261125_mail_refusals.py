"""mail: addresses that are refused for good, letters that came back, letters that somebody asked for"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_refusal',
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('reason', sa.Enum('UNKNOWN_ADDRESS', 'UNKNOWN_DOMAIN', 'CLOSED', 'FULL', 'OTHER', name='refusalreason', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('said', sa.String(length=200), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_mail_refusal')),
    )
    with op.batch_alter_table('mail_message') as batch_op:
        batch_op.add_column(sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_index('ix_person_email', 'person', ['email'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_person_email', table_name='person')
    with op.batch_alter_table('mail_message') as batch_op:
        batch_op.drop_column('asked')
        batch_op.drop_column('refused_at')
    op.drop_table('mail_refusal')
