"""What is wrong and how to mend it, in Bahasa Indonesia: one entry per problem code.

An entry reads `[code] what`, then `=> remedy`; a sentence may go on over the next lines. `%(name)s` are the values
noted with the problem. `messages_en` holds the same codes in English; `docs/course-format.md` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from courses.format import messages_advice

_ENTRY = re.compile(r"^\[([a-z0-9-]+)\]\s+(.+?)\n=>\s+(.+?)\n(?=\n|\[|\Z)", re.MULTILINE | re.DOTALL)


class Text(NamedTuple):
    """The two sentences of one problem, with `%(name)s` for its values."""

    what: str
    remedy: str


def table(source: str) -> Mapping[str, Text]:
    """The entries of a message source by code; `ValueError` when a code stands twice or an entry is broken."""
    entries = {
        code: Text(" ".join(what.split()), " ".join(mend.split()))
        for code, what, mend in _ENTRY.findall(source)
    }
    if len(entries) != len(re.findall(r"^\[", source, re.MULTILINE)):
        raise ValueError("a message entry is broken or stands twice")
    return entries


TEXTS = table(
    """
[folder-tidak-ada] Folder “%(name)s” tidak ditemukan.
=> Periksa nama dan letak folder kursus.
[nama-folder] Nama folder “%(name)s” tidak dapat dipakai sebagai kunci kursus.
=> Pakai huruf kecil, angka, dan tanda hubung, paling banyak 60 karakter.
[tanpa-kursus] Berkas `kursus.md` tidak ada di folder kursus.
=> Buat berkas `kursus.md` yang berisi judul, jumlah JP, aturan kuis, dan teks pengantar.
[tanpa-modul] Kursus ini belum mempunyai modul.
=> Tambahkan paling sedikit satu berkas modul, misalnya `01-pembuka.md`.
[nama-modul] Nama berkas “%(path)s” bukan nama modul.
=> Pakai bentuk `NN-nama-modul.md`: dua atau tiga angka, tanda hubung, lalu huruf kecil.
[nama-modul-dipakai] Nama modul “%(slug)s” dipakai Netra untuk alamat halaman lain.
=> Ganti nama sesudah nomor modul dengan kata lain.
[slug-ganda] Nama modul “%(slug)s” sudah dipakai oleh %(path)s.
=> Beri nama yang berbeda sesudah nomor modul.
[nomor-ganda] Nomor modul %(number)s sudah dipakai oleh %(path)s.
=> Ubah nomor di depan nama berkas supaya urutan modul jelas.
[berkas-diabaikan] Berkas “%(path)s” bukan bagian dari format kursus dan tidak ikut dibaca.
=> Hapus berkas ini atau pindahkan ke luar folder kursus.
[berkas-tidak-terbaca] Berkas “%(path)s” tidak dapat dibaca.
=> Periksa apakah berkas itu ada dan boleh dibaca.
[bukan-berkas-biasa] “%(path)s” adalah tautan atau berkas khusus.
=> Ganti dengan berkas yang sebenarnya.
[berkas-terlalu-besar] Ukuran berkas %(size)s, melebihi batas %(limit)s.
=> Perkecil berkas ini atau bagi menjadi beberapa berkas.
[terlalu-banyak-berkas] Jumlah berkas melebihi %(limit)s.
=> Buang berkas yang tidak dipakai.
[kursus-terlalu-besar] Ukuran seluruh kursus melebihi batas %(limit)s.
=> Perkecil gambar atau bagi isinya menjadi beberapa kursus.
[zip-terlalu-besar] Berkas zip melebihi batas %(limit)s.
=> Perkecil gambar sebelum membuat zip.
[zip-rusak] Berkas zip rusak atau memakai cara pemampatan yang tidak dikenal.
=> Buat ulang zip dari folder kursus, lalu unggah lagi.
[zip-bersandi] Berkas “%(path)s” di dalam zip dilindungi kata sandi.
=> Buat ulang zip tanpa kata sandi.
[jalur-berbahaya] Letak berkas “%(path)s” di dalam zip keluar dari folder kursus atau tidak sah.
=> Buat ulang zip langsung dari folder kursus.
[berkas-ganda] Berkas “%(path)s” ada dua kali di dalam zip.
=> Buat ulang zip dengan satu berkas untuk setiap nama.
[bukan-utf8] Berkas ini tidak tersimpan sebagai teks UTF-8 (%(detail)s).
=> Simpan ulang berkas dengan pengodean UTF-8.
[karakter-terlarang] Ada karakter tak terlihat yang tidak boleh dipakai (%(code)s).
=> Hapus karakter itu; biasanya terbawa saat menyalin teks dari dokumen lain.
[terlalu-banyak-masalah] Ada terlalu banyak masalah; pemeriksaan berhenti sesudah %(limit)s.
=> Perbaiki yang sudah disebutkan, lalu periksa lagi.

[nama-media] Nama berkas “%(path)s” tidak dapat dipakai.
=> Simpan gambar langsung di `media/` dengan huruf, angka, titik, garis bawah, atau tanda hubung, tanpa spasi.
[jenis-media] “%(path)s” bukan gambar yang didukung.
=> Pakai gambar PNG, JPG, atau WebP.
[gambar-rusak] Isi berkas “%(path)s” bukan gambar PNG, JPG, atau WebP yang utuh.
=> Simpan ulang gambar dari aplikasi pengolah gambar.
[gambar-salah-jenis] Akhiran nama berkas tidak cocok: isinya gambar %(kind)s.
=> Ubah akhiran nama berkas, lalu sesuaikan rujukannya di modul.
[gambar-terlalu-lebar] Gambar berukuran %(size)s piksel, terlalu besar.
=> Perkecil gambar; sisi terpanjang paling banyak %(limit)s piksel dan luasnya paling banyak 24 juta piksel.
[gambar-tidak-dipakai] Gambar “%(path)s” tidak dipakai di kursus ini.
=> Hapus gambar itu atau pasang di modul.
[gambar-tanpa-keterangan] Gambar “%(target)s” tidak mempunyai keterangan.
=> Tulis keterangan di antara kurung siku: `![Keterangan gambar](media/nama.png)`.
[gambar-di-luar-media] Gambar “%(target)s” tidak berada di folder `media/` kursus ini.
=> Simpan gambar di folder `media/` dan rujuk dengan `media/nama-gambar.png`.
[gambar-tidak-ada] Gambar “%(target)s” tidak ada di folder kursus.
=> Periksa nama berkas, termasuk huruf besar dan kecilnya.

[tanpa-kepala] Berkas tidak diawali kepala di antara dua baris `---`.
=> Mulai berkas dengan baris `---`, isi keterangannya, lalu tutup dengan baris `---`.
[kepala-belum-ditutup] Kepala berkas dibuka dengan `---` tetapi tidak ditutup.
=> Tambahkan satu baris `---` sesudah keterangan terakhir.
[kepala-terlalu-besar] Kepala berkas melebihi batas %(limit)s.
=> Pindahkan teks yang panjang ke bawah kepala berkas.
[kepala-bukan-daftar] Kepala berkas tidak berisi pasangan `kunci: nilai`.
=> Tulis satu keterangan pada setiap baris, misalnya `judul: Judul modul`.
[yaml-rusak] Bagian ini tidak dapat dibaca sebagai `kunci: nilai` (%(detail)s).
=> Periksa titik dua, spasi di depan baris, dan tanda kutip; apit nilai yang memuat titik dua dengan tanda kutip.
[yaml-alias] Tanda `&` atau `*` di awal nilai tidak boleh dipakai di sini.
=> Apit nilai itu dengan tanda kutip, atau tulis nilainya secara lengkap.
[yaml-terlalu-dalam] Susunan keterangan bertingkat terlalu dalam.
=> Tulis keterangan dengan paling banyak delapan tingkat.
[yaml-terlalu-besar] Keterangan di bagian ini terlalu banyak.
=> Kurangi isinya.
[kunci-ganda] Kunci “%(key)s” ditulis dua kali.
=> Hapus salah satunya.
[kunci-tidak-dikenal] Kunci “%(key)s” tidak dikenal.
=> Kunci yang dikenal: %(known)s.
[kunci-wajib] Kunci “%(key)s” wajib diisi.
=> Tambahkan baris `%(key)s: …` dengan nilainya.
[harus-teks] Nilai “%(key)s” harus berupa teks satu baris.
=> Tulis sebagai teks biasa; apit dengan tanda kutip bila memuat titik dua.
[harus-daftar] Nilai “%(key)s” harus berupa daftar.
=> Tulis setiap butir pada baris sendiri yang diawali tanda hubung dan spasi.
[harus-pemetaan] Nilai “%(key)s” harus berisi pasangan `kunci: nilai`.
=> Tulis setiap pasangan pada baris sendiri, menjorok dua spasi.
[harus-angka] Nilai “%(key)s” adalah “%(value)s”, padahal harus bilangan bulat dari %(low)s sampai %(high)s.
=> Tulis angka saja, tanpa satuan.
[harus-tanggal] Nilai “%(key)s” adalah “%(value)s”, padahal harus tanggal.
=> Tulis tanggal sebagai tahun-bulan-hari, misalnya `2024-09-25`.
[nilai-tidak-dikenal] Nilai “%(value)s” tidak dikenal untuk “%(key)s”.
=> Nilai yang dikenal: %(known)s.
[teks-terlalu-panjang] Nilai “%(key)s” lebih panjang dari %(limit)s karakter.
=> Persingkat teksnya.
[kode-rusak] Kode kursus “%(value)s” tidak sah.
=> Pakai 2 sampai 8 huruf besar atau angka, diawali huruf.
[tujuan-ganda] Tujuan “%(text)s” ditulis dua kali.
=> Hapus salah satunya atau bedakan isinya.
[tujuan-terlalu-banyak] Tujuan belajar lebih dari %(limit)s.
=> Gabungkan tujuan yang berdekatan.
[tujuan-tanpa-soal] Tujuan nomor %(number)s, “%(text)s”, belum diuji oleh satu soal pun.
=> Tambahkan soal dengan `tujuan=%(number)s`.

[jumlah-jp] Kursus menyebut %(course)s JP, padahal jumlah JP semua modul %(modules)s.
=> Samakan `jp` di `kursus.md` dengan jumlah JP modul.
[jumlah-soal] Kuis memuat %(total)s soal, padahal `per-modul` berjumlah %(given)s.
=> Samakan `soal` dengan jumlah angka di `per-modul`.
[modul-tidak-ada] Tidak ada modul bernama “%(slug)s”.
=> Tulis nama modul tanpa nomor dan tanpa `.md`.
[soal-kurang] Modul ini menyediakan %(count)s soal, padahal kuis mengambil %(needed)s.
=> Tambahkan soal atau kurangi jumlah soal kuis; soal yang saling menjadi varian dihitung satu.
[kursus-tanpa-soal] Kursus ini belum mempunyai soal untuk kuis akhir.
=> Tulis soal di modul dengan blok `::: soal`.
[kursus-tanpa-pengantar] Berkas `kursus.md` tidak memuat teks pengantar.
=> Tulis beberapa kalimat pengantar di bawah kepala berkas.
[blok-di-kursus] Blok “%(name)s” tidak boleh ada di `kursus.md`.
=> Pindahkan dilema dan soal ke berkas modul; di sini hanya `catatan`, `boleh`, dan `awas` yang dipakai.
[kuis-tidak-dapat-disusun] Kuis tidak dapat disusun: %(detail)s.
=> Periksa soal-soal kursus ini; sampaikan pesan ini kepada pengelola bila sebabnya tidak jelas.
[modul-tanpa-teks] Modul ini tidak memuat teks pelajaran.
=> Tulis pelajarannya di bawah kepala berkas.
[modul-tanpa-soal] Modul ini tidak mempunyai soal.
=> Tambahkan blok `::: soal` supaya isinya diuji.

[blok-tidak-dikenal] Blok “%(name)s” tidak dikenal.
=> Blok yang dikenal: %(known)s.
[blok-belum-ditutup] Blok “%(name)s” yang dibuka di sini belum ditutup sampai baris %(line)s.
=> Tutup blok dengan satu baris berisi `:::`.
[penutup-tanpa-pembuka] Baris `:::` ini tidak menutup blok apa pun.
=> Hapus baris ini atau periksa pembuka blok di atasnya.
[pagar-kurang] Pagar “%(text)s” kurang satu titik dua.
=> Pakai tiga titik dua.
[blok-kosong] Blok “%(name)s” tidak berisi teks.
=> Isi bloknya atau hapus.
[blok-tanpa-kunci] Blok “%(name)s” tidak mempunyai kunci.
=> Tulis kunci pendek sesudah nama blok, misalnya `::: %(name)s kunci-pendek`.
[kunci-blok-rusak] Kunci “%(key)s” tidak sah.
=> Pakai huruf kecil, angka, dan tanda hubung tanpa spasi; tulis judul di antara tanda kutip.
[judul-tanpa-kutip] Judul “%(text)s” harus diapit tanda kutip.
=> Tulis judul blok di antara dua tanda kutip.
[judul-belum-ditutup] Tanda kutip judul belum ditutup pada “%(text)s”.
=> Tambahkan tanda kutip di akhir judul.
[atribut-belum-ditutup] Kurung kurawal tidak lengkap atau bertumpuk pada “%(text)s”.
=> Tulis atribut di antara satu `{` dan satu `}`.
[atribut-rusak] Atribut “%(text)s” tidak dapat dibaca di sini.
=> Tulis `nama=nilai`; apit nilai yang memuat spasi dengan tanda kutip.
[atribut-ganda] Atribut “%(name)s” ditulis dua kali.
=> Hapus salah satunya.
[atribut-tidak-dikenal] Atribut “%(name)s” tidak dikenal di sini.
=> Atribut yang dikenal: %(known)s.
[nilai-atribut] Nilai “%(value)s” tidak dikenal untuk atribut “%(name)s”.
=> Nilai yang dikenal: %(known)s.

[pagar-tanpa-spasi] Tidak ada spasi sesudah tanda pagar pada “%(text)s”.
=> Beri satu spasi di antara `#` dan judul.
[judul-di-dalam-blok] Judul “%(text)s” tidak boleh ada di bagian ini.
=> Pakai huruf tebal, atau pindahkan judul ke teks pelajaran.
[judul-tingkat-1] Judul tingkat satu “%(text)s” tidak dipakai di dalam modul.
=> Pakai `##` untuk judul bagian; judul modul sudah ada di kepala berkas.
[judul-terlalu-dalam] Judul “%(text)s” lebih dalam dari tingkat tiga.
=> Pakai `##` untuk bagian dan `###` untuk anak bagian.
[judul-kosong] Ada tanda judul tanpa teks.
=> Tulis judulnya atau hapus tanda `#`.
[judul-garis-bawah] Judul “%(text)s” ditulis dengan garis di bawahnya.
=> Tulis judul dengan `## ` di depan. Bila maksudnya garis pemisah, beri baris kosong di atasnya.
[html-mentah] HTML “%(text)s” tidak dipakai dalam format ini.
=> Pakai Markdown; bila maksudnya tanda lebih kecil, tulis dengan kata-kata.
[bagian-terlalu-panjang] Bagian ini lebih panjang dari %(limit)s.
=> Bagi menjadi beberapa bagian atau modul.
[tautan-rujukan] Tautan bergaya rujukan “%(text)s” tidak dipakai dalam format ini.
=> Tulis tautan langsung di tempatnya: `[teks](https://alamat)`.
[tautan-tanpa-teks] Tautan ke “%(target)s” tidak mempunyai teks.
=> Tulis teks tautan di antara kurung siku.
[tautan-mati] Tautan ke “%(target)s” tidak menuju ke mana-mana.
=> Pakai alamat `https://…`, nama berkas modul, atau `#judul-bagian`.
[jangkar-tidak-ada] Tidak ada judul bagian untuk tautan “%(target)s”.
=> Samakan tautan dengan judulnya: huruf kecil, spasi menjadi tanda hubung.

[kutipan-rusak] Kutipan “%(text)s” tidak berbentuk `[@kunci pasal]`.
=> Tulis satu kunci peraturan, satu spasi, lalu satu pasal, misalnya `[@pp-94-2021 pasal-5-n-6]`.
[kutipan-tanpa-pasal] Kutipan “%(text)s” tidak menyebut pasal.
=> Tambahkan pasalnya sesudah kunci peraturan.
[kutipan-tidak-dikenal] Peraturan “%(key)s” tidak ada di registri.
=> Periksa kuncinya, atau mintalah pengelola menambahkannya ke registri peraturan.
[pasal-tidak-dikenal] Pasal “%(locator)s” dari “%(key)s” tidak ada di registri.
=> Periksa penulisan pasal, misalnya `pasal-5-n-6` untuk Pasal 5 huruf n angka 6.
[kutipan-dicabut] %(label)s tidak dapat dikutip karena peraturannya sudah dicabut.
=> Kutip peraturan yang menggantikannya.
[pasal-dicabut] %(label)s tidak dapat dikutip karena sudah dicabut.
=> Kutip ketentuan yang menggantikannya.
[hanya-belum-diverifikasi] Soal “%(key)s” hanya bersandar pada kutipan yang belum diverifikasi.
=> Tambahkan kutipan yang sudah diverifikasi, atau jangan jadikan pokok ini soal.

[dilema-tanpa-judul] Dilema “%(key)s” tidak mempunyai judul.
=> Tulis judul di antara tanda kutip pada baris pembuka.
[dilema-ganda] Dilema “%(key)s” dengan varian “%(variant)s” sudah ada di modul ini.
=> Ganti kuncinya, atau beri `varian` yang berbeda bila ceritanya memang varian.
[varian-rusak] Nama varian “%(value)s” tidak sah.
=> Pakai huruf kecil, angka, dan tanda hubung.
[terlalu-banyak-adegan] Dilema “%(key)s” mempunyai lebih dari %(limit)s adegan.
=> Persingkat ceritanya atau bagi menjadi dua dilema.
[adegan-ganda] Adegan “%(key)s” ditulis dua kali.
=> Beri kunci yang berbeda untuk setiap adegan.
[kunci-adegan-rusak] Kunci adegan “%(key)s” tidak sah.
=> Tulis `## kunci "Judul"`: kunci dengan huruf kecil, angka, dan tanda hubung, dan bukan `awal`.
[atribut-adegan] Baris adegan “%(text)s” memuat atribut.
=> Hapus atributnya; bobot dan panah hanya untuk opsi.
[adegan-tanpa-cerita] Adegan “%(key)s” tidak mempunyai cerita.
=> Tulis keadaannya sebelum opsi pertama.
[adegan-tanpa-opsi] Adegan “%(key)s” tidak mempunyai opsi.
=> Tulis setiap opsi sebagai judul `### … {.bobot}`.
[adegan-tidak-ada] Adegan tujuan “%(target)s” tidak ada di dilema ini.
=> Tambahkan adegan itu dengan `## kunci`, atau perbaiki tulisan sesudah `->`.
[adegan-berputar] Opsi ini kembali ke adegan “%(target)s” yang sudah dilalui.
=> Arahkan ke adegan lain, atau hapus panahnya supaya cerita berakhir di sini.
[adegan-tak-terjangkau] Adegan “%(key)s” tidak dapat dicapai dari adegan awal.
=> Arahkan satu opsi ke adegan ini dengan `->`, atau hapus adegannya.
[opsi-tanpa-teks] Ada opsi tanpa teks.
=> Tulis perbuatan yang dipilih sesudah `###`.
[opsi-tanpa-akibat] Opsi “%(text)s” tidak mempunyai akibat.
=> Tulis di bawahnya apa yang terjadi bila opsi ini dipilih, dengan kutipannya.
[opsi-tanpa-kutipan] Akibat opsi “%(text)s” tidak mengutip peraturan.
=> Tambahkan kutipan, misalnya `[@pp-94-2021 pasal-5-n]`.
[opsi-tanpa-bobot] Opsi “%(text)s” tidak mempunyai bobot.
=> Tambahkan satu bobot, misalnya `{.tepat}`. Bobot yang dikenal: %(known)s.
[bobot-tidak-dikenal] Bobot “%(value)s” tidak dikenal.
=> Tulis bobot dengan titik di depan. Bobot yang dikenal: %(known)s.
[bobot-ganda] Opsi ini mempunyai lebih dari satu bobot: %(value)s.
=> Sisakan satu bobot.
[opsi-kurang] Adegan “%(key)s” mempunyai %(count)s opsi.
=> Sediakan paling sedikit %(low)s opsi.
[opsi-terlalu-banyak] Adegan ini mempunyai %(count)s opsi.
=> Sediakan paling banyak %(high)s opsi.
[tanpa-opsi-tepat] Adegan “%(key)s” tidak mempunyai opsi yang tepat.
=> Beri bobot `.tepat` pada paling sedikit satu opsi.
[opsi-ganda] Opsi “%(text)s” sama dengan opsi pada baris %(line)s.
=> Bedakan isinya atau hapus salah satunya.

[soal-ganda] Kunci soal “%(key)s” sudah dipakai di modul ini.
=> Beri kunci yang berbeda.
[soal-tanpa-tujuan] Soal ini tidak menyebut tujuan belajar yang diuji.
=> Tambahkan `{tujuan=1}`; modul ini mempunyai %(count)s tujuan.
[tujuan-tidak-ada] Tujuan “%(value)s” tidak ada; modul ini mempunyai %(count)s tujuan.
=> Tulis nomor urut tujuan di kepala modul.
[jenis-tidak-dikenal] Jenis soal “%(value)s” tidak dikenal.
=> Jenis yang dikenal: %(known)s.
[jenis-tidak-cocok] Soal ini ditandai `jenis=%(kind)s`, tetapi jawabannya berbentuk soal %(found)s.
=> Ubah jenisnya atau bentuk jawabannya.
[soal-tanpa-pertanyaan] Soal “%(key)s” tidak mempunyai pertanyaan.
=> Tulis pertanyaannya di atas pilihan jawaban.
[soal-tanpa-jawaban] Soal ini tidak mempunyai jawaban yang dapat dikenali.
=> Tulis pilihan dengan `- [x] …` dan `- [ ] …`, pasangan dengan `- … => …`, atau isian dengan `= …`.
[urutan-tanpa-jenis] Soal ini memuat daftar bernomor tetapi tidak ditandai sebagai soal urutan.
=> Tambahkan `jenis=urutan` pada baris pembuka bila daftar itu jawabannya.
[soal-tanpa-pembahasan] Soal “%(key)s” tidak mempunyai pembahasan.
=> Akhiri soal dengan baris yang diawali `> `: alasan jawaban dan kutipannya.
[pembahasan-tanpa-kutipan] Pembahasan soal “%(key)s” tidak mengutip peraturan.
=> Tambahkan kutipan, misalnya `[@pp-94-2021 pasal-5-n]`.
[teks-tersesat] Teks “%(text)s” tidak termasuk bagian mana pun dari soal.
=> Pindahkan ke pertanyaan, ke pilihan, atau ke pembahasan yang diawali `> `.
[tanda-pilihan-rusak] Tanda pilihan pada “%(text)s” tidak sah.
=> Tulis `- [x] ` untuk jawaban benar dan `- [ ] ` untuk yang salah.
[pilihan-kurang] Soal ini mempunyai %(count)s pilihan.
=> Sediakan paling sedikit %(low)s pilihan.
[pilihan-terlalu-banyak] Pilihan soal ini terlalu banyak.
=> Sediakan paling banyak %(high)s pilihan.
[pilihan-kosong] Ada pilihan tanpa teks.
=> Isi pilihan itu atau hapus.
[pilihan-ganda] Pilihan “%(text)s” sama dengan pilihan pada baris %(line)s.
=> Bedakan isinya atau hapus salah satunya.
[tanpa-jawaban-benar] Tidak ada pilihan yang ditandai benar.
=> Tandai jawaban yang benar dengan `[x]`.
[jawaban-benar-lebih] Ada %(count)s jawaban benar pada soal berjawaban tunggal.
=> Sisakan satu `[x]`, atau tambahkan `jenis=majemuk` pada baris pembuka.
[semua-jawaban-benar] Semua pilihan ditandai benar.
=> Tambahkan pilihan yang keliru supaya soal ini menguji sesuatu.
[benar-salah-rusak] Soal benar-salah harus berisi tepat dua pilihan, Benar dan Salah, dan satu di antaranya ditandai.
=> Tulis `- [x] Benar` dan `- [ ] Salah`, atau sebaliknya.
[urutan-kurang] Soal urutan ini mempunyai %(count)s langkah.
=> Sediakan paling sedikit tiga langkah.
[pasangan-kurang] Soal menjodohkan ini mempunyai %(count)s pasangan.
=> Sediakan paling sedikit tiga pasangan.
[pasangan-kosong] Sisi %(side)s pasangan ini kosong.
=> Isi kedua sisi: `- kiri => kanan`.
[pasangan-ganda] Sisi %(side)s “%(text)s” sama dengan baris %(line)s.
=> Bedakan isinya; setiap sisi hanya boleh mempunyai satu jodoh.
[isian-kosong] Jawaban isian ini kosong.
=> Tulis jawaban yang diterima sesudah `= `.
[isian-panjang] Jawaban isian lebih panjang dari %(limit)s karakter.
=> Pakai jawaban yang pendek; isian panjang sulit diketik dengan tepat.
[isian-terlalu-banyak] Jawaban isian yang diterima terlalu banyak.
=> Sediakan paling banyak %(high)s jawaban.
[isian-berhias] Jawaban isian “%(text)s” memuat kutipan atau umpan balik.
=> Tulis jawabannya saja; alasan dan kutipan masuk ke pembahasan.
[soal-dilema-berisi] Soal “%(key)s” merujuk dilema, tetapi juga mempunyai jawaban sendiri.
=> Hapus jawabannya, atau hapus atribut `dilema`. Kalimat pengantar boleh tetap ada.
[soal-dilema-tanpa-opsi] Soal dilema “%(key)s” tidak mempunyai opsi.
=> Tulis opsinya dengan `### … {.bobot}`, atau rujuk dilema modul ini dengan `dilema=kunci`.
[opsi-soal-berlanjut] Opsi soal tidak boleh berlanjut ke adegan “%(target)s”.
=> Hapus panahnya; soal hanya menanyakan satu keputusan.
[atribut-tanpa-dilema] Atribut “%(name)s” hanya berlaku bersama `dilema=kunci`.
=> Tambahkan `dilema=kunci` atau hapus atribut itu.
[dilema-tidak-ada] Tidak ada dilema “%(key)s” di modul ini.
=> Periksa kuncinya; soal hanya dapat menanyakan dilema dari modul yang sama.
[varian-tidak-ada] Dilema itu tidak mempunyai varian “%(key)s”.
=> Varian yang ada: %(known)s.
[adegan-soal-tidak-ada] Dilema itu tidak mempunyai adegan “%(key)s”.
=> Adegan yang ada: %(known)s.
[soal-varian-tidak-ada] Tidak ada soal lain berkunci “%(key)s” di modul ini.
=> Tulis kunci soal dari modul yang sama sesudah `varian-dari=`.

[regulasi-kosong] Registri peraturan kosong.
=> Isi registri dengan paling sedikit satu peraturan.
[kunci-regulasi] Kunci peraturan “%(key)s” tidak sah.
=> Pakai huruf kecil, angka, dan tanda hubung, misalnya `pp-94-2021`.
[kunci-pasal] Kunci pasal “%(key)s” tidak sah.
=> Pakai huruf kecil, angka, dan tanda hubung, misalnya `pasal-5-n-6`.
[dicabut-tanpa-tanggal] Peraturan “%(key)s” dicabut tanpa tanggal.
=> Isi `dicabut-sejak` dengan tanggalnya bila diketahui.
[pengganti-tidak-ada] Pengganti “%(target)s” untuk “%(key)s” tidak ada di registri.
=> Tambahkan peraturan penggantinya atau perbaiki kuncinya.

[render-terlalu-lama] Bagian ini terlalu lama diolah.
=> Sederhanakan tulisannya; biasanya ada banyak sekali kurung, bintang, atau garis bawah yang tidak berpasangan.
[render-terlalu-dalam] Bagian ini bertingkat terlalu dalam.
=> Kurangi kutipan atau daftar yang bertumpuk.
[render-terlalu-besar] Hasil olahan bagian ini terlalu besar.
=> Bagi menjadi beberapa bagian yang lebih pendek.
[render-gagal] Bagian ini tidak dapat diolah menjadi halaman.
=> Sederhanakan tulisannya; sampaikan kepada pengelola bila sebabnya tidak jelas.
[render-dihentikan] Bagian ini tidak diolah karena terlalu banyak bagian lain yang gagal.
=> Perbaiki dahulu bagian lain yang gagal, lalu periksa lagi.
[perbuatan-tidak-dikenal] Perbuatan “%(key)s” tidak ada di katalog.
=> Periksa kuncinya di halaman Katalog, misalnya `v-20` atau `b-03`.
[kunci-perbuatan] “%(key)s” bukan kunci katalog.
=> Pakai `v-` atau `b-` dan dua angka, misalnya `v-20`.
[perbuatan-tanpa-kasus] Perbuatan “%(key)s” belum mempunyai kasus.
=> Tulis di bawah `kasus` kapan perbuatan itu dilarang, golongannya, tingkatnya, dan dasarnya.
[katalog-kosong] Katalog pelanggaran tidak berisi apa-apa.
=> Isi katalog dengan paling sedikit satu perbuatan.
[alur-bukan-langkah] Baris ini bukan langkah bernomor: “%(text)s”.
=> Di dalam `alur` tulis satu daftar bernomor saja; sambungan langkah menjorok dua spasi.
[linimasa-bukan-butir] Baris ini bukan butir yang diawali waktu: “%(text)s”.
=> Di dalam `linimasa` tulis butir `- **kapan** apa yang terjadi`; sambungannya menjorok dua spasi.
[jumlah-langkah] Blok %(name)s berisi %(count)s langkah.
=> Tulis %(low)s sampai %(high)s langkah, atau bagi menjadi dua gambar.
[halaman-kosong] Halaman ini belum berisi apa-apa.
=> Tulis isinya di bawah kepala berkas, atau hapus berkasnya.
[glosarium-teks-lepas] Teks ini berada di luar istilah: “%(text)s”.
=> Tulis istilahnya lebih dulu pada baris `## Istilah`, lalu artinya di bawahnya.
[istilah-ganda] Istilah “%(term)s” sudah dijelaskan pada baris %(line)s.
=> Gabungkan kedua penjelasannya.
[istilah-tanpa-arti] Istilah “%(term)s” belum dijelaskan.
=> Tulis artinya di bawah judul istilah itu.
[jp-sebagian] Modul ini tidak menyebut JP, sedangkan modul lain menyebutnya.
=> Tulis `jp` di setiap modul, atau hapus dari semua modul dan pakai `menit` saja.
[jumlah-menit] Kursus ini %(jp)s JP, sedangkan waktu semua modul %(minutes)s menit.
=> Sesuaikan `menit` di modul; %(jp)s JP adalah %(needed)s menit.
"""
    + messages_advice.INDONESIAN
)
