"""The sentences of the advice given by `quality` and `measuring`, in both languages; the form is that of `messages`."""

INDONESIAN = """
[kalimat-panjang] Kalimat ini terdiri atas %(count)s kata; batasnya %(limit)s: “%(text)s”.
=> Bagi menjadi dua kalimat, atau buang anak kalimatnya.
[teks-contoh] Di sini masih tertulis petunjuk dari templat: “%(text)s”.
=> Ganti dengan isi Anda sendiri, atau hapus.
[bacaan-berat] Bagian ini berat dibaca: bebannya %(load)s, batasnya %(limit)s.
=> Pendekkan kalimat dan ganti kata yang panjang dengan kata sehari-hari.
[saran-dipotong] Masih ada %(count)s saran lain dengan kode `%(code)s`.
=> Perbaiki yang sudah disebutkan, lalu periksa lagi.
[tujuan-kurang-soal] Tujuan nomor %(number)s baru diuji oleh %(count)s soal: “%(text)s”.
=> Tulis paling sedikit %(low)s soal untuk setiap tujuan.
[tingkat-tidak-ditulis] Soal “%(key)s” tidak menyebut tingkat kesukarannya.
=> Tambahkan `tingkat=mudah`, `tingkat=sedang`, atau `tingkat=sulit`.
[pengecoh-tanpa-alasan] Pilihan yang keliru ini tidak diberi alasan: “%(text)s”.
=> Tambahkan ` // ` dan alasannya di akhir pilihan, dengan pasalnya.
[pilihan-sapu-jagat] Pilihan ini merangkum pilihan lain: “%(text)s”.
=> Ganti dengan pilihan yang berdiri sendiri, atau pakai `jenis=majemuk`.
[kunci-terpanjang] Jawaban benar soal “%(key)s” jauh lebih panjang (%(length)s huruf) daripada pilihan lain (paling panjang %(other)s).
=> Samakan panjangnya, supaya jawaban tidak dapat ditebak dari bentuknya.
[kunci-sering-terpanjang] Pada %(percent)s%% soal pilihan tunggal, jawaban benar adalah pilihan terpanjang; batasnya %(limit)s%%.
=> Pendekkan jawaban benar atau panjangkan pengecoh pada sebagian soal.
[bobot-tanpa-pasal-berat] Opsi ini berbobot pelanggaran berat, tetapi akibatnya tidak mengutip pasal bertingkat berat: “%(text)s”.
=> Kutip pasal yang menyebut tingkat berat, pemberhentian, atau pidana, atau turunkan bobotnya.
[bobot-terlalu-ringan] Opsi ini berbobot pelanggaran, sedangkan pasal yang dikutip bertingkat %(level)s: “%(text)s”.
=> Pakai bobot `.pelanggaran-berat`, atau kutip pasal yang sesuai dengan bobotnya.
[adegan-tanpa-pengantar] Soal “%(key)s” menanyakan adegan lanjutan “%(scene)s” tanpa menceritakan yang mendahuluinya.
=> Tulis satu atau dua kalimat pengantar di atas pembahasan; di kuis adegan sebelumnya tidak tampil.
[soal-mirip] Soal “%(key)s” hampir sama (%(percent)s%%) dengan soal “%(other)s” di %(path)s baris %(line)s.
=> Ubah salah satunya, atau nyatakan sebagai varian dengan `varian-dari`.
[lembar-tumpang-tindih] Dua lembar kuis berbagi rata-rata %(mean)s%% soal, ulangan orang yang sama sampai %(retake)s%%; batasnya %(limit)s%%.
=> Tambahkan soal atau kurangi jumlah soal satu lembar.
"""

ENGLISH = """
[kalimat-panjang] This sentence has %(count)s words; the limit is %(limit)s: “%(text)s”.
=> Make two sentences of it, or drop the subordinate clause.
[teks-contoh] The hint of the template still stands here: “%(text)s”.
=> Replace it with your own text, or take it out.
[bacaan-berat] This passage is heavy to read: its load is %(load)s, the limit %(limit)s.
=> Shorten sentences and use everyday words instead of long ones.
[saran-dipotong] There are %(count)s more pieces of advice with the code `%(code)s`.
=> Mend what has been named, then check again.
[tujuan-kurang-soal] Objective %(number)s is tested by only %(count)s questions: “%(text)s”.
=> Write at least %(low)s questions for every objective.
[tingkat-tidak-ditulis] The question “%(key)s” does not say how hard it is.
=> Add `tingkat=mudah` (easy), `tingkat=sedang` (medium) or `tingkat=sulit` (hard).
[pengecoh-tanpa-alasan] This wrong option has no reason: “%(text)s”.
=> Add ` // ` and the reason at the end of the option, with its article.
[pilihan-sapu-jagat] This option sums up other options: “%(text)s”.
=> Replace it with an option that stands alone, or use `jenis=majemuk`.
[kunci-terpanjang] The right answer of “%(key)s” is much longer (%(length)s characters) than the others (at most %(other)s).
=> Make them equally long, so that the answer cannot be guessed from its shape.
[kunci-sering-terpanjang] In %(percent)s%% of the single-choice questions the right answer is the longest option; the limit is %(limit)s%%.
=> Shorten the right answer or lengthen a distractor in some of the questions.
[bobot-tanpa-pasal-berat] This option is weighted as a severe breach, but its consequence cites no article of a severe level: “%(text)s”.
=> Cite the article that names the severe level, dismissal or a penalty, or lower the weight.
[bobot-terlalu-ringan] This option is weighted as a breach, but the articles it cites have the level %(level)s: “%(text)s”.
=> Use the weight `.pelanggaran-berat`, or cite an article that fits the weight.
[adegan-tanpa-pengantar] The question “%(key)s” asks the later scene “%(scene)s” without telling what came before it.
=> Write one or two sentences of introduction above the explanation; the quiz does not show the earlier scenes.
[soal-mirip] The question “%(key)s” is nearly the same (%(percent)s%%) as “%(other)s” in %(path)s, line %(line)s.
=> Change one of them, or declare it a variant with `varian-dari`.
[lembar-tumpang-tindih] Two quiz papers share %(mean)s%% of their questions on average, a second attempt of one person up to %(retake)s%%; the limit is %(limit)s%%.
=> Add questions or draw fewer for one paper.
"""
