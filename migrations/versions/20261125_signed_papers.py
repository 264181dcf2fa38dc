"""signed papers: kept documents, the keys that signed them, batches; letterheads with versions and a look of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        "CREATE TRIGGER guard_certificate_document_update BEFORE UPDATE ON certificate_document BEGIN SELECT RAISE(ABORT, 'frozen: certificate_document'); END",
        "CREATE TRIGGER guard_certificate_document_delete BEFORE DELETE ON certificate_document BEGIN SELECT RAISE(ABORT, 'frozen: certificate_document'); END",
        "CREATE TRIGGER guard_letterhead_update BEFORE UPDATE ON letterhead BEGIN SELECT RAISE(ABORT, 'frozen: letterhead'); END",
        "CREATE TRIGGER guard_letterhead_delete BEFORE DELETE ON letterhead BEGIN SELECT RAISE(ABORT, 'frozen: letterhead'); END",
        "CREATE TRIGGER guard_letterhead_emblem_update BEFORE UPDATE ON letterhead_emblem BEGIN SELECT RAISE(ABORT, 'frozen: letterhead_emblem'); END",
        "CREATE TRIGGER guard_letterhead_emblem_delete BEFORE DELETE ON letterhead_emblem BEGIN SELECT RAISE(ABORT, 'frozen: letterhead_emblem'); END",
        "CREATE TRIGGER guard_paper_batch_update BEFORE UPDATE ON paper_batch BEGIN SELECT RAISE(ABORT, 'frozen: paper_batch'); END",
        "CREATE TRIGGER guard_paper_batch_delete BEFORE DELETE ON paper_batch BEGIN SELECT RAISE(ABORT, 'frozen: paper_batch'); END",
        "CREATE TRIGGER guard_signer_certificate_update BEFORE UPDATE ON signer_certificate BEGIN SELECT RAISE(ABORT, 'frozen: signer_certificate'); END",
        "CREATE TRIGGER guard_signer_certificate_delete BEFORE DELETE ON signer_certificate BEGIN SELECT RAISE(ABORT, 'frozen: signer_certificate'); END",
        "CREATE TRIGGER guard_signer_distrust_update BEFORE UPDATE ON signer_distrust BEGIN SELECT RAISE(ABORT, 'frozen: signer_distrust'); END",
        "CREATE TRIGGER guard_signer_distrust_delete BEFORE DELETE ON signer_distrust BEGIN SELECT RAISE(ABORT, 'frozen: signer_distrust'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER guard_certificate_document_change BEFORE UPDATE OR DELETE ON certificate_document FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_certificate_document_truncate BEFORE TRUNCATE ON certificate_document FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_letterhead_change BEFORE UPDATE OR DELETE ON letterhead FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_letterhead_truncate BEFORE TRUNCATE ON letterhead FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_letterhead_emblem_change BEFORE UPDATE OR DELETE ON letterhead_emblem FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_letterhead_emblem_truncate BEFORE TRUNCATE ON letterhead_emblem FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_paper_batch_change BEFORE UPDATE OR DELETE ON paper_batch FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_paper_batch_truncate BEFORE TRUNCATE ON paper_batch FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_signer_certificate_change BEFORE UPDATE OR DELETE ON signer_certificate FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_signer_certificate_truncate BEFORE TRUNCATE ON signer_certificate FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_signer_distrust_change BEFORE UPDATE OR DELETE ON signer_distrust FOR EACH ROW EXECUTE FUNCTION netra_refuse()",
        "CREATE TRIGGER guard_signer_distrust_truncate BEFORE TRUNCATE ON signer_distrust FOR EACH STATEMENT EXECUTE FUNCTION netra_refuse()",
    ],
}
NEW_COLUMNS = (
    ("version", sa.Integer()),
    ("logo", sa.String(length=64)),
    ("colour", sa.String(length=7)),
    ("accent", sa.String(length=7)),
    ("bilingual", sa.Boolean()),
    ("number_pattern", sa.String(length=40)),
)
LETTERHEAD_GUARDS = {
    "sqlite": ("guard_letterhead_update", "guard_letterhead_delete"),
    "postgresql": ("guard_letterhead_change", "guard_letterhead_truncate"),
}


def _unguard_letterhead() -> None:
    dialect = op.get_bind().dialect.name
    on = " ON letterhead" if dialect == "postgresql" else ""
    for name in LETTERHEAD_GUARDS[dialect]:
        op.execute(f"DROP TRIGGER {name}{on}")


def upgrade() -> None:
    op.create_table('letterhead_emblem',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letterhead_emblem')),
    sa.UniqueConstraint('sha256', name='uq_letterhead_emblem_sha256')
    )
    op.create_table('signer_certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('subject', sa.String(length=400), nullable=False),
    sa.Column('issuer', sa.String(length=400), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chain', sa.Text(), nullable=False),
    sa.Column('first_used_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signer_certificate')),
    sa.UniqueConstraint('fingerprint', name='uq_signer_certificate_fingerprint')
    )
    op.create_table('paper_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.Uuid(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('course_key', sa.String(length=80), nullable=False),
    sa.Column('certificate_ids', sa.Text(), nullable=False),
    sa.Column('job_id', sa.Integer(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['requested_by'], ['person.id'], name=op.f('fk_paper_batch_requested_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['org_unit.id'], name=op.f('fk_paper_batch_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_batch')),
    sa.UniqueConstraint('public_id', name='uq_paper_batch_public_id')
    )
    with op.batch_alter_table('paper_batch', schema=None) as batch_op:
        batch_op.create_index('ix_paper_batch_requested_by_id', ['requested_by', 'id'], unique=False)

    op.create_table('signer_distrust',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['signer_id'], ['signer_certificate.id'], name=op.f('fk_signer_distrust_signer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signer_distrust')),
    sa.UniqueConstraint('signer_id', name='uq_signer_distrust_signer_id')
    )
    op.create_table('certificate_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('template', sa.String(length=8), nullable=False),
    sa.Column('renderer', sa.String(length=60), nullable=False),
    sa.Column('signer_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(content) = size', name=op.f('ck_certificate_document_size')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_document_certificate_id')),
    sa.ForeignKeyConstraint(['signer_id'], ['signer_certificate.id'], name=op.f('fk_certificate_document_signer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_document')),
    sa.UniqueConstraint('certificate_id', name='uq_certificate_document_certificate_id'),
    sa.UniqueConstraint('sha256', name='uq_certificate_document_sha256')
    )
    # The table is built anew on SQLite and its rows get a number: its guards step aside meanwhile.
    _unguard_letterhead()
    with op.batch_alter_table('letterhead', schema=None) as batch_op:
        for column, kind in NEW_COLUMNS:
            batch_op.add_column(sa.Column(column, kind, nullable=True))
    op.execute(
        "UPDATE letterhead SET logo = '', colour = '', accent = '', bilingual = false, number_pattern = '', version = (SELECT count(*) FROM letterhead AS earlier "
        "WHERE earlier.agency_id = letterhead.agency_id AND earlier.id <= letterhead.id)"
    )
    with op.batch_alter_table('letterhead', schema=None) as batch_op:
        for column, kind in NEW_COLUMNS:
            batch_op.alter_column(column, existing_type=kind, nullable=False)
        batch_op.drop_constraint('uq_letterhead_agency_id_valid_from', type_='unique')
        batch_op.create_unique_constraint('uq_letterhead_agency_id_version', ['agency_id', 'version'])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)



def downgrade() -> None:
    _unguard_letterhead()
    # Of several versions that begin on one day the newest stays: the older schema knows only one.
    op.execute(
        "DELETE FROM letterhead WHERE EXISTS (SELECT 1 FROM letterhead AS later WHERE later.agency_id = letterhead.agency_id "
        "AND later.valid_from = letterhead.valid_from AND later.version > letterhead.version)"
    )
    with op.batch_alter_table('letterhead', schema=None) as batch_op:
        batch_op.drop_constraint('uq_letterhead_agency_id_version', type_='unique')
        batch_op.create_unique_constraint('uq_letterhead_agency_id_valid_from', ['agency_id', 'valid_from'])
        batch_op.drop_column('number_pattern')
        batch_op.drop_column('bilingual')
        batch_op.drop_column('accent')
        batch_op.drop_column('colour')
        batch_op.drop_column('logo')
        batch_op.drop_column('version')

    op.drop_table('certificate_document')
    op.drop_table('signer_distrust')
    with op.batch_alter_table('paper_batch', schema=None) as batch_op:
        batch_op.drop_index('ix_paper_batch_requested_by_id')

    op.drop_table('paper_batch')
    op.drop_table('signer_certificate')
    op.drop_table('letterhead_emblem')
    for statement in GUARDS[op.get_bind().dialect.name]:
        if " letterhead " in statement:
            op.execute(statement)
