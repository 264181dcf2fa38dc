"""webhooks tell of rules, exemptions, seats and of what a day brings"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

OLD = ('certificate.issued', 'certificate.superseded', 'certificate.revoked', 'ping')
NEW = (
    'certificate.issued', 'certificate.superseded', 'certificate.revoked', 'certificate.expiring', 'certificate.expired',
    'rule.approved', 'rule.in_force', 'rule.ended', 'exemption.granted', 'exemption.ended', 'person.joined', 'person.moved',
    'person.left', 'ping',
)
GUARDS = {
    False: {
        "sqlite": "CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message WHEN OLD.public_id IS NOT NEW.public_id OR OLD.webhook_id IS NOT NEW.webhook_id OR OLD.kind IS NOT NEW.kind OR OLD.body IS NOT NEW.body OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'frozen: webhook_message'); END",
        "postgresql": "CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.webhook_id IS DISTINCT FROM NEW.webhook_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.body IS DISTINCT FROM NEW.body OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION netra_refuse()",
    },
    True: {
        "sqlite": "CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message WHEN OLD.public_id IS NOT NEW.public_id OR OLD.webhook_id IS NOT NEW.webhook_id OR OLD.kind IS NOT NEW.kind OR OLD.body IS NOT NEW.body OR OLD.created_at IS NOT NEW.created_at OR OLD.occasion IS NOT NEW.occasion OR OLD.person_id IS NOT NEW.person_id BEGIN SELECT RAISE(ABORT, 'frozen: webhook_message'); END",
        "postgresql": "CREATE TRIGGER guard_webhook_message_columns BEFORE UPDATE ON webhook_message FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.webhook_id IS DISTINCT FROM NEW.webhook_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.body IS DISTINCT FROM NEW.body OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.occasion IS DISTINCT FROM NEW.occasion OR OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION netra_refuse()",
    },
}


def _one_of(kinds):
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def _shape(wider):
    """The table as it stands; SQLite builds it anew from this. `wider`: with what this migration adds."""
    more = (
        sa.Column('occasion', sa.String(length=120), nullable=True),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_webhook_message_person_id'),
        sa.UniqueConstraint('webhook_id', 'occasion', name='uq_webhook_message_webhook_id_occasion'),
    )
    return sa.Table('webhook_message', sa.MetaData(),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('public_id', sa.String(length=36), nullable=False),
        sa.Column('webhook_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('last_try_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_status', sa.Integer(), nullable=True),
        sa.Column('last_problem', sa.String(length=40), nullable=False),
        sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('given_up_at', sa.DateTime(timezone=True), nullable=True),
        *(more if wider else ()),
        sa.CheckConstraint('taken_at IS NULL OR given_up_at IS NULL', name='ck_webhook_message_one_end'),
        sa.CheckConstraint(_one_of(NEW if wider else OLD), name='ck_webhook_message_hookkind'),
        sa.ForeignKeyConstraint(['webhook_id'], ['webhook.id'], name='fk_webhook_message_webhook_id'),
        sa.PrimaryKeyConstraint('id', name='pk_webhook_message'),
        sa.UniqueConstraint('public_id', name='uq_webhook_message_public_id'),
        sa.Index('ix_webhook_message_webhook_id_id', 'webhook_id', 'id'),
    )


def _guard(wider):
    op.execute(GUARDS[wider][op.get_bind().dialect.name])


def _unguard():
    # SQLite builds the table anew and loses its triggers by that; PostgreSQL must be told.
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("DROP TRIGGER guard_webhook_message_columns ON webhook_message")


def upgrade() -> None:
    _unguard()
    with op.batch_alter_table('webhook_message', copy_from=_shape(False)) as batch_op:
        batch_op.drop_constraint(op.f('ck_webhook_message_hookkind'), type_='check')
        batch_op.add_column(sa.Column('occasion', sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_webhook_message_person_id'), 'person', ['person_id'], ['id'])
        batch_op.create_unique_constraint('uq_webhook_message_webhook_id_occasion', ['webhook_id', 'occasion'])
        batch_op.create_check_constraint(op.f('ck_webhook_message_hookkind'), sa.text(_one_of(NEW)))
    _guard(True)


def downgrade() -> None:
    """Refused by the database when a message of the newer kinds is kept, which the older form has no word for."""
    _unguard()
    with op.batch_alter_table('webhook_message', copy_from=_shape(True)) as batch_op:
        batch_op.drop_constraint(op.f('ck_webhook_message_hookkind'), type_='check')
        batch_op.drop_constraint('uq_webhook_message_webhook_id_occasion', type_='unique')
        batch_op.drop_constraint(op.f('fk_webhook_message_person_id'), type_='foreignkey')
        batch_op.drop_column('person_id')
        batch_op.drop_column('occasion')
        batch_op.create_check_constraint(op.f('ck_webhook_message_hookkind'), sa.text(_one_of(OLD)))
    _guard(False)
