"""import guard and transfers: an agency's own share of people leaving by a file, who went from one agency to another"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_agency_transfer_update BEFORE UPDATE ON agency_transfer BEGIN SELECT RAISE(ABORT, 'frozen: agency_transfer'); END",
        "CREATE TRIGGER guard_agency_transfer_delete BEFORE DELETE ON agency_transfer BEGIN SELECT RAISE(ABORT, 'frozen: agency_transfer'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_agency_transfer_change BEFORE UPDATE OR DELETE ON agency_transfer FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_agency_transfer_truncate BEFORE TRUNCATE ON agency_transfer FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    ],
}


def upgrade() -> None:
    op.create_table('import_guard',
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.CheckConstraint('percent >= 1 AND percent <= 50', name=op.f('ck_import_guard_percent')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_import_guard_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', name=op.f('pk_import_guard')),
    )
    op.create_table('agency_transfer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('from_agency_id', sa.Integer(), nullable=False),
    sa.Column('to_agency_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('from_agency_id <> to_agency_id', name=op.f('ck_agency_transfer_two_agencies')),
    sa.ForeignKeyConstraint(['from_agency_id'], ['org_unit.id'], name=op.f('fk_agency_transfer_from_agency_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_agency_transfer_person_id')),
    sa.ForeignKeyConstraint(['to_agency_id'], ['org_unit.id'], name=op.f('fk_agency_transfer_to_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_transfer')),
    )
    with op.batch_alter_table('agency_transfer', schema=None) as batch_op:
        batch_op.create_index('ix_agency_transfer_from_agency_id_at', ['from_agency_id', 'at'], unique=False)
        batch_op.create_index('ix_agency_transfer_to_agency_id_at', ['to_agency_id', 'at'], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('agency_transfer')
    op.drop_table('import_guard')
