"""receipts of checked lists"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_verification_receipt_update BEFORE UPDATE ON verification_receipt BEGIN SELECT RAISE(ABORT, 'frozen: verification_receipt'); END",
        "CREATE TRIGGER guard_verification_receipt_delete BEFORE DELETE ON verification_receipt BEGIN SELECT RAISE(ABORT, 'frozen: verification_receipt'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_verification_receipt_change BEFORE UPDATE OR DELETE ON verification_receipt FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_verification_receipt_truncate BEFORE TRUNCATE ON verification_receipt FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('verification_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('maker_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.CheckConstraint("(maker_id IS NULL) = (purpose = '')", name=op.f('ck_verification_receipt_purpose_of_maker')),
    sa.CheckConstraint('(maker_id IS NULL) = (content IS NULL)', name=op.f('ck_verification_receipt_content_for_maker')),
    sa.ForeignKeyConstraint(['maker_id'], ['person.id'], name=op.f('fk_verification_receipt_maker_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification_receipt')),
    sa.UniqueConstraint('code', name='uq_verification_receipt_code'),
    info={'append_only': True}
    )
    with op.batch_alter_table('verification_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_verification_receipt_maker_id_id', ['maker_id', 'id'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('verification_receipt', schema=None) as batch_op:
        batch_op.drop_index('ix_verification_receipt_maker_id_id')

    op.drop_table('verification_receipt')
