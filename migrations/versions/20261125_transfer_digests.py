"""transfer digests: the one letter of a day that tells an admin who came from and went to other agencies"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_transfer_digest_update BEFORE UPDATE ON transfer_digest BEGIN SELECT RAISE(ABORT, 'frozen: transfer_digest'); END",
        "CREATE TRIGGER guard_transfer_digest_delete BEFORE DELETE ON transfer_digest BEGIN SELECT RAISE(ABORT, 'frozen: transfer_digest'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_transfer_digest_change BEFORE UPDATE OR DELETE ON transfer_digest FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_transfer_digest_truncate BEFORE TRUNCATE ON transfer_digest FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('transfer_digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_transfer_digest_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_digest')),
    sa.UniqueConstraint('person_id', 'day', name='uq_transfer_digest_person_id_day'),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('transfer_digest')
