"""Codes of this package as sentences: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from learning.kernel.access import Role
from learning.kernel.refusals import RefusalReason
from learning.people.import_plan import Effect
from learning.people.kinds import (
    EmploymentType,
    ImportKind,
    ImportState,
    PersonStatus,
    PositionType,
    PostingKind,
    SessionEnd,
    UnitKind,
)

WHAT: dict[str, Any] = {
    "nip.empty": _l("NIP belum diisi."),
    "nip.numeric_cell": _l("Sel NIP berisi bilangan; lembar kerja hanya menyimpan 15 angka pertama."),
    "nip.date_cell": _l("Sel NIP berisi tanggal."),
    "nip.scientific": _l("Lembar kerja mengubah NIP menjadi bilangan; angka-angka belakangnya hilang."),
    "nip.float_text": _l("NIP berekor koma desimal; angka belakangnya mungkin sudah dibulatkan."),
    "nip.separator": _l("NIP berisi tanda “%(mark)s” di antara angka."),
    "nip.letter_for_digit": _l("Huruf %(char)s di tempat angka %(digit)s, urutan ke-%(position)s."),
    "nip.foreign_digit": _l("Angka ke-%(position)s ditulis dengan aksara lain."),
    "nip.other_char": _l("Tanda “%(char)s” pada urutan ke-%(position)s bukan angka."),
    "nip.too_short": _l("NIP harus 18 angka, yang diisi %(count)s."),
    "nip.too_long": _l("NIP harus 18 angka, yang diisi %(count)s."),
    "nip.birth_date": _l("Delapan angka pertama (%(found)s) bukan tanggal lahir yang ada."),
    "nip.birth_in_future": _l("Tanggal lahir %(found)s belum terjadi."),
    "nip.appointment_code": _l(
        "Angka ke-13 dan ke-14 (%(found)s) bukan bulan pengangkatan dan bukan kode PPPK."
    ),
    "nip.sex_digit": _l("Angka ke-15 harus 1 atau 2, yang diisi %(found)s."),
    "nip.serial_zero": _l("Tiga angka terakhir 000; ini bekas pembulatan oleh lembar kerja."),
    "nip.apostrophe": _l("Ada tanda petik di depan NIP; angkanya utuh dan dipakai."),
    "nip.age": _l("Menurut NIP umurnya %(age)s tahun."),
    "nip.appointed_young": _l("Menurut NIP diangkat tahun %(year)s pada umur %(age)s tahun."),
    "nip.appointed_in_future": _l("Tahun pengangkatan %(year)s belum tiba."),
    "row.missing": _l("Belum diisi."),
    "row.name": _l("Nama terlalu pendek, terlalu panjang, atau berisi angka."),
    "row.email": _l("Alamat surel tidak lengkap atau berisi tanda yang tidak dikenal."),
    "row.no_email": _l("Tanpa surel; tautan aktivasi tidak dapat dikirim."),
    "row.unit_unknown": _l("Kode unit tidak ada dalam jangkauan Anda."),
    "row.unknown_word": _l("Kata ini tidak dikenal."),
    "row.grade": _l("Golongan ini tidak ada untuk jenis pegawainya."),
    "row.date": _l("Tanggal tidak terbaca."),
    "row.date_range": _l("Tahun %(year)s di luar kewajaran."),
    "row.too_long": _l("Isian terlalu panjang atau kosong."),
    "row.employment_mismatch": _l("Jenis pegawai tidak cocok dengan NIP, yang menunjukkan %(kind)s."),
    "row.nip_twice": _l("NIP ini sudah ada di baris %(first)s dengan isi yang berbeda."),
    "row.code_twice": _l("Kode ini sudah ada di baris %(first)s."),
    "row.unit_code": _l("Kode unit hanya huruf, angka, titik, garis bawah, garis miring, dan tanda hubung."),
    "row.region_code": _l("Kode wilayah tidak terbaca."),
    "row.zone_missing": _l("Instansi baru perlu zona waktu."),
    "row.agency_not_allowed": _l("Instansi baru hanya dapat ditambahkan oleh admin tanpa batas instansi."),
    "row.root_not_agency": _l("Unit tanpa induk harus berjenis instansi."),
    "row.agency_below": _l("Instansi tidak dapat berada di bawah unit lain."),
    "row.parent_unknown": _l("Kode induk tidak ada di berkas ini maupun dalam jangkauan Anda."),
    "row.parent_circle_or_bad": _l("Induknya ditolak, atau induk dan anak saling menunjuk."),
    "sheet.empty": _l("Berkas kosong."),
    "sheet.no_rows": _l("Kepala kolom ada, tetapi tidak ada satu baris pun di bawahnya."),
    "sheet.too_large": _l("Berkas lebih besar dari %(megabytes)s MB."),
    "sheet.too_many_rows": _l("Lebih dari %(limit)s baris."),
    "sheet.too_many_columns": _l("Lebih dari %(limit)s kolom."),
    "sheet.bomb": _l("Berkas ini mengembang jauh melebihi ukurannya dan tidak dibuka."),
    "sheet.locked_or_old": _l("Berkas terkunci kata sandi atau berformat Excel lama (.xls)."),
    "sheet.not_a_table": _l("Ini bukan berkas CSV atau XLSX."),
    "sheet.broken": _l("Berkas rusak dan tidak terbaca."),
    "sheet.encoding": _l("Huruf-hurufnya tidak terbaca."),
    "sheet.columns_missing": _l("Kolom ini tidak ditemukan: %(columns)s."),
    "sheet.column_twice": _l("Kolom %(column)s ada dua kali."),
    "row.end_before_start": _l("Hari terakhir mendahului hari pertama."),
    "row.acting_without_seat": _l("Orang ini belum punya jabatan definitif."),
    "row.start_before_end": _l("Penempatan terakhirnya baru berakhir %(until)s."),
    "row.missing_holds_role": _l("Tidak ada dalam berkas, tetapi masih memegang peran di Netra."),
    "row.missing_starts_later": _l("Tidak ada dalam berkas, tetapi penempatannya baru mulai %(since)s."),
    "row.changed_meanwhile": _l("Data orang atau unit ini berubah sesudah Anda memeriksa berkas."),
    "row.leaving_day_missing": _l("Sebab berhenti terisi, tetapi tanggalnya tidak."),
    "row.leaving_reason_missing": _l("Tanggal berhentinya sudah lewat, tetapi sebabnya tidak terisi."),
    "row.leaving_days_differ": _l("Hari terakhirnya %(last)s, tetapi TMT berhenti bukan hari sesudahnya."),
    "row.leaving_contradicts": _l("Tanggal berhentinya sudah lewat, tetapi keterangannya “masih bertugas”."),
    "row.leaves_later": _l(
        "Hari terakhirnya, %(last)s, belum lewat; sampai hari itu baris ini berlaku seperti biasa."
    ),
    "row.leaving_word": _l("Keterangan ini tidak dikenal dan diabaikan."),
    "row.leaving_elsewhere": _l("Pindah instansi bukan akhir masa kerja."),
    "row.leaving_unknown": _l("Pegawai yang berhenti ini tidak tercatat di instansi Anda."),
    "row.leaving_holds_role": _l("Pegawai ini masih memegang peran di Netra."),
    "row.leaving_before_seat": _l("Hari terakhirnya mendahului hari pertama penempatannya."),
    "people.in_other_agency": _l("Pegawai ini tercatat di instansi lain."),
    "people.not_active": _l("Pegawai ini sudah tidak aktif."),
    "people.person_above_self": _l(
        "Pegawai ini memegang peran di atas peran Anda; datanya hanya dapat diubah oleh admin yang setingkat."
    ),
    "people.posting_before_open": _l(
        "Sudah ada penempatan sejak %(since)s; yang baru harus mulai sesudahnya."
    ),
    "people.seat_taken_meanwhile": _l("Penempatan orang ini baru saja diubah dari tempat lain."),
    "people.number_taken": _l("NIP ini sudah terdaftar."),
    "people.unit_code_taken": _l("Kode unit %(found)s sudah dipakai."),
    "people.unit_circle": _l("Unit tidak dapat dipindahkan ke bawah dirinya sendiri."),
    "people.other_agency": _l("Unit hanya dapat dipindahkan di dalam instansinya."),
    "people.too_deep": _l("Pohon unit paling dalam %(most)s tingkat."),
    "people.root_not_agency": _l("Unit tanpa induk harus berjenis instansi."),
    "people.agency_below": _l("Instansi tidak dapat berada di bawah unit lain."),
    "people.unit_ended": _l("Unit ini sudah ditutup."),
}

_RETYPE = _l("Ambil ulang NIP dari sumbernya, format kolom sebagai teks.")
_CHECK = _l("Cocokkan dengan SK atau daftar pegawai.")
REMEDY: dict[str, Any] = {
    "nip.empty": _l("Isi 18 angka NIP."),
    "nip.numeric_cell": _RETYPE,
    "nip.date_cell": _RETYPE,
    "nip.scientific": _RETYPE,
    "nip.float_text": _RETYPE,
    "nip.serial_zero": _RETYPE,
    "nip.separator": _l("Hapus semua tanda, sisakan 18 angka."),
    "nip.letter_for_digit": _l("Ganti menjadi angka %(digit)s bila memang itu angkanya."),
    "nip.foreign_digit": _l("Ketik ulang dengan angka 0 sampai 9."),
    "nip.other_char": _l("Hapus tanda itu atau ketik ulang NIP."),
    "nip.too_short": _l("Lengkapi %(missing)s angka yang kurang dari sumbernya."),
    "nip.too_long": _l("Hapus %(missing)s angka yang lebih; satu sel hanya untuk satu NIP."),
    "nip.appointment_code": _l("Cocokkan dengan SK; nomor seperti ini perlu diperiksa manual."),
    "row.missing": _l("Isi sel ini."),
    "row.name": _l("Tulis nama tanpa gelar, 2 sampai 120 huruf."),
    "row.email": _l("Tulis seperti nama@instansi.go.id."),
    "row.no_email": _l("Tambahkan surel dinas bila ada."),
    "row.unit_unknown": _l("Periksa kode di halaman Unit, atau unggah unitnya lebih dulu."),
    "row.unknown_word": _l("Pilih salah satu: %(known)s."),
    "row.grade": _l("PNS: I/a sampai IV/e. PPPK: I sampai XVII."),
    "row.date": _l("Tulis seperti 2026-12-01 atau 1 Desember 2026."),
    "row.date_range": _l("Periksa tahunnya."),
    "row.too_long": _l("Isi dengan singkat, paling banyak 160 huruf."),
    "row.nip_twice": _l("Sisakan satu baris untuk satu orang."),
    "row.code_twice": _l("Sisakan satu baris untuk satu unit."),
    "row.unit_code": _l("Pakai kode seperti DINKES-01, paling banyak 40 tanda."),
    "row.region_code": _l("Tulis seperti 33, 33.74, atau 33.74.01, dengan kolom berformat teks."),
    "row.zone_missing": _l("Isi WIB, WITA, atau WIT."),
    "row.agency_not_allowed": _l("Isi kode induk, atau minta admin menambahkan instansinya."),
    "row.root_not_agency": _l(
        "Isi kode induk, atau ganti jenis menjadi instansi pusat atau instansi daerah."
    ),
    "row.agency_below": _l("Kosongkan kode induk, atau ganti jenisnya."),
    "row.parent_unknown": _l("Tambahkan baris induknya atau perbaiki kodenya."),
    "row.parent_circle_or_bad": _l("Perbaiki baris induknya lebih dulu."),
    "sheet.empty": _l("Pilih berkas yang berisi."),
    "sheet.no_rows": _l("Isi baris di bawah kepala kolom."),
    "sheet.too_large": _l("Bagi menjadi beberapa berkas."),
    "sheet.too_many_rows": _l("Bagi menjadi beberapa berkas."),
    "sheet.too_many_columns": _l("Hapus kolom yang tidak diminta."),
    "sheet.bomb": _l("Salin isinya ke lembar kerja baru, lalu simpan sebagai CSV."),
    "sheet.locked_or_old": _l("Simpan ulang sebagai XLSX tanpa kata sandi, atau CSV."),
    "sheet.not_a_table": _l("Simpan sebagai CSV atau XLSX dari aplikasi lembar kerja."),
    "sheet.broken": _l("Buka di aplikasi lembar kerja, simpan ulang, lalu unggah lagi."),
    "sheet.encoding": _l("Simpan sebagai CSV UTF-8."),
    "sheet.columns_missing": _l("Tambahkan kepala kolom dengan nama itu persis."),
    "sheet.column_twice": _l("Sisakan satu."),
    "row.end_before_start": _l("Periksa kolom mulai dan sampai."),
    "row.acting_without_seat": _l("Impor jabatan definitifnya lebih dulu, lalu baris Plt. ini."),
    "row.start_before_end": _l("Isi kolom mulai dengan hari sesudahnya."),
    "row.missing_holds_role": _l("Akhiri perannya di halaman Peran, atau tambahkan orangnya ke berkas."),
    "row.missing_starts_later": _l("Tambahkan orangnya ke berkas, atau ubah di halaman orangnya."),
    "row.changed_meanwhile": _l("Unggah sekali lagi; baris yang sudah diterapkan tidak berubah."),
    "row.leaving_day_missing": _l("Isi kolom hari-terakhir, atau tmt-berhenti dengan hari sesudahnya."),
    "row.leaving_reason_missing": _l(
        "Isi sebabnya, misalnya pensiun; bila masih bertugas, kosongkan tanggalnya."
    ),
    "row.leaving_days_differ": _l("TMT berhenti adalah hari sesudah hari terakhir; perbaiki salah satunya."),
    "row.leaving_contradicts": _l("Kosongkan tanggalnya, atau isi sebab berhentinya."),
    "row.leaves_later": _l("Unggah lagi sesudah hari itu."),
    "row.leaving_word": _l("Bila orang ini sudah berhenti, pilih salah satu: %(known)s."),
    "row.leaving_elsewhere": _l(
        "Hapus baris ini. Lepaskan orang ini dengan mengunggah daftar lengkap tanpa namanya; sesudah itu instansi barunya mencatatnya."
    ),
    "row.leaving_unknown": _l("Periksa NIP; bila memang belum pernah tercatat, hapus barisnya."),
    "row.leaving_holds_role": _l("Akhiri perannya di halaman Peran, lalu unggah lagi baris ini."),
    "row.leaving_before_seat": _l("Periksa tanggalnya, atau ubah di halaman orangnya."),
    "people.in_other_agency": _l("Minta instansi asal melepas, lalu minta admin memindahkan."),
    "people.posting_before_open": _l("Periksa kolom mulai."),
    "people.not_active": _l(
        "Cocokkan dengan SK; bila bertugas lagi, minta admin seluruh Netra memeriksanya."
    ),
    "people.person_above_self": _l("Hapus barisnya, atau minta admin yang setingkat menerapkannya."),
    "row.employment_mismatch": _l("Perbaiki jenis pegawainya, atau periksa NIP dengan SK."),
    "people.seat_taken_meanwhile": _l("Unggah sekali lagi."),
}
MEANT = _l("Mungkin maksud Anda “%(meant)s”.")

TEXTS: dict[str, Any] = {
    **WHAT,
    "password.short": _l("Kata sandi paling sedikit %(least)s huruf, yang Anda isi %(count)s."),
    "password.long": _l("Kata sandi paling banyak %(most)s huruf."),
    "password.nip": _l("Kata sandi tidak boleh memuat NIP Anda."),
    "password.common": _l("Kata sandi ini terlalu umum dan mudah ditebak. Pilih yang lain."),
    "password.monotone": _l(
        "Kata sandi ini hanya deretan atau ulangan. Pilih beberapa kata yang tidak berhubungan."
    ),
    "people.busy": _l("Banyak yang sedang masuk bersamaan. Coba lagi dalam beberapa detik."),
    "people.wrong": _l("NIP atau kata sandi tidak cocok."),
    "people.wait": _l("Terlalu banyak percobaan. Tunggu %(minutes)s menit. Akun Anda tidak dikunci."),
    "people.own_password_wrong": _l("Kata sandi sekarang tidak cocok."),
    "people.link_used": _l("Tautan ini sudah dipakai, diganti yang baru, atau lewat waktunya."),
    "people.person_unknown": _l("Orang ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "people.unit_unknown": _l("Unit ini tidak ada, atau tidak termasuk yang boleh Anda lihat."),
    "people.grant_unknown": _l("Peran ini tidak ada."),
    "people.name": _l("Tulis nama tanpa gelar, 2 sampai 120 huruf."),
    "people.email": _l("Tulis alamat surel seperti nama@instansi.go.id."),
    "people.region_code": _l("Kode wilayah seperti 33.74, bukan %(found)s."),
    "people.timezone": _l("Zona waktu %(found)s tidak dikenal."),
    "people.end_before_start": _l("Tanggal akhir mendahului tanggal mulai."),
    "people.merge_starts_later": _l(
        "%(count)s penempatan di unit ini baru mulai pada atau sesudah tanggal itu. Pilih tanggal yang lebih kemudian."
    ),
    "people.split_nobody": _l("Pilih paling sedikit satu jabatan, atau tulis NIP yang pindah."),
    "people.split_unknown": _l("%(count)s NIP tidak duduk di unit ini pada hari itu: %(found)s."),
    "people.split_agency": _l("Instansi tidak dapat dipisahkan; pisahkan unit di bawahnya."),
    "people.guard_percent": _l("Pilih bagian antara %(least)s dan %(most)s persen."),
    "people.unit_occupied": _l("Masih ada %(count)s orang di unit ini atau di bawahnya."),
    "people.unit_has_children": _l("Masih ada %(count)s unit di bawahnya."),
    "people.supervisor_needs_unit": _l("Atasan perlu unit."),
    "people.hr_needs_agency": _l("Pengelola kepegawaian perlu instansi, yaitu unit teratas."),
    "people.admin_needs_agency": _l(
        "Admin berlaku untuk satu instansi atau untuk semuanya, bukan untuk satu unit."
    ),
    "people.trainer_has_courses": _l("Pengajar berlaku untuk kursus, bukan untuk unit."),
    "people.only_trainer_has_courses": _l("Hanya pengajar yang berlaku untuk kursus."),
    "people.grant_above_self": _l(
        "Anda tidak dapat memberi atau mengakhiri peran di atas peran Anda sendiri."
    ),
    "people.role_held": _l("Peran ini sudah dipegang dengan lingkup yang sama."),
    "people.role_ended": _l("Peran ini sudah berakhir."),
    "people.last_admin": _l("Ini admin terakhir. Tunjuk admin lain lebih dulu."),
    "people.complete_needs_agency": _l(
        "Hanya daftar orang dari satu instansi yang dapat dinyatakan lengkap."
    ),
    "people.import_changed": _l(
        "Hasil pemeriksaan ini sudah diganti yang lebih baru. Lihat sekali lagi, lalu terapkan."
    ),
    "people.import_needs_reason": _l("Tulis alasannya, paling sedikit %(least)s huruf."),
    "people.import_lost": _l("Pemeriksaan berkas ini gagal di pihak kami. Unggah sekali lagi."),
    "people.admin_exists": _l("Sudah ada admin. Beri peran admin lewat halaman Peran, atau pakai --another."),
    "people.grade": _l(
        "Golongan ini tidak ada untuk jenis pegawainya. PNS: I/a sampai IV/e. PPPK: I sampai XVII."
    ),
    "people.far_date": _l("Tanggal ini terlalu jauh. Periksa tahunnya."),
    "people.unit_code": _l(
        "Kode unit hanya huruf, angka, titik, garis bawah, garis miring, dan tanda hubung."
    ),
    "people.no_address": _l("Orang ini belum punya surel. Isi surelnya lebih dulu."),
    "people.no_such_number": _l("Tidak ada pegawai dengan NIP ini dalam jangkauan Anda."),
    "people.import_not_ready": _l(
        "Berkas ini belum diperiksa, tidak berisi baris yang benar, atau sudah dilupakan. Unggah lagi."
    ),
}

ROLES = {
    Role.SUPERVISOR: _l("Atasan"),
    Role.HR: _l("Pengelola kepegawaian"),
    Role.TRAINER: _l("Pengajar"),
    Role.ADMIN: _l("Admin"),
}
STATUSES = {
    PersonStatus.ACTIVE: _l("Aktif"),
    PersonStatus.RETIRED: _l("Pensiun"),
    PersonStatus.ENDED: _l("Berhenti"),
}
EMPLOYMENT_TYPES = {
    EmploymentType.PNS: _l("PNS"),
    EmploymentType.CPNS: _l("CPNS"),
    EmploymentType.PPPK: _l("PPPK"),
    EmploymentType.PPPK_PART_TIME: _l("PPPK Paruh Waktu"),
}
POSITION_TYPES = {
    PositionType.SENIOR_EXECUTIVE: _l("Jabatan Pimpinan Tinggi"),
    PositionType.ADMINISTRATOR: _l("Administrator"),
    PositionType.SUPERVISOR_POST: _l("Pengawas"),
    PositionType.FUNCTIONAL: _l("Jabatan Fungsional"),
    PositionType.OPERATIONAL: _l("Pelaksana"),
}
POSTING_KINDS = {PostingKind.DEFINITIVE: _l("Definitif"), PostingKind.ACTING: _l("Plt. atau Plh.")}
UNIT_KINDS = {
    UnitKind.CENTRAL_AGENCY: _l("Instansi Pusat"),
    UnitKind.REGIONAL_AGENCY: _l("Instansi Daerah"),
    UnitKind.SECRETARIAT: _l("Sekretariat"),
    UnitKind.INSPECTORATE: _l("Inspektorat"),
    UnitKind.DIRECTORATE: _l("Direktorat"),
    UnitKind.OFFICE: _l("Dinas"),
    UnitKind.BODY: _l("Badan"),
    UnitKind.DISTRICT: _l("Kecamatan"),
    UnitKind.VILLAGE: _l("Kelurahan"),
    UnitKind.SCHOOL: _l("Sekolah"),
    UnitKind.HEALTH_CENTRE: _l("Puskesmas"),
    UnitKind.HOSPITAL: _l("Rumah Sakit"),
    UnitKind.TECHNICAL_UNIT: _l("Unit Pelaksana Teknis"),
    UnitKind.DIVISION: _l("Bidang atau Bagian"),
    UnitKind.SECTION: _l("Seksi atau Subbagian"),
    UnitKind.OTHER: _l("Lainnya"),
}
ZONES = {
    "Asia/Jakarta": _l("WIB"),
    "Asia/Makassar": _l("WITA"),
    "Asia/Jayapura": _l("WIT"),
}
SESSION_ENDS = {
    SessionEnd.LOGOUT: _l("Keluar"),
    SessionEnd.LOGOUT_ALL: _l("Diakhiri bersama semua perangkat"),
    SessionEnd.PASSWORD: _l("Kata sandi diganti"),
    SessionEnd.STATUS: _l("Tidak lagi aktif"),
}
VIEW_PURPOSES = {
    "people.profile": _l("Melihat halaman pegawai"),
    "people.administration": _l("Mengelola data pegawai"),
    "certificates.eligibility": _l("Memeriksa kelayakan"),
    "certificates.eligibility_list": _l("Melihat daftar kelayakan"),
    "certificates.eligibility_bulk": _l("Memeriksa kelayakan banyak orang sekaligus"),
    "certificates.rule_preview": _l("Mencoba usulan aturan kelayakan"),
    "certificates.certificate": _l("Membuka sertifikat"),
    "certificates.papers": _l("Mengunduh sertifikat seluruh unit"),
    "certificates.evidence": _l("Membuka bukti di balik sertifikat"),
    "certificates.proposal": _l("Membuka usul tentang sertifikat"),
    "records.relief": _l("Membuka usulan pengecualian atau perpanjangan"),
    "certificates.verification": _l("Memeriksa daftar sertifikat"),
    "certificates.history": _l("Mengunduh riwayat pelatihan"),
}
# Codes of the audit log that speak of a person, whichever package wrote them: one list for "Data saya".
ACTIONS = {
    "records.head_news_chosen": _l("Pilihan kabar berkala diubah"),
    "people.deputy_named": _l("Pengawasan unit diserahkan kepada Anda"),
    "people.deputy_ended": _l("Penyerahan pengawasan unit berakhir"),
    "people.person_created": _l("Data Anda didaftarkan"),
    "people.person_changed": _l("Data Anda diperbaiki"),
    "people.posted": _l("Penempatan dicatat"),
    "people.left": _l("Masa tugas diakhiri"),
    "people.seat_ended": _l("Penempatan diakhiri"),
    "people.role_granted": _l("Peran diberikan"),
    "people.role_ended": _l("Peran diakhiri"),
    "people.link_issued": _l("Tautan kata sandi dikirim"),
    "people.signed_in": _l("Masuk"),
    "people.sessions_ended": _l("Sesi diakhiri"),
    "people.password_set": _l("Kata sandi dibuat"),
    "people.password_changed": _l("Kata sandi diganti"),
    "records.relief_proposed": _l("Pengecualian atau perpanjangan tenggat diusulkan"),
    "records.relief_approved": _l("Usulan pengecualian atau perpanjangan disetujui"),
    "records.relief_returned": _l("Usulan pengecualian atau perpanjangan dikembalikan"),
    "records.relief_withdrawn": _l("Usulan pengecualian atau perpanjangan ditarik"),
    "records.relief_ran_out": _l("Pengecualian berakhir"),
    "quiz.started": _l("Kuis dimulai"),
    "quiz.passed": _l("Kuis lulus"),
    "quiz.closed": _l("Kuis ditutup"),
    "certificate.issued": _l("Sertifikat diterbitkan"),
    "certificate.revoked": _l("Sertifikat dicabut"),
    "certificate.waiver_granted": _l("Pengecualian dari syarat sertifikat diberikan"),
    "certificate.waiver_ended": _l("Pengecualian dari syarat sertifikat diakhiri"),
    "certificate.revocation_proposed": _l("Pencabutan sertifikat diusulkan"),
    "certificate.revocation_declined": _l("Usul pencabutan sertifikat ditolak"),
    "certificate.revocation_withdrawn": _l("Usul pencabutan sertifikat ditarik"),
    "certificate.revocation_confirmed": _l("Usul pencabutan sertifikat disetujui"),
    "certificate.correction_asked": _l("Perbaikan sertifikat diminta"),
    "certificate.correction_request_corrected": _l("Permintaan perbaikan dikabulkan"),
    "certificate.correction_request_declined": _l("Permintaan perbaikan ditolak"),
    "certificate.correction_proposed": _l("Perbaikan sertifikat diusulkan"),
    "certificate.correction_confirmed": _l("Usul perbaikan sertifikat disetujui"),
    "certificate.correction_declined": _l("Usul perbaikan sertifikat ditolak"),
    "certificate.correction_withdrawn": _l("Usul perbaikan sertifikat ditarik"),
    "certificate.corrected": _l("Sertifikat perbaikan diterbitkan"),
    "certificate.superseded": _l("Sertifikat diganti"),
}
EFFECTS = {
    Effect.CONFLICT: _l("Bertentangan"),
    Effect.ENDED: _l("Berakhir"),
    Effect.LEFT: _l("Pensiun atau berhenti"),
    Effect.MOVED: _l("Pindah"),
    Effect.CHANGED: _l("Berubah"),
    Effect.RETURNED: _l("Kembali"),
    Effect.NEW: _l("Baru"),
    Effect.UNCHANGED: _l("Tetap"),
}
IMPORT_STATES = {
    ImportState.UPLOADED: _l("Sedang diperiksa"),
    ImportState.REFUSED: _l("Ditolak atau dilupakan"),
    ImportState.CHECKED: _l("Menunggu Anda terapkan"),
    ImportState.APPLYING: _l("Sedang diterapkan"),
    ImportState.APPLIED: _l("Selesai"),
}
IMPORT_KINDS = {ImportKind.PEOPLE: _l("Orang"), ImportKind.UNITS: _l("Unit")}


def what(code: str, params: Mapping[str, Any]) -> str:
    """What is wrong, in the reader's language; the code itself when nobody gave it a sentence."""
    return _said(TEXTS.get(code), params) or code


def remedy(code: str, params: Mapping[str, Any]) -> str:
    """What to do about it, with the word that was probably meant; "" when the finding says it all."""
    advice = REMEDY.get(code)
    if advice is None and code.startswith("nip."):
        advice = _CHECK
    sentence = _said(advice, params)
    meant = params.get("meant")
    return f"{_said(MEANT, params)} {sentence}".strip() if meant else sentence


def _said(text: Any, params: Mapping[str, Any]) -> str:
    if text is None:
        return ""
    return str(text) % dict(params) if params else str(text)


MAIL_REFUSALS = {
    RefusalReason.UNKNOWN_ADDRESS: _l("Alamat tidak dikenal"),
    RefusalReason.UNKNOWN_DOMAIN: _l("Bagian setelah @ tidak menerima surel"),
    RefusalReason.CLOSED: _l("Kotak surat ditutup"),
    RefusalReason.FULL: _l("Kotak surat penuh"),
    RefusalReason.OTHER: _l("Ditolak tanpa sebab yang jelas"),
}
MAIL_REMEDIES = {
    RefusalReason.UNKNOWN_ADDRESS: _l("Periksa ejaannya bersama pegawai, lalu perbaiki alamatnya."),
    RefusalReason.UNKNOWN_DOMAIN: _l("Periksa ejaan bagian setelah @, lalu perbaiki alamatnya."),
    RefusalReason.CLOSED: _l("Minta pegawai membuka kembali kotak suratnya, atau catat alamat lain."),
    RefusalReason.FULL: _l(
        "Minta pegawai mengosongkan kotak suratnya, lalu kirim tautan untuk mencoba lagi."
    ),
    RefusalReason.OTHER: _l("Tanyakan kepada pengelola surel dengan menyebut kata servernya."),
}
