"""promotion rules as versions: the whole rule as data, two people for each, exemptions granted in person"""

import hashlib
import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_promotion_rule_version_update BEFORE UPDATE ON promotion_rule_version BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule_version'); END",
        "CREATE TRIGGER guard_promotion_rule_version_delete BEFORE DELETE ON promotion_rule_version BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule_version'); END",
        "CREATE TRIGGER guard_promotion_rule_decision_update BEFORE UPDATE ON promotion_rule_decision BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule_decision'); END",
        "CREATE TRIGGER guard_promotion_rule_decision_delete BEFORE DELETE ON promotion_rule_decision BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule_decision'); END",
        "CREATE TRIGGER guard_rule_waiver_columns BEFORE UPDATE ON rule_waiver WHEN OLD.public_id IS NOT NEW.public_id OR OLD.person_id IS NOT NEW.person_id OR OLD.rule_key IS NOT NEW.rule_key OR OLD.waiver_key IS NOT NEW.waiver_key OR OLD.starts_on IS NOT NEW.starts_on OR OLD.ends_on IS NOT NEW.ends_on OR OLD.basis IS NOT NEW.basis OR OLD.granted_by IS NOT NEW.granted_by OR OLD.granted_at IS NOT NEW.granted_at BEGIN SELECT RAISE(ABORT, 'frozen: rule_waiver'); END",
        "CREATE TRIGGER guard_rule_waiver_update BEFORE UPDATE ON rule_waiver WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: rule_waiver'); END",
        "CREATE TRIGGER guard_rule_waiver_delete BEFORE DELETE ON rule_waiver WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: rule_waiver'); END",
    ],
    "postgresql": [
        'CREATE TRIGGER guard_promotion_rule_version_change BEFORE UPDATE OR DELETE ON promotion_rule_version FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_promotion_rule_version_truncate BEFORE TRUNCATE ON promotion_rule_version FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_promotion_rule_decision_change BEFORE UPDATE OR DELETE ON promotion_rule_decision FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_promotion_rule_decision_truncate BEFORE TRUNCATE ON promotion_rule_decision FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_rule_waiver_columns BEFORE UPDATE ON rule_waiver FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.rule_key IS DISTINCT FROM NEW.rule_key OR OLD.waiver_key IS DISTINCT FROM NEW.waiver_key OR OLD.starts_on IS DISTINCT FROM NEW.starts_on OR OLD.ends_on IS DISTINCT FROM NEW.ends_on OR OLD.basis IS DISTINCT FROM NEW.basis OR OLD.granted_by IS DISTINCT FROM NEW.granted_by OR OLD.granted_at IS DISTINCT FROM NEW.granted_at) EXECUTE FUNCTION netra_refuse()',
        'CREATE TRIGGER guard_rule_waiver_change BEFORE UPDATE OR DELETE ON rule_waiver FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    ],
}

KINDS = {"POSITION": "jabatan", "RANK": "pangkat"}
SOURCES = {"LAW": "undang-undang", "AGENCY_POLICY": "kebijakan-instansi", "DEMO_POLICY": "contoh"}


def upgrade() -> None:
    op.create_table('promotion_rule_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('origin', sa.Enum('PAGE', 'COMMAND', name='ruleorigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(origin = 'PAGE') = (proposed_by IS NOT NULL)", name=op.f('ck_promotion_rule_version_proposer')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_promotion_rule_version_validity')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_promotion_rule_version_agency_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_promotion_rule_version_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_rule_version')),
    sa.UniqueConstraint('id', 'origin', name='uq_promotion_rule_version_id_origin'),
    sa.UniqueConstraint('id', 'proposed_by', name='uq_promotion_rule_version_id_proposed_by'),
    sa.UniqueConstraint('key', 'version', name='uq_promotion_rule_version_key_version'),
    sa.UniqueConstraint('public_id', name='uq_promotion_rule_version_public_id'),
    info={'append_only': True}
    )
    with op.batch_alter_table('promotion_rule_version', schema=None) as batch_op:
        batch_op.create_index('ix_promotion_rule_version_agency_id', ['agency_id'], unique=False)

    op.create_table('rule_waiver',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('rule_key', sa.String(length=60), nullable=False),
    sa.Column('waiver_key', sa.String(length=60), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('granted_by', sa.Integer(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by IS NULL)', name=op.f('ck_rule_waiver_ended_whole')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_rule_waiver_period')),
    sa.CheckConstraint('granted_by <> person_id', name=op.f('ck_rule_waiver_not_oneself')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_rule_waiver_ended_by')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_rule_waiver_granted_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rule_waiver_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_waiver')),
    sa.UniqueConstraint('public_id', name='uq_rule_waiver_public_id'),
    info={'frozen': ['public_id', 'person_id', 'rule_key', 'waiver_key', 'starts_on', 'ends_on', 'basis', 'granted_by', 'granted_at'], 'frozen_when': 'OLD.ended_at IS NOT NULL'}
    )
    with op.batch_alter_table('rule_waiver', schema=None) as batch_op:
        batch_op.create_index('ix_rule_waiver_person_id', ['person_id'], unique=False)

    op.create_table('promotion_rule_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.Enum('PAGE', 'COMMAND', name='ruleorigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.Enum('APPROVED', 'RETURNED', 'WITHDRAWN', name='ruleverdict', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.CheckConstraint("(origin = 'PAGE') = (proposed_by IS NOT NULL) AND (origin = 'PAGE') = (decided_by IS NOT NULL)", name=op.f('ck_promotion_rule_decision_people')),
    sa.CheckConstraint("origin = 'COMMAND' OR (verdict = 'WITHDRAWN') = (decided_by = proposed_by)", name=op.f('ck_promotion_rule_decision_two_people')),
    sa.CheckConstraint("origin = 'PAGE' OR verdict = 'APPROVED'", name=op.f('ck_promotion_rule_decision_command')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_promotion_rule_decision_decided_by')),
    sa.ForeignKeyConstraint(['rule_id', 'origin'], ['promotion_rule_version.id', 'promotion_rule_version.origin'], name='fk_promotion_rule_decision_origin'),
    sa.ForeignKeyConstraint(['rule_id', 'proposed_by'], ['promotion_rule_version.id', 'promotion_rule_version.proposed_by'], name='fk_promotion_rule_decision_author'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_rule_decision')),
    sa.UniqueConstraint('rule_id', name='uq_promotion_rule_decision_rule_id'),
    info={'append_only': True}
    )
    _carry_over()
    op.drop_index('uq_promotion_rule_open', 'promotion_rule')
    op.drop_table('promotion_rule')
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def _carry_over() -> None:
    """Every rule as it stood becomes a version for everybody; all of them came by the command line."""
    bind = op.get_bind()
    metadata = sa.MetaData()
    old = sa.Table('promotion_rule', metadata, autoload_with=bind)
    version = sa.Table('promotion_rule_version', metadata, autoload_with=bind)
    decision = sa.Table('promotion_rule_decision', metadata, autoload_with=bind)
    for row in bind.execute(sa.select(old).order_by(old.c.id)).mappings().all():
        body = {
            "kunci": row["key"],
            "judul": row["title"],
            "jenis": KINDS[row["kind"]],
            "jenjang": row["target_level"],
            "syarat": {
                "kursus": [{"kunci": row["course_key"], "judul": row["course_title"]}],
                "cara": "semua",
                "bukti": "berlaku",
            },
            "sumber": SOURCES[row["source"]],
            "dasar": row["legal_basis"],
            "catatan": row["note"],
            "berlaku-mulai": row["valid_from"].isoformat(),
        }
        if row["valid_to"]:
            body["berlaku-sampai"] = row["valid_to"].isoformat()
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        added = bind.execute(
            version.insert().values(
                public_id=str(uuid.uuid4()), key=row["key"], version=row["version"], agency_id=None,
                valid_from=row["valid_from"], valid_to=row["valid_to"], body=text,
                body_hash=hashlib.sha256(text.encode()).hexdigest(), origin="COMMAND", purpose="",
                proposed_by=None, proposed_at=row["created_at"],
            )
        )
        bind.execute(
            decision.insert().values(
                rule_id=added.inserted_primary_key[0], origin="COMMAND", proposed_by=None, verdict="APPROVED",
                decided_by=None, decided_at=row["created_at"], remark="",
            )
        )


def downgrade() -> None:
    op.create_table('promotion_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('target_level', sa.String(length=60), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('course_title', sa.String(length=200), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('POSITION', 'RANK')", name=op.f('ck_promotion_rule_rulekind')),
    sa.CheckConstraint("source IN ('LAW', 'AGENCY_POLICY', 'DEMO_POLICY')", name=op.f('ck_promotion_rule_requirementsource')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_promotion_rule_validity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_rule')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_promotion_rule_key_version'))
    )
    with op.batch_alter_table('promotion_rule', schema=None) as batch_op:
        batch_op.create_index('uq_promotion_rule_open', ['key'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))

    op.drop_table('promotion_rule_decision')
    with op.batch_alter_table('rule_waiver', schema=None) as batch_op:
        batch_op.drop_index('ix_rule_waiver_person_id')

    op.drop_table('rule_waiver')
    with op.batch_alter_table('promotion_rule_version', schema=None) as batch_op:
        batch_op.drop_index('ix_promotion_rule_version_agency_id')

    op.drop_table('promotion_rule_version')
