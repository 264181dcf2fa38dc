"""initial schema"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# The tables that refuse changes say so themselves (learning/kernel/guards.py); here literally, as of this revision.
SQLITE_GUARDS = [
    "CREATE TRIGGER guard_audit_entry_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'frozen: audit_entry'); END",
    "CREATE TRIGGER guard_audit_entry_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'frozen: audit_entry'); END",
    "CREATE TRIGGER guard_person_columns BEFORE UPDATE ON person WHEN OLD.public_id IS NOT NEW.public_id OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'frozen: person'); END",
    "CREATE TRIGGER guard_promotion_rule_columns BEFORE UPDATE ON promotion_rule WHEN OLD.key IS NOT NEW.key OR OLD.version IS NOT NEW.version OR OLD.title IS NOT NEW.title OR OLD.kind IS NOT NEW.kind OR OLD.target_level IS NOT NEW.target_level OR OLD.course_key IS NOT NEW.course_key OR OLD.course_title IS NOT NEW.course_title OR OLD.legal_basis IS NOT NEW.legal_basis OR OLD.source IS NOT NEW.source OR OLD.note IS NOT NEW.note OR OLD.valid_from IS NOT NEW.valid_from BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule'); END",
    "CREATE TRIGGER guard_promotion_rule_update BEFORE UPDATE ON promotion_rule WHEN OLD.valid_to IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule'); END",
    "CREATE TRIGGER guard_promotion_rule_delete BEFORE DELETE ON promotion_rule WHEN OLD.valid_to IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: promotion_rule'); END",
    "CREATE TRIGGER guard_question_set_update BEFORE UPDATE ON question_set BEGIN SELECT RAISE(ABORT, 'frozen: question_set'); END",
    "CREATE TRIGGER guard_question_set_delete BEFORE DELETE ON question_set BEGIN SELECT RAISE(ABORT, 'frozen: question_set'); END",
    "CREATE TRIGGER guard_access_token_columns BEFORE UPDATE ON access_token WHEN OLD.person_id IS NOT NEW.person_id OR OLD.token_hash IS NOT NEW.token_hash OR OLD.purpose IS NOT NEW.purpose OR OLD.created_at IS NOT NEW.created_at OR OLD.expires_at IS NOT NEW.expires_at BEGIN SELECT RAISE(ABORT, 'frozen: access_token'); END",
    "CREATE TRIGGER guard_course_media_update BEFORE UPDATE ON course_media BEGIN SELECT RAISE(ABORT, 'frozen: course_media'); END",
    "CREATE TRIGGER guard_course_media_delete BEFORE DELETE ON course_media BEGIN SELECT RAISE(ABORT, 'frozen: course_media'); END",
    "CREATE TRIGGER guard_course_version_update BEFORE UPDATE ON course_version BEGIN SELECT RAISE(ABORT, 'frozen: course_version'); END",
    "CREATE TRIGGER guard_course_version_delete BEFORE DELETE ON course_version BEGIN SELECT RAISE(ABORT, 'frozen: course_version'); END",
    "CREATE TRIGGER guard_letterhead_update BEFORE UPDATE ON letterhead BEGIN SELECT RAISE(ABORT, 'frozen: letterhead'); END",
    "CREATE TRIGGER guard_letterhead_delete BEFORE DELETE ON letterhead BEGIN SELECT RAISE(ABORT, 'frozen: letterhead'); END",
    "CREATE TRIGGER guard_login_session_columns BEFORE UPDATE ON login_session WHEN OLD.person_id IS NOT NEW.person_id OR OLD.token_hash IS NOT NEW.token_hash OR OLD.created_at IS NOT NEW.created_at OR OLD.expires_at IS NOT NEW.expires_at BEGIN SELECT RAISE(ABORT, 'frozen: login_session'); END",
    "CREATE TRIGGER guard_person_view_update BEFORE UPDATE ON person_view BEGIN SELECT RAISE(ABORT, 'frozen: person_view'); END",
    "CREATE TRIGGER guard_person_view_delete BEFORE DELETE ON person_view BEGIN SELECT RAISE(ABORT, 'frozen: person_view'); END",
    "CREATE TRIGGER guard_posting_columns BEFORE UPDATE ON posting WHEN OLD.person_id IS NOT NEW.person_id OR OLD.org_unit_id IS NOT NEW.org_unit_id OR OLD.kind IS NOT NEW.kind OR OLD.starts_on IS NOT NEW.starts_on BEGIN SELECT RAISE(ABORT, 'frozen: posting'); END",
    "CREATE TRIGGER guard_role_grant_columns BEFORE UPDATE ON role_grant WHEN OLD.person_id IS NOT NEW.person_id OR OLD.role IS NOT NEW.role OR OLD.org_unit_id IS NOT NEW.org_unit_id OR OLD.course_key IS NOT NEW.course_key OR OLD.scope IS NOT NEW.scope OR OLD.granted_at IS NOT NEW.granted_at OR OLD.granted_by IS NOT NEW.granted_by BEGIN SELECT RAISE(ABORT, 'frozen: role_grant'); END",
    "CREATE TRIGGER guard_role_grant_update BEFORE UPDATE ON role_grant WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: role_grant'); END",
    "CREATE TRIGGER guard_role_grant_delete BEFORE DELETE ON role_grant WHEN OLD.ended_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'frozen: role_grant'); END",
    "CREATE TRIGGER guard_course_source_update BEFORE UPDATE ON course_source BEGIN SELECT RAISE(ABORT, 'frozen: course_source'); END",
    "CREATE TRIGGER guard_course_source_delete BEFORE DELETE ON course_source BEGIN SELECT RAISE(ABORT, 'frozen: course_source'); END",
    "CREATE TRIGGER guard_module_version_update BEFORE UPDATE ON module_version BEGIN SELECT RAISE(ABORT, 'frozen: module_version'); END",
    "CREATE TRIGGER guard_module_version_delete BEFORE DELETE ON module_version BEGIN SELECT RAISE(ABORT, 'frozen: module_version'); END",
    "CREATE TRIGGER guard_publish_log_update BEFORE UPDATE ON publish_log BEGIN SELECT RAISE(ABORT, 'frozen: publish_log'); END",
    "CREATE TRIGGER guard_publish_log_delete BEFORE DELETE ON publish_log BEGIN SELECT RAISE(ABORT, 'frozen: publish_log'); END",
    "CREATE TRIGGER guard_attempt_columns BEFORE UPDATE ON attempt WHEN OLD.public_id IS NOT NEW.public_id OR OLD.question_set_id IS NOT NEW.question_set_id OR OLD.enrolment_id IS NOT NEW.enrolment_id OR OLD.person_id IS NOT NEW.person_id OR OLD.course_key IS NOT NEW.course_key OR OLD.edition IS NOT NEW.edition OR OLD.number IS NOT NEW.number OR OLD.max_attempts IS NOT NEW.max_attempts OR OLD.seed IS NOT NEW.seed OR OLD.layout IS NOT NEW.layout OR OLD.started_at IS NOT NEW.started_at OR OLD.deadline_at IS NOT NEW.deadline_at BEGIN SELECT RAISE(ABORT, 'frozen: attempt'); END",
    "CREATE TRIGGER guard_attempt_update BEFORE UPDATE ON attempt WHEN OLD.state <> 'OPEN' BEGIN SELECT RAISE(ABORT, 'frozen: attempt'); END",
    "CREATE TRIGGER guard_attempt_delete BEFORE DELETE ON attempt WHEN OLD.state <> 'OPEN' BEGIN SELECT RAISE(ABORT, 'frozen: attempt'); END",
    "CREATE TRIGGER guard_decision_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'frozen: decision'); END",
    "CREATE TRIGGER guard_decision_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'frozen: decision'); END",
    "CREATE TRIGGER guard_pass_record_update BEFORE UPDATE ON pass_record BEGIN SELECT RAISE(ABORT, 'frozen: pass_record'); END",
    "CREATE TRIGGER guard_pass_record_delete BEFORE DELETE ON pass_record BEGIN SELECT RAISE(ABORT, 'frozen: pass_record'); END",
    "CREATE TRIGGER guard_response_update BEFORE UPDATE ON response BEGIN SELECT RAISE(ABORT, 'frozen: response'); END",
    "CREATE TRIGGER guard_response_delete BEFORE DELETE ON response BEGIN SELECT RAISE(ABORT, 'frozen: response'); END",
    "CREATE TRIGGER guard_certificate_update BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'frozen: certificate'); END",
    "CREATE TRIGGER guard_certificate_delete BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'frozen: certificate'); END",
    "CREATE TRIGGER guard_certificate_event_update BEFORE UPDATE ON certificate_event BEGIN SELECT RAISE(ABORT, 'frozen: certificate_event'); END",
    "CREATE TRIGGER guard_certificate_event_delete BEFORE DELETE ON certificate_event BEGIN SELECT RAISE(ABORT, 'frozen: certificate_event'); END",
]

POSTGRESQL_GUARDS = [
    "CREATE OR REPLACE FUNCTION netra_refuse() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
    'CREATE TRIGGER guard_audit_entry_change BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_audit_entry_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_person_columns BEFORE UPDATE ON person FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_promotion_rule_columns BEFORE UPDATE ON promotion_rule FOR EACH ROW WHEN (OLD.key IS DISTINCT FROM NEW.key OR OLD.version IS DISTINCT FROM NEW.version OR OLD.title IS DISTINCT FROM NEW.title OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.target_level IS DISTINCT FROM NEW.target_level OR OLD.course_key IS DISTINCT FROM NEW.course_key OR OLD.course_title IS DISTINCT FROM NEW.course_title OR OLD.legal_basis IS DISTINCT FROM NEW.legal_basis OR OLD.source IS DISTINCT FROM NEW.source OR OLD.note IS DISTINCT FROM NEW.note OR OLD.valid_from IS DISTINCT FROM NEW.valid_from) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_promotion_rule_change BEFORE UPDATE OR DELETE ON promotion_rule FOR EACH ROW WHEN (OLD.valid_to IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_question_set_change BEFORE UPDATE OR DELETE ON question_set FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_question_set_truncate BEFORE TRUNCATE ON question_set FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_access_token_columns BEFORE UPDATE ON access_token FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.token_hash IS DISTINCT FROM NEW.token_hash OR OLD.purpose IS DISTINCT FROM NEW.purpose OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_media_change BEFORE UPDATE OR DELETE ON course_media FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_media_truncate BEFORE TRUNCATE ON course_media FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_version_change BEFORE UPDATE OR DELETE ON course_version FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_version_truncate BEFORE TRUNCATE ON course_version FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_letterhead_change BEFORE UPDATE OR DELETE ON letterhead FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_letterhead_truncate BEFORE TRUNCATE ON letterhead FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_login_session_columns BEFORE UPDATE ON login_session FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.token_hash IS DISTINCT FROM NEW.token_hash OR OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_person_view_change BEFORE UPDATE OR DELETE ON person_view FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_person_view_truncate BEFORE TRUNCATE ON person_view FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_posting_columns BEFORE UPDATE ON posting FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.org_unit_id IS DISTINCT FROM NEW.org_unit_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.starts_on IS DISTINCT FROM NEW.starts_on) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_role_grant_columns BEFORE UPDATE ON role_grant FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.role IS DISTINCT FROM NEW.role OR OLD.org_unit_id IS DISTINCT FROM NEW.org_unit_id OR OLD.course_key IS DISTINCT FROM NEW.course_key OR OLD.scope IS DISTINCT FROM NEW.scope OR OLD.granted_at IS DISTINCT FROM NEW.granted_at OR OLD.granted_by IS DISTINCT FROM NEW.granted_by) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_role_grant_change BEFORE UPDATE OR DELETE ON role_grant FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_source_change BEFORE UPDATE OR DELETE ON course_source FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_course_source_truncate BEFORE TRUNCATE ON course_source FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_module_version_change BEFORE UPDATE OR DELETE ON module_version FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_module_version_truncate BEFORE TRUNCATE ON module_version FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_publish_log_change BEFORE UPDATE OR DELETE ON publish_log FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_publish_log_truncate BEFORE TRUNCATE ON publish_log FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_attempt_columns BEFORE UPDATE ON attempt FOR EACH ROW WHEN (OLD.public_id IS DISTINCT FROM NEW.public_id OR OLD.question_set_id IS DISTINCT FROM NEW.question_set_id OR OLD.enrolment_id IS DISTINCT FROM NEW.enrolment_id OR OLD.person_id IS DISTINCT FROM NEW.person_id OR OLD.course_key IS DISTINCT FROM NEW.course_key OR OLD.edition IS DISTINCT FROM NEW.edition OR OLD.number IS DISTINCT FROM NEW.number OR OLD.max_attempts IS DISTINCT FROM NEW.max_attempts OR OLD.seed IS DISTINCT FROM NEW.seed OR OLD.layout IS DISTINCT FROM NEW.layout OR OLD.started_at IS DISTINCT FROM NEW.started_at OR OLD.deadline_at IS DISTINCT FROM NEW.deadline_at) EXECUTE FUNCTION netra_refuse()',
    "CREATE TRIGGER guard_attempt_change BEFORE UPDATE OR DELETE ON attempt FOR EACH ROW WHEN (OLD.state <> 'OPEN') EXECUTE FUNCTION netra_refuse()",
    'CREATE TRIGGER guard_decision_change BEFORE UPDATE OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_decision_truncate BEFORE TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_pass_record_change BEFORE UPDATE OR DELETE ON pass_record FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_pass_record_truncate BEFORE TRUNCATE ON pass_record FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_response_change BEFORE UPDATE OR DELETE ON response FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_response_truncate BEFORE TRUNCATE ON response FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_certificate_change BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_certificate_truncate BEFORE TRUNCATE ON certificate FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_certificate_event_change BEFORE UPDATE OR DELETE ON certificate_event FOR EACH ROW EXECUTE FUNCTION netra_refuse()',
    'CREATE TRIGGER guard_certificate_event_truncate BEFORE TRUNCATE ON certificate_event FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()',
]


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chain', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('chain', 'seq', name='uq_audit_entry_chain_seq'),
    info={'append_only': True}
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_about_id', ['about_id'], unique=False)
        batch_op.create_index('ix_audit_entry_subject', ['subject'], unique=False)

    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('current_version_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('key', name='uq_course_key')
    )
    op.create_table('election_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('NATIONAL', 'REGIONAL', 'BY_ELECTION', name='eventkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_election_event')),
    sa.UniqueConstraint('key', name='uq_election_event_key')
    )
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('QUEUED', 'RUNNING', 'DONE', 'FAILED', name='jobstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('run_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('progress_done', sa.Integer(), nullable=False),
    sa.Column('progress_total', sa.Integer(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name='uq_job_key')
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_state_run_at', ['state', 'run_at'], unique=False)

    op.create_table('mail_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('recipient', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_message'))
    )
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.create_index('ix_mail_message_person_id', ['person_id'], unique=False)

    op.create_table('org_unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('CENTRAL_AGENCY', 'REGIONAL_AGENCY', 'SECRETARIAT', 'INSPECTORATE', 'DIRECTORATE', 'OFFICE', 'BODY', 'DISTRICT', 'VILLAGE', 'SCHOOL', 'HEALTH_CENTRE', 'HOSPITAL', 'TECHNICAL_UNIT', 'DIVISION', 'SECTION', 'OTHER', name='unitkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('region_code', sa.String(length=13), nullable=True),
    sa.Column('timezone', sa.String(length=40), nullable=False),
    sa.Column('path', sa.String(length=400).with_variant(sa.String(length=400, collation='C'), 'postgresql'), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.CheckConstraint('depth >= 0 AND depth <= 12', name=op.f('ck_org_unit_depth')),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_org_unit_validity')),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_org_unit_agency_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['org_unit.id'], name=op.f('fk_org_unit_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_org_unit')),
    sa.UniqueConstraint('agency_id', 'code', name='uq_org_unit_agency_id_code')
    )
    with op.batch_alter_table('org_unit', schema=None) as batch_op:
        batch_op.create_index('ix_org_unit_parent_id', ['parent_id'], unique=False)
        batch_op.create_index('ix_org_unit_path', ['path'], unique=False)
        batch_op.create_index('uq_org_unit_root_code', ['code'], unique=True, sqlite_where=sa.text('parent_id IS NULL'), postgresql_where=sa.text('parent_id IS NULL'))

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('employee_number', sa.String(length=18), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('front_title', sa.String(length=60), nullable=False),
    sa.Column('back_title', sa.String(length=60), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('employment_type', sa.Enum('PNS', 'CPNS', 'PPPK', 'PPPK_PART_TIME', name='employmenttype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('status', sa.Enum('ACTIVE', 'RETIRED', 'ENDED', name='personstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(employee_number) = 18', name=op.f('ck_person_employee_number_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('employee_number', name='uq_person_employee_number'),
    sa.UniqueConstraint('public_id', name='uq_person_public_id'),
    info={'frozen': ['public_id', 'created_at']}
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_name', ['name'], unique=False)

    op.create_table('promotion_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.Enum('POSITION', 'RANK', name='rulekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('target_level', sa.String(length=60), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('course_title', sa.String(length=200), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.Column('source', sa.Enum('LAW', 'AGENCY_POLICY', 'DEMO_POLICY', name='requirementsource', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_promotion_rule_validity')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotion_rule')),
    sa.UniqueConstraint('key', 'version', name='uq_promotion_rule_key_version'),
    info={'frozen': ['key', 'version', 'title', 'kind', 'target_level', 'course_key', 'course_title', 'legal_basis', 'source', 'note', 'valid_from'], 'frozen_when': 'OLD.valid_to IS NOT NULL'}
    )
    with op.batch_alter_table('promotion_rule', schema=None) as batch_op:
        batch_op.create_index('uq_promotion_rule_open', ['key'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))

    op.create_table('question_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.String(length=16), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set')),
    sa.UniqueConstraint('course_key', 'edition', name='uq_question_set_course_key_edition'),
    info={'append_only': True}
    )
    op.create_table('access_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Enum('ACTIVATION', 'RESET', name='tokenpurpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_token_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_token')),
    sa.UniqueConstraint('token_hash', name='uq_access_token_token_hash'),
    info={'frozen': ['person_id', 'token_hash', 'purpose', 'created_at', 'expires_at']}
    )
    with op.batch_alter_table('access_token', schema=None) as batch_op:
        batch_op.create_index('ix_access_token_person_id', ['person_id'], unique=False)

    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('course_title', sa.String(length=200), nullable=False),
    sa.Column('org_unit_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('MUTATION_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE', name='stagekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('days_before', sa.Integer(), nullable=False),
    sa.Column('legal_basis', sa.Text(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('days_before >= 0', name=op.f('ck_assignment_days_before')),
    sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name=op.f('fk_assignment_event_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_assignment_org_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index('ix_assignment_org_unit_id', ['org_unit_id'], unique=False)

    op.create_table('course_media',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('mime', sa.String(length=40), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_media_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_media')),
    sa.UniqueConstraint('course_id', 'sha256', name='uq_course_media_course_id_sha256'),
    info={'append_only': True}
    )
    op.create_table('course_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('edition', sa.String(length=16), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('jp', sa.Integer(), nullable=False),
    sa.Column('validity_months', sa.Integer(), nullable=False),
    sa.Column('landing_html', sa.Text(), nullable=False),
    sa.Column('citations', sa.Text(), nullable=False),
    sa.Column('regulations', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_version_course_id')),
    sa.ForeignKeyConstraint(['published_by'], ['person.id'], name=op.f('fk_course_version_published_by')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_course_version_question_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_version')),
    sa.UniqueConstraint('course_id', 'content_hash', name='uq_course_version_course_id_content_hash'),
    sa.UniqueConstraint('course_id', 'edition', name='uq_course_version_course_id_edition'),
    sa.UniqueConstraint('course_id', 'number', name='uq_course_version_course_id_number'),
    info={'append_only': True}
    )
    op.create_table('election_event_region',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=13), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name=op.f('fk_election_event_region_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'region_code', name=op.f('pk_election_event_region'))
    )
    op.create_table('election_stage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('MUTATION_FREEZE', 'INDEPENDENT_SUPPORT', 'REGISTRATION', 'CANDIDATE_DETERMINATION', 'CAMPAIGN', 'QUIET_PERIOD', 'VOTING_DAY', 'RECAPITULATION', 'INAUGURATION', 'POST_MUTATION_FREEZE', name='stagekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('CONFIRMED', 'PROVISIONAL', 'ESTIMATED', name='stagestatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('source_ref', sa.String(length=200), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_election_stage_order')),
    sa.ForeignKeyConstraint(['event_id'], ['election_event.id'], name=op.f('fk_election_stage_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_election_stage')),
    sa.UniqueConstraint('event_id', 'stage', name='uq_election_stage_event_id_stage')
    )
    op.create_table('letterhead',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('institution', sa.String(length=120), nullable=False),
    sa.Column('parent', sa.String(length=160), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('signatory_office', sa.String(length=120), nullable=False),
    sa.Column('signatory_name', sa.String(length=120), nullable=False),
    sa.Column('signatory_number', sa.String(length=18), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_letterhead_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letterhead')),
    sa.UniqueConstraint('agency_id', 'valid_from', name='uq_letterhead_agency_id_valid_from'),
    info={'append_only': True}
    )
    op.create_table('login_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.Enum('LOGOUT', 'LOGOUT_ALL', 'PASSWORD', 'STATUS', name='sessionend', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_login_session_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_session')),
    sa.UniqueConstraint('token_hash', name='uq_login_session_token_hash'),
    info={'frozen': ['person_id', 'token_hash', 'created_at', 'expires_at']}
    )
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.create_index('ix_login_session_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_login_session_person_id', ['person_id'], unique=False)

    op.create_table('person_view',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('viewer_id', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['person.id'], name=op.f('fk_person_view_subject_id')),
    sa.ForeignKeyConstraint(['viewer_id'], ['person.id'], name=op.f('fk_person_view_viewer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_view')),
    info={'append_only': True}
    )
    with op.batch_alter_table('person_view', schema=None) as batch_op:
        batch_op.create_index('ix_person_view_subject_id_at', ['subject_id', 'at'], unique=False)

    op.create_table('posting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('org_unit_id', sa.Integer(), nullable=False),
    sa.Column('position_title', sa.String(length=160), nullable=False),
    sa.Column('position_type', sa.Enum('SENIOR_EXECUTIVE', 'ADMINISTRATOR', 'SUPERVISOR_POST', 'FUNCTIONAL', 'OPERATIONAL', name='positiontype', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('grade_code', sa.String(length=8), nullable=True),
    sa.Column('kind', sa.Enum('DEFINITIVE', 'ACTING', name='postingkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_posting_period')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_posting_org_unit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_posting_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting')),
    info={'frozen': ['person_id', 'org_unit_id', 'kind', 'starts_on']}
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index('ix_posting_org_unit_id', ['org_unit_id'], unique=False)
        batch_op.create_index('ix_posting_person_id_starts_on', ['person_id', 'starts_on'], unique=False)
        batch_op.create_index('uq_posting_open_seat', ['person_id'], unique=True, sqlite_where=sa.text("ends_on IS NULL AND kind = 'DEFINITIVE'"), postgresql_where=sa.text("ends_on IS NULL AND kind = 'DEFINITIVE'"))

    op.create_table('role_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('SUPERVISOR', 'HR', 'TRAINER', 'ADMIN', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('org_unit_id', sa.Integer(), nullable=True),
    sa.Column('course_key', sa.String(length=80), nullable=True),
    sa.Column('scope', sa.String(length=100), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted_by', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('org_unit_id IS NULL OR course_key IS NULL', name=op.f('ck_role_grant_one_scope')),
    sa.ForeignKeyConstraint(['ended_by'], ['person.id'], name=op.f('fk_role_grant_ended_by')),
    sa.ForeignKeyConstraint(['granted_by'], ['person.id'], name=op.f('fk_role_grant_granted_by')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_role_grant_org_unit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_grant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    info={'frozen': ['person_id', 'role', 'org_unit_id', 'course_key', 'scope', 'granted_at', 'granted_by'], 'frozen_when': 'OLD.ended_at IS NOT NULL'}
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index('uq_role_grant_open', ['person_id', 'role', 'scope'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('sheet_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.Enum('PEOPLE', 'UNITS', name='importkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('UPLOADED', 'REFUSED', 'CHECKED', 'APPLYING', 'APPLIED', name='importstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('filename', sa.String(length=120), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['org_unit.id'], name=op.f('fk_sheet_import_agency_id')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_sheet_import_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_import')),
    sa.UniqueConstraint('public_id', name='uq_sheet_import_public_id')
    )
    with op.batch_alter_table('sheet_import', schema=None) as batch_op:
        batch_op.create_index('ix_sheet_import_uploaded_at', ['uploaded_at'], unique=False)

    op.create_table('unit_count',
    sa.Column('org_unit_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('assigned', sa.Integer(), nullable=False),
    sa.Column('started', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_unit_count_org_unit_id')),
    sa.PrimaryKeyConstraint('org_unit_id', 'course_key', name=op.f('pk_unit_count'))
    )
    op.create_table('course_source',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_course_source_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'path', name=op.f('pk_course_source')),
    info={'append_only': True}
    )
    op.create_table('course_upload',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('compiled', sa.Text(), nullable=True),
    sa.Column('published_version_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['published_version_id'], ['course_version.id'], name=op.f('fk_course_upload_published_version_id')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_course_upload_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_upload')),
    sa.UniqueConstraint('public_id', name='uq_course_upload_public_id')
    )
    with op.batch_alter_table('course_upload', schema=None) as batch_op:
        batch_op.create_index('ix_course_upload_uploaded_at', ['uploaded_at'], unique=False)

    op.create_table('decision_tally',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('module_slug', sa.String(length=80), nullable=False),
    sa.Column('dilemma_key', sa.String(length=80), nullable=False),
    sa.Column('variant', sa.String(length=20), nullable=False),
    sa.Column('scene_key', sa.String(length=80), nullable=False),
    sa.Column('option_key', sa.String(length=4), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_decision_tally_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'module_slug', 'dilemma_key', 'variant', 'scene_key', 'option_key', name=op.f('pk_decision_tally'))
    )
    op.create_table('enrolment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('course_title', sa.String(length=200), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('edition', sa.String(length=16), nullable=True),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('org_unit_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('NOT_STARTED', 'IN_PROGRESS', 'PASSED', name='enrolmentstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('steps_total', sa.Integer(), nullable=False),
    sa.Column('steps_done', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'PASSED') = (completed_at IS NOT NULL)", name=op.f('ck_enrolment_completed')),
    sa.CheckConstraint('steps_done >= 0 AND steps_done <= steps_total', name=op.f('ck_enrolment_steps')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_enrolment_assignment_id')),
    sa.ForeignKeyConstraint(['org_unit_id'], ['org_unit.id'], name=op.f('fk_enrolment_org_unit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrolment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('person_id', 'course_key', 'cycle', name='uq_enrolment_person_id_course_key_cycle'),
    sa.UniqueConstraint('public_id', name='uq_enrolment_public_id')
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_unit', ['org_unit_id', 'course_key', 'status'], unique=False)
        batch_op.create_index('uq_enrolment_current', ['person_id', 'course_key'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('module_version',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('jp', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('compiled', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_module_version_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'number', name=op.f('pk_module_version')),
    sa.UniqueConstraint('version_id', 'slug', name='uq_module_version_version_id_slug'),
    info={'append_only': True}
    )
    op.create_table('publish_log',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('from_version_id', sa.Integer(), nullable=True),
    sa.Column('to_version_id', sa.Integer(), nullable=False),
    sa.Column('change', sa.Enum('FIRST', 'TYPO', 'CLARIFICATION', 'SUBSTANCE', 'LAW', name='changekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('redo', sa.Enum('NOBODY', 'IN_PROGRESS', 'EVERYONE', name='redo', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_publish_log_course_id')),
    sa.ForeignKeyConstraint(['from_version_id'], ['course_version.id'], name=op.f('fk_publish_log_from_version_id')),
    sa.ForeignKeyConstraint(['published_by'], ['person.id'], name=op.f('fk_publish_log_published_by')),
    sa.ForeignKeyConstraint(['to_version_id'], ['course_version.id'], name=op.f('fk_publish_log_to_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publish_log')),
    info={'append_only': True}
    )
    op.create_table('attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.String(length=16), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('max_attempts', sa.Integer(), nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('layout', sa.Text(), nullable=False),
    sa.Column('flags', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deadline_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('OPEN', 'SUBMITTED', 'EXPIRED', name='attemptstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('score', sa.Numeric(precision=5, scale=2), nullable=True),
    sa.Column('marks', sa.Text(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.Column('closed_by', sa.Enum('LEARNER', 'DEADLINE', name='closedby', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.CheckConstraint("(state = 'OPEN') = (submitted_at IS NULL) AND (state = 'OPEN') = (score IS NULL) AND (state = 'OPEN') = (passed IS NULL) AND (state = 'OPEN') = (closed_by IS NULL) AND (state = 'OPEN') = (marks IS NULL)", name=op.f('ck_attempt_closed_with_result')),
    sa.CheckConstraint('deadline_at > started_at', name=op.f('ck_attempt_deadline_after_start')),
    sa.CheckConstraint('number >= 1 AND number <= max_attempts', name=op.f('ck_attempt_number_within_limit')),
    sa.CheckConstraint('score IS NULL OR (score >= 0 AND score <= 100)', name=op.f('ck_attempt_score_range')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_attempt_enrolment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attempt_person_id')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_attempt_question_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('enrolment_id', 'number', name='uq_attempt_enrolment_id_number'),
    sa.UniqueConstraint('public_id', name='uq_attempt_public_id'),
    info={'frozen': ['public_id', 'question_set_id', 'enrolment_id', 'person_id', 'course_key', 'edition', 'number', 'max_attempts', 'seed', 'layout', 'started_at', 'deadline_at'], 'frozen_when': "OLD.state <> 'OPEN'"}
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_open_deadline', ['deadline_at'], unique=False, sqlite_where=sa.text("state = 'OPEN'"), postgresql_where=sa.text("state = 'OPEN'"))
        batch_op.create_index('ix_attempt_person_id_course_key', ['person_id', 'course_key'], unique=False)
        batch_op.create_index('uq_attempt_one_open', ['person_id', 'course_key'], unique=True, sqlite_where=sa.text("state = 'OPEN'"), postgresql_where=sa.text("state = 'OPEN'"))

    op.create_table('decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('module_slug', sa.String(length=80), nullable=False),
    sa.Column('dilemma_key', sa.String(length=80), nullable=False),
    sa.Column('variant', sa.String(length=20), nullable=False),
    sa.Column('scene_key', sa.String(length=80), nullable=False),
    sa.Column('option_key', sa.String(length=4), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_decision_enrolment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_decision_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_decision_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('enrolment_id', 'module_slug', 'dilemma_key', 'scene_key', name='uq_decision_once'),
    info={'append_only': True}
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index('ix_decision_person_id', ['person_id'], unique=False)

    op.create_table('step_record',
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step_key', sa.String(length=200), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_step_record_enrolment_id')),
    sa.PrimaryKeyConstraint('enrolment_id', 'step_key', name=op.f('pk_step_record'))
    )
    op.create_table('pass_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.String(length=16), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('module_scores', sa.Text(), nullable=False),
    sa.Column('passed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_pass_record_attempt_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_pass_record_enrolment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pass_record_person_id')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_pass_record_question_set_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pass_record')),
    sa.UniqueConstraint('attempt_id', name='uq_pass_record_attempt_id'),
    sa.UniqueConstraint('enrolment_id', name='uq_pass_record_enrolment_id'),
    info={'append_only': True}
    )
    with op.batch_alter_table('pass_record', schema=None) as batch_op:
        batch_op.create_index('ix_pass_record_person_id_course_key', ['person_id', 'course_key'], unique=False)

    op.create_table('response',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_no', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('item_no >= 1 AND revision >= 1', name=op.f('ck_response_numbers_from_one')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_response_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response')),
    sa.UniqueConstraint('attempt_id', 'item_no', 'revision', name='uq_response_attempt_id_item_no_revision'),
    info={'append_only': True}
    )
    op.create_table('certificate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('pass_record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('timezone', sa.String(length=40), nullable=False),
    sa.Column('template', sa.String(length=8), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('payload_hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('length(code) = 16', name=op.f('ck_certificate_code_length')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_certificate_enrolment_id')),
    sa.ForeignKeyConstraint(['pass_record_id'], ['pass_record.id'], name=op.f('fk_certificate_pass_record_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code', name='uq_certificate_code'),
    sa.UniqueConstraint('enrolment_id', name='uq_certificate_enrolment_id'),
    sa.UniqueConstraint('number', name='uq_certificate_number'),
    sa.UniqueConstraint('pass_record_id', name='uq_certificate_pass_record_id'),
    info={'append_only': True}
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_person_id_course_key', ['person_id', 'course_key'], unique=False)

    op.create_table('certificate_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('REVOKED', 'SUPERSEDED', name='certificateeventkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Enum('TAKEN_BY_OTHER', 'QUIZ_RULES_BROKEN', 'WRONG_DATA', 'ISSUED_BY_MISTAKE', 'OFFICIAL_DECISION', name='revocationreason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('successor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(kind = 'REVOKED') = (reason IS NOT NULL)", name=op.f('ck_certificate_event_reason')),
    sa.CheckConstraint("(kind = 'SUPERSEDED') = (successor_id IS NOT NULL)", name=op.f('ck_certificate_event_successor')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_certificate_event_actor_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_event_certificate_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['certificate.id'], name=op.f('fk_certificate_event_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_event')),
    sa.UniqueConstraint('certificate_id', 'kind', name='uq_certificate_event_certificate_id_kind'),
    info={'append_only': True}
    )
    # ### end Alembic commands ###
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_table('certificate_event')
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_certificate_person_id_course_key')

    op.drop_table('certificate')
    op.drop_table('response')
    with op.batch_alter_table('pass_record', schema=None) as batch_op:
        batch_op.drop_index('ix_pass_record_person_id_course_key')

    op.drop_table('pass_record')
    op.drop_table('step_record')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index('ix_decision_person_id')

    op.drop_table('decision')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_one_open', sqlite_where=sa.text("state = 'OPEN'"), postgresql_where=sa.text("state = 'OPEN'"))
        batch_op.drop_index('ix_attempt_person_id_course_key')
        batch_op.drop_index('ix_attempt_open_deadline', sqlite_where=sa.text("state = 'OPEN'"), postgresql_where=sa.text("state = 'OPEN'"))

    op.drop_table('attempt')
    op.drop_table('publish_log')
    op.drop_table('module_version')
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index('uq_enrolment_current', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_enrolment_unit')

    op.drop_table('enrolment')
    op.drop_table('decision_tally')
    with op.batch_alter_table('course_upload', schema=None) as batch_op:
        batch_op.drop_index('ix_course_upload_uploaded_at')

    op.drop_table('course_upload')
    op.drop_table('course_source')
    op.drop_table('unit_count')
    with op.batch_alter_table('sheet_import', schema=None) as batch_op:
        batch_op.drop_index('ix_sheet_import_uploaded_at')

    op.drop_table('sheet_import')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index('uq_role_grant_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('role_grant')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index('uq_posting_open_seat', sqlite_where=sa.text("ends_on IS NULL AND kind = 'DEFINITIVE'"), postgresql_where=sa.text("ends_on IS NULL AND kind = 'DEFINITIVE'"))
        batch_op.drop_index('ix_posting_person_id_starts_on')
        batch_op.drop_index('ix_posting_org_unit_id')

    op.drop_table('posting')
    with op.batch_alter_table('person_view', schema=None) as batch_op:
        batch_op.drop_index('ix_person_view_subject_id_at')

    op.drop_table('person_view')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_index('ix_login_session_person_id')
        batch_op.drop_index('ix_login_session_expires_at')

    op.drop_table('login_session')
    op.drop_table('letterhead')
    op.drop_table('election_stage')
    op.drop_table('election_event_region')
    op.drop_table('course_version')
    op.drop_table('course_media')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index('ix_assignment_org_unit_id')

    op.drop_table('assignment')
    with op.batch_alter_table('access_token', schema=None) as batch_op:
        batch_op.drop_index('ix_access_token_person_id')

    op.drop_table('access_token')
    op.drop_table('question_set')
    with op.batch_alter_table('promotion_rule', schema=None) as batch_op:
        batch_op.drop_index('uq_promotion_rule_open', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))

    op.drop_table('promotion_rule')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index('ix_person_name')

    op.drop_table('person')
    with op.batch_alter_table('org_unit', schema=None) as batch_op:
        batch_op.drop_index('uq_org_unit_root_code', sqlite_where=sa.text('parent_id IS NULL'), postgresql_where=sa.text('parent_id IS NULL'))
        batch_op.drop_index('ix_org_unit_path')
        batch_op.drop_index('ix_org_unit_parent_id')

    op.drop_table('org_unit')
    with op.batch_alter_table('mail_message', schema=None) as batch_op:
        batch_op.drop_index('ix_mail_message_person_id')

    op.drop_table('mail_message')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_state_run_at')

    op.drop_table('job')
    op.drop_table('election_event')
    op.drop_table('course')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')
        batch_op.drop_index('ix_audit_entry_about_id')

    op.drop_table('audit_entry')
    # ### end Alembic commands ###
