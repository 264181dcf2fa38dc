"""print editions: papers of a unit bound into one file for printing"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER guard_{table}_{what} BEFORE {what.upper()} ON {table} BEGIN SELECT RAISE(ABORT, 'frozen: {table}'); END"
        for table in ("print_edition", "print_edition_file")
        for what in ("update", "delete")
    ],
    "postgresql": [
        f"CREATE TRIGGER guard_{table}_{name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION netra_refuse()"
        for table in ("print_edition", "print_edition_file")
        for name, events, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ],
}


def upgrade() -> None:
    op.create_table('print_edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['paper_batch.id'], name=op.f('fk_print_edition_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_edition')),
    sa.UniqueConstraint('batch_id', name='uq_print_edition_batch_id'),
    sa.UniqueConstraint('number', name='uq_print_edition_number'),
    info={'append_only': True}
    )
    op.create_table('print_edition_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('edition_id', sa.Integer(), nullable=False),
    sa.Column('certificate_ids', sa.Text(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('pages > 0 AND size > 0', name=op.f('ck_print_edition_file_not_empty')),
    sa.ForeignKeyConstraint(['edition_id'], ['print_edition.id'], name=op.f('fk_print_edition_file_edition_id')),
    sa.ForeignKeyConstraint(['signer_id'], ['signer_certificate.id'], name=op.f('fk_print_edition_file_signer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_edition_file')),
    sa.UniqueConstraint('edition_id', name='uq_print_edition_file_edition_id'),
    sa.UniqueConstraint('sha256', name='uq_print_edition_file_sha256'),
    info={'append_only': True}
    )
    op.create_table('print_edition_part',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['print_edition_file.id'], name=op.f('fk_print_edition_part_file_id')),
    sa.PrimaryKeyConstraint('file_id', 'number', name=op.f('pk_print_edition_part'))
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("print_edition_part", "print_edition_file", "print_edition"):
        op.drop_table(table)
