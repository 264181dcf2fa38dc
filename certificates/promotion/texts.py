"""Sentences for rules, verdicts and bulk checks: refusals, reasons, what to do, words for closed lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from certificates.promotion.eligibility import Outcome, Reason, ReasonCode, Verdict
from certificates.promotion.models import RuleVerdict
from certificates.promotion.rulebook import RuleProblem
from certificates.promotion.rules import Demand, Mode, Proof, RequirementSource, Rule, RuleKind
from learning.kernel.web import format_date
from learning.people import texts as people_texts
from learning.people.kinds import EmploymentType, PositionType

TEXTS = {
    "certificates.rule_not_later": _l(
        "Aturan %(key)s berubah; tulis tanggal mulai berlaku sesudah %(day)s, yaitu awal versi sebelumnya."
    ),
    "certificates.rule_key_taken": _l("Kunci %(key)s sudah dipakai aturan lain. Pilih kunci yang lain."),
    "certificates.rule_agency": _l("Tidak ada instansi dengan kode %(agency)s."),
    "certificates.rule_unchanged": _l("Usulan ini sama persis dengan aturan yang berlaku."),
    "certificates.rule_waits": _l(
        "Masih ada usulan perubahan aturan ini yang menunggu keputusan. Selesaikan dahulu."
    ),
    "certificates.rule_gone": _l("Usulan ini tidak ada, atau tidak termasuk yang boleh Anda putuskan."),
    "certificates.rule_reads_differently": _l(
        "Isi usulan tidak sama dengan yang Anda baca. Buka lagi halamannya."
    ),
    "certificates.rule_two_people": _l("Usulan disetujui orang lain, bukan pengusulnya sendiri."),
    "certificates.rule_not_yours": _l("Hanya pengusul yang dapat menarik usulannya."),
    "certificates.rule_decided": _l("Usulan ini sudah diputuskan."),
    "certificates.rule_remark_missing": _l("Tuliskan apa yang harus diperbaiki."),
    "certificates.person_unknown": _l(
        "NIP ini tidak tercatat pada instansi Anda. Periksa angkanya; pegawai instansi lain hanya dapat"
        " diperiksa oleh instansinya."
    ),
    "certificates.rule_unknown": _l("Pilih salah satu aturan yang tersedia."),
    "certificates.check_gone": _l("Pemeriksaan ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "certificates.check_not_done": _l("Pemeriksaan ini belum selesai. Buka lagi halamannya nanti."),
    "certificates.workbook_too_long": _l("Lebih dari %(limit)s baris. Unduh sebagai CSV."),
    "certificates.waiver_oneself": _l("Pengecualian untuk diri sendiri diberikan admin lain."),
    "certificates.waiver_unknown": _l("Pilih alasan pengecualian yang disebut aturannya."),
    "certificates.waiver_days": _l("Hari terakhir harus sama dengan atau sesudah hari pertama."),
    "certificates.waiver_basis": _l("Tuliskan keputusan yang menjadi dasar pengecualian."),
    "certificates.waiver_gone": _l("Pengecualian ini tidak ada, atau tidak termasuk yang boleh Anda kelola."),
}

SOURCES: dict[str, Any] = {
    RequirementSource.LAW: _l("Peraturan perundang-undangan"),
    RequirementSource.AGENCY_POLICY: _l("Kebijakan instansi"),
    RequirementSource.DEMO_POLICY: _l("Kebijakan contoh (demo)"),
}
KINDS: dict[RuleKind, Any] = {RuleKind.POSITION: _l("Promosi jabatan"), RuleKind.RANK: _l("Kenaikan pangkat")}
MODES: dict[Mode, Any] = {
    Mode.ALL: _l("Semua kursus yang dipilih"),
    Mode.ANY: _l("Salah satu kursus yang dipilih"),
    Mode.COUNT: _l("Sejumlah kursus di antara yang dipilih"),
}
PROOFS: dict[Proof, Any] = {
    Proof.VALID: _l("Sertifikat berlaku pada tanggal efektif"),
    Proof.RECENT: _l("Lulus paling lama sekian bulan sebelum tanggal efektif"),
    Proof.EITHER: _l("Salah satu dari keduanya"),
}
RULE_VERDICTS: dict[RuleVerdict | None, Any] = {
    None: _l("Menunggu persetujuan"),
    RuleVerdict.APPROVED: _l("Disetujui"),
    RuleVerdict.RETURNED: _l("Dikembalikan"),
    RuleVerdict.WITHDRAWN: _l("Ditarik"),
}
RULE_LOOK = {
    None: ("warn", "hourglass"),
    RuleVerdict.APPROVED: ("ok", "circle-check"),
    RuleVerdict.RETURNED: ("bad", "rotate-ccw"),
    RuleVerdict.WITHDRAWN: ("", "ban"),
}
OUTCOMES: dict[Outcome, Any] = {
    Outcome.ELIGIBLE: _l("Memenuhi"),
    Outcome.NOT_YET: _l("Belum memenuhi"),
    Outcome.UNDETERMINED: _l("Perlu diperiksa"),
}
OUTCOME_LOOK = {
    Outcome.ELIGIBLE: ("ok", "circle-check"),
    Outcome.NOT_YET: ("bad", "circle-x"),
    Outcome.UNDETERMINED: ("warn", "clock"),
}
# %(number)s, %(day)s, %(until)s, %(course)s, %(from)s, %(have)s, %(need)s, %(words)s are filled by `sentence`.
REASON: dict[ReasonCode, Any] = {
    ReasonCode.VALID_CERTIFICATE: _l("Sertifikat %(number)s berlaku pada %(day)s."),
    ReasonCode.RECENT_PASS: _l("Lulus %(course)s pada %(passed)s, masih dalam jangka waktu yang diminta."),
    ReasonCode.ENOUGH_JP: _l("Jumlah jam pelajaran %(have)s JP, diminta paling sedikit %(need)s JP."),
    ReasonCode.EXEMPT: _l("Dikecualikan: %(words)s."),
    ReasonCode.NO_CERTIFICATE: _l("Belum ada sertifikat %(course)s atas nama orang ini."),
    ReasonCode.EXPIRED: _l("Sertifikat %(number)s hanya berlaku sampai %(until)s."),
    ReasonCode.REVOKED: _l("Sertifikat %(number)s dicabut pada %(until)s."),
    ReasonCode.NOT_YET_ISSUED: _l("Sertifikat %(number)s baru terbit %(from)s, sesudah tanggal pemeriksaan."),
    ReasonCode.EDITION_TOO_OLD: _l(
        "Sertifikat %(number)s dari edisi kursus %(edition)s; yang dihitung edisi sejak %(wanted)s."
    ),
    ReasonCode.PASSED_TOO_LONG_AGO: _l("Lulus %(course)s pada %(passed)s, terlalu lama sebelum %(day)s."),
    ReasonCode.TOO_FEW_COURSES: _l("Baru %(have)s kursus terpenuhi, diminta %(need)s."),
    ReasonCode.TOO_LITTLE_JP: _l("Baru %(have)s JP terpenuhi, diminta paling sedikit %(need)s JP."),
    ReasonCode.RULE_NOT_IN_FORCE: _l("Aturan ini tidak berlaku pada %(day)s. Pilih tanggal dalam masa berlakunya."),
    ReasonCode.PERSON_NOT_SERVING: _l("Orang ini tercatat tidak lagi bertugas pada %(day)s."),
    ReasonCode.NO_POSTING: _l("Tidak ada penempatan definitif yang tercatat pada %(day)s. Lengkapi dahulu."),
    ReasonCode.OVERLAPPING_POSTINGS: _l("Dua penempatan definitif tumpang tindih pada %(day)s. Pastikan unitnya."),
    ReasonCode.OTHER_AGENCY: _l("Pada %(day)s orang ini bertugas di instansi lain; aturan ini bukan untuknya."),
    ReasonCode.NOT_FOR_POSITION: _l("Jenis jabatannya pada %(day)s tidak termasuk yang diatur aturan ini."),
    ReasonCode.NOT_FOR_GRADE: _l("Golongan %(words)s tidak termasuk yang diatur aturan ini."),
    ReasonCode.GRADE_UNKNOWN: _l("Golongannya pada %(day)s belum tercatat. Lengkapi dahulu."),
    ReasonCode.EDITION_UNKNOWN: _l("Edisi kursus di balik sertifikat %(number)s tidak ditemukan. Laporkan kepada admin."),
    ReasonCode.PASS_WITHOUT_CERTIFICATE: _l(
        "Kelulusan %(course)s tercatat, tetapi sertifikatnya tidak ditemukan. Laporkan kepada admin."
    ),
    ReasonCode.RANK_RULE_NOT_FOR_CONTRACT: _l(
        "PPPK tidak mengenal kenaikan pangkat, jadi aturan ini tidak dapat dipakai untuknya."
    ),
    ReasonCode.EXPIRES_SOON: _l(
        "Sertifikat %(number)s habis %(until)s, kurang dari tiga bulan sesudah tanggal pemeriksaan."
    ),
    ReasonCode.TRANSITION: _l("Memenuhi menurut syarat lama, yang masih cukup sampai %(wanted)s."),
    ReasonCode.MEND_BY: _l("Masih dapat dipenuhi paling lambat %(wanted)s."),
}  # fmt: skip
# What whoever reads a spreadsheet does next; nothing where there is nothing to do.
REMEDY: dict[ReasonCode, Any] = {
    ReasonCode.NO_CERTIFICATE: _l("Selesaikan kursus %(course)s paling lambat %(day)s."),
    ReasonCode.EXPIRED: _l("Ulangi kursus %(course)s paling lambat %(day)s."),
    ReasonCode.REVOKED: _l("Ulangi kursus %(course)s paling lambat %(day)s."),
    ReasonCode.NOT_YET_ISSUED: _l("Tanyakan untuk tanggal sejak %(from)s."),
    ReasonCode.EDITION_TOO_OLD: _l("Ikuti edisi baru kursus %(course)s paling lambat %(day)s."),
    ReasonCode.PASSED_TOO_LONG_AGO: _l("Ulangi kursus %(course)s paling lambat %(day)s."),
    ReasonCode.RULE_NOT_IN_FORCE: _l("Pilih tanggal dalam masa berlaku aturan."),
    ReasonCode.PERSON_NOT_SERVING: _l("Cocokkan dengan data kepegawaian."),
    ReasonCode.NO_POSTING: _l("Catat penempatannya."),
    ReasonCode.OVERLAPPING_POSTINGS: _l("Perbaiki tanggal penempatannya."),
    ReasonCode.OTHER_AGENCY: _l("Pakai aturan instansinya."),
    ReasonCode.NOT_FOR_POSITION: _l("Pakai aturan untuk jenis jabatannya."),
    ReasonCode.NOT_FOR_GRADE: _l("Pakai aturan untuk golongannya."),
    ReasonCode.GRADE_UNKNOWN: _l("Lengkapi golongannya."),
    ReasonCode.EDITION_UNKNOWN: _l("Laporkan kepada admin."),
    ReasonCode.PASS_WITHOUT_CERTIFICATE: _l("Laporkan kepada admin."),
    ReasonCode.RANK_RULE_NOT_FOR_CONTRACT: _l("Keluarkan dari daftar kenaikan pangkat."),
}
# What is wrong with a rule as it was written (`rulebook`).
RULE_PROBLEMS: dict[str, Any] = {
    "rule.not_yaml": _l("Berkas ini bukan YAML dalam UTF-8."),
    "rule.no_list": _l("Di sini diminta daftar."),
    "rule.no_block": _l("Di sini diminta blok nama dan isi."),
    "rule.unknown_name": _l("Nama ini tidak dikenal."),
    "rule.missing": _l("Belum diisi."),
    "rule.no_text": _l("Di sini diminta teks."),
    "rule.too_long": _l("Terlalu panjang, paling banyak %(max)s huruf."),
    "rule.too_many": _l("Terlalu banyak, paling banyak %(max)s."),
    "rule.day": _l("Tulis tanggal antara tahun 2000 dan 2100, misalnya 2026-07-01."),
    "rule.days_reversed": _l("Hari terakhir harus sama dengan atau sesudah hari pertama."),
    "rule.number": _l("Tulis bilangan bulat dari 0 sampai %(max)s."),
    "rule.word": _l("Pilih salah satu dari: %(words)s."),
    "rule.key_form": _l("Kunci terdiri atas huruf kecil, angka, dan tanda hubung."),
    "rule.key_twice": _l("Kunci %(key)s ada dua kali."),
    "rule.course_twice": _l("Kursus %(key)s ada dua kali."),
    "rule.grade": _l("“%(found)s” bukan golongan; tulis misalnya III/c atau IX."),
    "rule.asks_nothing": _l("Pilih paling sedikit satu kursus, atau isi jumlah JP."),
    "rule.count": _l("Isi dari 1 sampai banyaknya kursus (%(courses)s), hanya bila caranya “sejumlah”."),
    "rule.months": _l("Kosongkan bulan bila hanya sertifikat yang berlaku dihitung."),
    "rule.months_missing": _l("Isi berapa bulan kelulusan dihitung."),
    "rule.exemption_who": _l("Isi jenis pegawai atau jabatan, atau kunci untuk alasan perorangan; tidak keduanya."),
}  # fmt: skip


def problem_sentence(problem: RuleProblem) -> str:
    """What is wrong with a rule at one place, in words."""
    return str(RULE_PROBLEMS[problem.code]) % problem.params


class Speaker:
    """Says reasons for one effective date in the language of the moment. A list of thousands looks each sentence up once."""

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self._day = format_date(as_of)
        self._sentences = {code: str(text) for code, text in REASON.items()}
        self._remedies = {code: str(text) for code, text in REMEDY.items()}
        self._outcomes = {outcome: str(text) for outcome, text in OUTCOMES.items()}

    def outcome(self, outcome: Outcome) -> str:
        """The verdict in words."""
        return self._outcomes[outcome]

    def sentence(self, reason: Reason) -> str:
        """One reason as a sentence, with number and days of the record it speaks of."""
        return self._sentences[reason.code] % _Words(reason, self.as_of, self._day)

    def remedy(self, verdict: Verdict) -> str:
        """What to do about a verdict, "" when nothing is."""
        told = dict.fromkeys(
            self._remedies[reason.code] % _Words(reason, self.as_of, self._day)
            for reason in verdict.reasons
            if reason.code in self._remedies
        )
        return " ".join(told)


def sentence(reason: Reason, as_of: date) -> str:
    """One reason as a sentence, with number and days of the record it speaks of."""
    return Speaker(as_of).sentence(reason)


def remedy(verdict: Verdict) -> str:
    """What to do about a verdict, "" when nothing is."""
    return Speaker(verdict.as_of).remedy(verdict)


class _Words(dict[str, object]):
    """The values of a sentence, made when the sentence asks for them."""

    def __init__(self, reason: Reason, as_of: date, day: str) -> None:
        super().__init__(day=day, have=reason.have, need=reason.need, words=reason.words)
        self._reason, self._as_of = reason, as_of

    def __missing__(self, name: str) -> object:
        record, course = self._reason.certificate, self._reason.course
        if name == "course":
            return course.title if course else ""
        if name == "wanted":
            return format_date(self._reason.day)
        if record is None:
            return ""
        if name == "number":
            return record.number
        ended = record.revoked_on is not None and record.revoked_on <= self._as_of
        days = {
            "until": record.revoked_on if ended else record.expires_on,
            "from": record.issued_on,
            "passed": record.passed_on or record.issued_on,
            "edition": record.edition_on,
        }
        return format_date(days[name])


def demand_sentences(demand: Demand) -> list[str]:
    """What a demand asks for, in sentences that a person without the form understands."""
    return list(_demand(demand))


def _demand(demand: Demand) -> Iterable[str]:
    titles = [
        _("%(course)s (edisi sejak %(day)s)", course=need.title, day=format_date(need.edition_from))
        if need.edition_from
        else need.title
        for need in demand.courses
    ]
    names = "; ".join(titles)
    if len(titles) == 1:
        yield _("Kursus %(courses)s.", courses=names)
    elif titles and demand.mode is Mode.ALL:
        yield _("Semua kursus ini: %(courses)s.", courses=names)
    elif titles and demand.mode is Mode.ANY:
        yield _("Salah satu kursus ini: %(courses)s.", courses=names)
    elif titles:
        yield _("%(count)s dari kursus ini: %(courses)s.", count=demand.count, courses=names)
    if demand.min_jp:
        yield _("Jumlah jam pelajaran paling sedikit %(jp)s JP.", jp=demand.min_jp)
    if demand.proof is Proof.VALID:
        yield _("Sertifikatnya berlaku pada tanggal efektif.")
    elif demand.proof is Proof.RECENT:
        yield _("Lulus paling lama %(months)s bulan sebelum tanggal efektif.", months=demand.months)
    else:
        yield _(
            "Sertifikatnya berlaku pada tanggal efektif, atau lulus paling lama %(months)s bulan sebelumnya.",
            months=demand.months,
        )


def exemption_sentences(rule: Rule) -> list[str]:
    """Who need not prove anything, and why."""
    told = []
    for one in rule.exemptions:
        who = [str(people_texts.EMPLOYMENT_TYPES[EmploymentType(kind)]) for kind in one.employment_types]
        who += [str(people_texts.POSITION_TYPES[PositionType(kind)]) for kind in one.position_types]
        if one.key:
            told.append(_("%(reason)s (diberikan perorangan)", reason=one.reason))
        else:
            told.append(f"{', '.join(who)}: {one.reason}")
    return told


def positions_sentence(rule: Rule) -> str | None:
    """From which positions and grades one may be promoted by the rule; None: it does not say."""
    words = [str(people_texts.POSITION_TYPES[PositionType(kind)]) for kind in rule.from_positions]
    return "; ".join(part for part in (", ".join(words), ", ".join(rule.from_grades)) if part) or None
