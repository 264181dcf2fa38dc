"""imports in chunks: staged rows, the declaration that a file is complete, and why a guard was overruled"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sheet_chunk',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('rejected', sa.LargeBinary(), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['sheet_import.id'], name=op.f('fk_sheet_chunk_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_sheet_chunk'))
    )
    with op.batch_alter_table('sheet_import') as batch_op:
        batch_op.add_column(sa.Column('complete', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(length=300), server_default='', nullable=False))
        batch_op.alter_column('uploaded_by', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Refused by the database when a file was read by the command line, which the older form has no place for."""
    with op.batch_alter_table('sheet_import') as batch_op:
        batch_op.alter_column('uploaded_by', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('reason')
        batch_op.drop_column('complete')
    op.drop_table('sheet_chunk')
