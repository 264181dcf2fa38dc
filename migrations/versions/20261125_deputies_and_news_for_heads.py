"""deputies of supervisors, and the news that heads of units get by mail"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_deputation_columns BEFORE UPDATE ON deputation WHEN OLD.grant_id IS NOT NEW.grant_id OR OLD.giver_id IS NOT NEW.giver_id OR OLD.deputy_id IS NOT NEW.deputy_id OR OLD.giver_posting_id IS NOT NEW.giver_posting_id OR OLD.deputy_posting_id IS NOT NEW.deputy_posting_id OR OLD.starts_at IS NOT NEW.starts_at OR OLD.ends_at IS NOT NEW.ends_at OR OLD.reason IS NOT NEW.reason OR OLD.given_at IS NOT NEW.given_at BEGIN SELECT RAISE(ABORT, 'frozen: deputation'); END",
        "CREATE TRIGGER guard_deputation_update BEFORE UPDATE ON deputation WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: deputation'); END",
        "CREATE TRIGGER guard_deputation_delete BEFORE DELETE ON deputation WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: deputation'); END",
        "CREATE TRIGGER guard_deputy_act_update BEFORE UPDATE ON deputy_act BEGIN SELECT RAISE(ABORT, 'frozen: deputy_act'); END",
        "CREATE TRIGGER guard_deputy_act_delete BEFORE DELETE ON deputy_act BEGIN SELECT RAISE(ABORT, 'frozen: deputy_act'); END",
        "CREATE TRIGGER guard_head_run_columns BEFORE UPDATE ON head_run WHEN OLD.zone IS NOT NEW.zone OR OLD.day IS NOT NEW.day OR OLD.started_at IS NOT NEW.started_at BEGIN SELECT RAISE(ABORT, 'frozen: head_run'); END",
        "CREATE TRIGGER guard_head_run_update BEFORE UPDATE ON head_run WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: head_run'); END",
        "CREATE TRIGGER guard_head_run_delete BEFORE DELETE ON head_run WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: head_run'); END",
        "CREATE TRIGGER guard_head_digest_columns BEFORE UPDATE ON head_digest WHEN OLD.person_id IS NOT NEW.person_id OR OLD.zone IS NOT NEW.zone OR OLD.day IS NOT NEW.day OR OLD.week IS NOT NEW.week OR OLD.since IS NOT NEW.since OR OLD.ordered_at IS NOT NEW.ordered_at BEGIN SELECT RAISE(ABORT, 'frozen: head_digest'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_deputation_columns BEFORE UPDATE ON deputation FOR EACH ROW WHEN (OLD.grant_id IS DISTINCT FROM NEW.grant_id OR OLD.giver_id IS DISTINCT FROM NEW.giver_id OR OLD.deputy_id IS DISTINCT FROM NEW.deputy_id OR OLD.giver_posting_id IS DISTINCT FROM NEW.giver_posting_id OR OLD.deputy_posting_id IS DISTINCT FROM NEW.deputy_posting_id OR OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.ends_at IS DISTINCT FROM NEW.ends_at OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.given_at IS DISTINCT FROM NEW.given_at) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_deputation_change BEFORE UPDATE OR DELETE ON deputation FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_deputy_act_change BEFORE UPDATE OR DELETE ON deputy_act FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_deputy_act_truncate BEFORE TRUNCATE ON deputy_act FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_head_run_columns BEFORE UPDATE ON head_run FOR EACH ROW WHEN (OLD.zone IS DISTINCT FROM NEW.zone OR OLD.day IS DISTINCT FROM NEW.day OR OLD.started_at IS DISTINCT FROM NEW.started_at) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_head_run_change BEFORE UPDATE OR DELETE ON head_run FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_head_digest_columns BEFORE UPDATE ON head_digest FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.zone IS DISTINCT FROM NEW.zone OR OLD.day IS DISTINCT FROM NEW.day OR OLD.week IS DISTINCT FROM NEW.week OR OLD.since IS DISTINCT FROM NEW.since OR OLD.ordered_at IS DISTINCT FROM NEW.ordered_at) EXECUTE FUNCTION netra_refuse()",
    ],
}


def _period_of(dialect: str) -> str:
    if dialect == "sqlite":
        return "julianday(ends_at) - julianday(starts_at) < 90.001"
    return "ends_at <= starts_at + interval '2160 hours'"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_index('uq_role_grant_id_person_id', 'role_grant', ['id', 'person_id'], unique=True)
    op.create_table(
        'deputation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('grant_id', sa.Integer(), nullable=False),
        sa.Column('giver_id', sa.Integer(), nullable=False),
        sa.Column('deputy_id', sa.Integer(), nullable=False),
        sa.Column('giver_posting_id', sa.Integer(), nullable=False),
        sa.Column('deputy_posting_id', sa.Integer(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_by', sa.Integer(), nullable=True),
        sa.CheckConstraint('deputy_id <> giver_id', name=op.f('ck_deputation_two_people')),
        sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_deputation_period')),
        sa.CheckConstraint('length(trim(reason)) >= 5', name=op.f('ck_deputation_reason')),
        sa.CheckConstraint(_period_of(dialect), name=op.f('ck_deputation_length')),
        sa.ForeignKeyConstraint(['grant_id', 'giver_id'], ['role_grant.id', 'role_grant.person_id'], name='fk_deputation_grant_id'),
        sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_deputation_giver_id')),
        sa.ForeignKeyConstraint(['deputy_id'], ['person.id'], name=op.f('fk_deputation_deputy_id')),
        sa.ForeignKeyConstraint(['giver_posting_id'], ['posting.id'], name=op.f('fk_deputation_giver_posting_id')),
        sa.ForeignKeyConstraint(['deputy_posting_id'], ['posting.id'], name=op.f('fk_deputation_deputy_posting_id')),
        sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_deputation_ended_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deputation')),
    )
    op.create_index(
        'uq_deputation_open', 'deputation', ['grant_id'], unique=True,
        sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'),
    )
    op.create_index('ix_deputation_deputy_id', 'deputation', ['deputy_id'])
    op.create_index('ix_deputation_giver_id', 'deputation', ['giver_id'])
    op.create_table(
        'deputy_act',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('deputation_id', sa.Integer(), nullable=False),
        sa.Column('action', sa.String(length=80), nullable=False),
        sa.Column('subject', sa.String(length=120), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['deputation_id'], ['deputation.id'], name=op.f('fk_deputy_act_deputation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deputy_act')),
    )
    op.create_index('ix_deputy_act_deputation_id', 'deputy_act', ['deputation_id'])
    op.create_table(
        'head_choice',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('rhythm', sa.Enum('SUITED', 'WEEKLY', 'MONTHLY', 'NONE', name='rhythm', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('by_letter', sa.Boolean(), nullable=False),
        sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_head_choice_person_id')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_head_choice')),
    )
    op.create_table(
        'head_run',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('zone', sa.String(length=40), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('last_person_id', sa.Integer(), nullable=False),
        sa.Column('ordered', sa.Integer(), nullable=False),
        sa.Column('no_address', sa.Integer(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_head_run')),
        sa.UniqueConstraint('zone', 'day', name='uq_head_run_zone_day'),
    )
    op.create_table(
        'head_digest',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('zone', sa.String(length=40), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('mail_id', sa.Integer(), nullable=True),
        sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_head_digest_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_head_digest')),
        sa.UniqueConstraint('person_id', 'week', name='uq_head_digest_person_id_week'),
    )
    # A column is added and nothing is rebuilt.
    op.add_column('mail_message', sa.Column('unsubscribe', sa.String(length=300), nullable=True))
    for statement in GUARDS[dialect]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_column('mail_message', 'unsubscribe')
    op.drop_table('head_digest')
    op.drop_table('head_run')
    op.drop_table('head_choice')
    op.drop_table('deputy_act')
    op.drop_table('deputation')
    op.drop_index('uq_role_grant_id_person_id', table_name='role_grant')
