"""The sentences of `messages` in English, code by code."""

from __future__ import annotations

from courses.format import messages_advice
from courses.format.messages import table

TEXTS = table(
    """
[folder-tidak-ada] There is no folder “%(name)s”.
=> Check the name and the place of the course folder.
[nama-folder] The folder name “%(name)s” cannot be the key of a course.
=> Use lower-case letters, digits and dashes, at most 60 characters.
[tanpa-kursus] The course folder has no file `kursus.md`.
=> Create `kursus.md` with the title, the lesson hours (JP), the rules of the quiz and an introduction.
[tanpa-modul] This course has no module yet.
=> Add at least one module file, such as `01-pembuka.md`.
[nama-modul] The file name “%(path)s” is not the name of a module.
=> Use `NN-module-name.md`: two or three digits, a dash, then lower-case words.
[nama-modul-dipakai] Netra uses the module name “%(slug)s” for the address of another page.
=> Put another word after the number of the module.
[slug-ganda] The module name “%(slug)s” is already used by %(path)s.
=> Give it another name after the number.
[nomor-ganda] The module number %(number)s is already used by %(path)s.
=> Change the number in front of the file name so that the order is clear.
[berkas-diabaikan] The file “%(path)s” is no part of the course format and is left out.
=> Delete it or move it out of the course folder.
[berkas-tidak-terbaca] The file “%(path)s” cannot be read.
=> Check that it exists and may be read.
[bukan-berkas-biasa] “%(path)s” is a link or a special file.
=> Put the real file in its place.
[berkas-terlalu-besar] The file has %(size)s, more than the limit of %(limit)s.
=> Make it smaller or divide it into several files.
[terlalu-banyak-berkas] There are more than %(limit)s files.
=> Remove the files that are not used.
[kursus-terlalu-besar] The whole course is larger than %(limit)s.
=> Make the images smaller or divide the content into several courses.
[zip-terlalu-besar] The zip file is larger than %(limit)s.
=> Make the images smaller before making the zip.
[zip-rusak] The zip file is damaged or compressed in an unknown way.
=> Make the zip again from the course folder and upload it once more.
[zip-bersandi] The file “%(path)s” in the zip is protected by a password.
=> Make the zip again without a password.
[jalur-berbahaya] The path “%(path)s” in the zip leads out of the course folder or is not valid.
=> Make the zip again directly from the course folder.
[berkas-ganda] The file “%(path)s” stands twice in the zip.
=> Make the zip again with one file for each name.
[bukan-utf8] This file is not stored as UTF-8 text (%(detail)s).
=> Save it again with the encoding UTF-8.
[karakter-terlarang] There is an invisible character that may not be used (%(code)s).
=> Delete it; such characters usually come along when text is copied from another document.
[terlalu-banyak-masalah] There are too many problems; the check stopped after %(limit)s.
=> Mend those that are listed, then check again.

[nama-media] The file name “%(path)s” cannot be used.
=> Keep images directly in `media/`, named with letters, digits, dots, underscores or dashes, without spaces.
[jenis-media] “%(path)s” is not a supported image.
=> Use a PNG, JPG or WebP image.
[gambar-rusak] The content of “%(path)s” is not an intact PNG, JPG or WebP image.
=> Save the image again from an image editor.
[gambar-salah-jenis] The ending of the file name is wrong: the content is a %(kind)s image.
=> Change the ending and the places in the modules that refer to it.
[gambar-terlalu-lebar] The image has %(size)s pixels, which is too large.
=> Make it smaller; the longest side may have %(limit)s pixels and the whole image 24 million pixels.
[gambar-tidak-dipakai] The image “%(path)s” is not used in this course.
=> Delete it or put it into a module.
[gambar-tanpa-keterangan] The image “%(target)s” has no description.
=> Write the description between the brackets: `![Description](media/name.png)`.
[gambar-di-luar-media] The image “%(target)s” is not in the folder `media/` of this course.
=> Keep it in `media/` and refer to it as `media/name.png`.
[gambar-tidak-ada] The image “%(target)s” is not in the course folder.
=> Check the file name, upper and lower case included.

[tanpa-kepala] The file does not begin with a head between two lines `---`.
=> Begin with a line `---`, write the entries, and close with a line `---`.
[kepala-belum-ditutup] The head of the file is opened with `---` but not closed.
=> Add a line `---` after the last entry.
[kepala-terlalu-besar] The head of the file is larger than %(limit)s.
=> Move long text below the head.
[kepala-bukan-daftar] The head of the file does not hold entries of the form `key: value`.
=> Write one entry on each line, such as `judul: Title of the module`.
[yaml-rusak] This part cannot be read as `key: value` (%(detail)s).
=> Check colons, leading spaces and quotes; put a value that holds a colon between quotes.
[yaml-alias] The signs `&` and `*` may not begin a value here.
=> Put the value between quotes, or write it out.
[yaml-terlalu-dalam] The entries are nested too deeply.
=> Use at most eight levels.
[yaml-terlalu-besar] There are too many entries in this part.
=> Write fewer.
[kunci-ganda] The key “%(key)s” stands twice.
=> Delete one of them.
[kunci-tidak-dikenal] The key “%(key)s” is not known.
=> Known keys: %(known)s.
[kunci-wajib] The key “%(key)s” is required.
=> Add a line `%(key)s: …` with its value.
[harus-teks] The value of “%(key)s” must be text on one line.
=> Write plain text; put it between quotes when it holds a colon.
[harus-daftar] The value of “%(key)s” must be a list.
=> Write each entry on its own line, beginning with a dash and a space.
[harus-pemetaan] The value of “%(key)s” must hold entries of the form `key: value`.
=> Write each entry on its own line, indented by two spaces.
[harus-angka] The value of “%(key)s” is “%(value)s” but must be a whole number from %(low)s to %(high)s.
=> Write digits only, without a unit.
[harus-tanggal] The value of “%(key)s” is “%(value)s” but must be a date.
=> Write year-month-day, such as `2024-09-25`.
[nilai-tidak-dikenal] The value “%(value)s” is not known for “%(key)s”.
=> Known values: %(known)s.
[teks-terlalu-panjang] The value of “%(key)s” is longer than %(limit)s characters.
=> Shorten the text.
[kode-rusak] The course code “%(value)s” is not valid.
=> Use 2 to 8 capital letters or digits, beginning with a letter.
[tujuan-ganda] The objective “%(text)s” stands twice.
=> Delete one of them or make them differ.
[tujuan-terlalu-banyak] There are more than %(limit)s objectives.
=> Join objectives that are close to each other.
[tujuan-tanpa-soal] Objective %(number)s, “%(text)s”, is not tested by any question.
=> Add a question with `tujuan=%(number)s`.

[jumlah-jp] The course says %(course)s JP, but its modules add up to %(modules)s.
=> Make `jp` in `kursus.md` equal to the sum of the modules.
[jumlah-soal] The quiz has %(total)s questions, but `per-modul` adds up to %(given)s.
=> Make `soal` equal to the sum of the numbers in `per-modul`.
[modul-tidak-ada] There is no module named “%(slug)s”.
=> Write the module name without its number and without `.md`.
[soal-kurang] This module offers %(count)s questions, but the quiz draws %(needed)s.
=> Add questions or draw fewer; questions that are variants of each other count once.
[kursus-tanpa-soal] This course has no questions for its final quiz.
=> Write questions in the modules with `::: soal` blocks.
[kursus-tanpa-pengantar] The file `kursus.md` has no introduction.
=> Write some introductory sentences below the head.
[blok-di-kursus] A block “%(name)s” may not stand in `kursus.md`.
=> Move dilemmas and questions to a module file; only `catatan`, `boleh` and `awas` are used here.
[kuis-tidak-dapat-disusun] The quiz cannot be put together: %(detail)s.
=> Check the questions of this course; give this message to the administrator when the cause is not clear.
[modul-tanpa-teks] This module has no lesson text.
=> Write the lesson below the head.
[modul-tanpa-soal] This module has no questions.
=> Add a `::: soal` block so that its content is tested.

[blok-tidak-dikenal] The block “%(name)s” is not known.
=> Known blocks: %(known)s.
[blok-belum-ditutup] The block “%(name)s” opened here is not closed up to line %(line)s.
=> Close the block with a line holding `:::`.
[penutup-tanpa-pembuka] This line `:::` closes nothing.
=> Delete it or check the opening line above.
[pagar-kurang] The fence “%(text)s” lacks a colon.
=> Use three colons.
[blok-kosong] The block “%(name)s” is empty.
=> Fill it or delete it.
[blok-tanpa-kunci] The block “%(name)s” has no key.
=> Write a short key after the name of the block, such as `::: %(name)s short-key`.
[kunci-blok-rusak] The key “%(key)s” is not valid.
=> Use lower-case letters, digits and dashes without spaces; put a title between quotes.
[judul-tanpa-kutip] The title “%(text)s” must stand between quotes.
=> Put the title of the block between two quotes.
[judul-belum-ditutup] The quotes of the title are not closed in “%(text)s”.
=> Add the closing quote.
[atribut-belum-ditutup] The braces are incomplete or nested in “%(text)s”.
=> Write attributes between one `{` and one `}`.
[atribut-rusak] The attribute “%(text)s” cannot be read here.
=> Write `name=value`; put a value with spaces between quotes.
[atribut-ganda] The attribute “%(name)s” stands twice.
=> Delete one of them.
[atribut-tidak-dikenal] The attribute “%(name)s” is not known here.
=> Known attributes: %(known)s.
[nilai-atribut] The value “%(value)s” is not known for the attribute “%(name)s”.
=> Known values: %(known)s.

[pagar-tanpa-spasi] There is no space after the number signs in “%(text)s”.
=> Put a space between `#` and the heading.
[judul-di-dalam-blok] The heading “%(text)s” may not stand in this part.
=> Use bold text, or move the heading to the lesson text.
[judul-tingkat-1] The first-level heading “%(text)s” is not used inside a module.
=> Use `##` for sections; the title of the module is in its head.
[judul-terlalu-dalam] The heading “%(text)s” is deeper than the third level.
=> Use `##` for sections and `###` for subsections.
[judul-kosong] There is a heading without text.
=> Write the heading or delete the `#`.
[judul-garis-bawah] The heading “%(text)s” is written with a line below it.
=> Write headings with `## ` in front. If you mean a rule, leave a blank line above it.
[html-mentah] HTML “%(text)s” is not used in this format.
=> Use Markdown; if you mean “less than”, write it in words.
[bagian-terlalu-panjang] This part is longer than %(limit)s.
=> Divide it into several parts or modules.
[tautan-rujukan] The reference-style link “%(text)s” is not used in this format.
=> Write the link where it stands: `[text](https://address)`.
[tautan-tanpa-teks] The link to “%(target)s” has no text.
=> Write the text of the link between the brackets.
[tautan-mati] The link to “%(target)s” leads nowhere.
=> Use an address `https://…`, the name of a module file, or `#section-heading`.
[jangkar-tidak-ada] There is no heading for the link “%(target)s”.
=> Make the link equal to the heading: lower case, dashes for spaces.

[kutipan-rusak] The citation “%(text)s” does not have the form `[@key article]`.
=> Write one key, one space and one article, such as `[@pp-94-2021 pasal-5-n-6]`.
[kutipan-tanpa-pasal] The citation “%(text)s” names no article.
=> Add the article after the key of the regulation.
[kutipan-tidak-dikenal] The regulation “%(key)s” is not in the registry.
=> Check the key, or ask the administrator to add it to the registry of regulations.
[pasal-tidak-dikenal] Article “%(locator)s” of “%(key)s” is not in the registry.
=> Check how it is written, such as `pasal-5-n-6` for Pasal 5 huruf n angka 6.
[kutipan-dicabut] %(label)s cannot be cited because the regulation has been repealed.
=> Cite the regulation that replaces it.
[pasal-dicabut] %(label)s cannot be cited because it has been repealed.
=> Cite the provision that replaces it.
[hanya-belum-diverifikasi] Question “%(key)s” rests on unverified citations only.
=> Add a verified citation, or do not ask about this point.

[dilema-tanpa-judul] The dilemma “%(key)s” has no title.
=> Write the title between quotes on the opening line.
[dilema-ganda] The dilemma “%(key)s” with variant “%(variant)s” already exists in this module.
=> Change its key, or give it another `varian` if it tells the same dilemma differently.
[varian-rusak] The variant name “%(value)s” is not valid.
=> Use lower-case letters, digits and dashes.
[terlalu-banyak-adegan] The dilemma “%(key)s” has more than %(limit)s scenes.
=> Shorten the story or divide it into two dilemmas.
[adegan-ganda] The scene “%(key)s” stands twice.
=> Give each scene its own key.
[kunci-adegan-rusak] The scene key “%(key)s” is not valid.
=> Write `## key "Title"`: the key with lower-case letters, digits and dashes, and not `awal`.
[atribut-adegan] The scene line “%(text)s” holds attributes.
=> Delete them; weights and arrows are for options only.
[adegan-tanpa-cerita] The scene “%(key)s” has no story.
=> Tell the situation before the first option.
[adegan-tanpa-opsi] The scene “%(key)s” has no options.
=> Write each option as a heading `### … {.weight}`.
[adegan-tidak-ada] The scene “%(target)s” does not exist in this dilemma.
=> Add that scene with `## key`, or correct the word after `->`.
[adegan-berputar] This option leads back to the scene “%(target)s”, which was passed already.
=> Lead to another scene, or delete the arrow so that the story ends here.
[adegan-tak-terjangkau] The scene “%(key)s” cannot be reached from the first scene.
=> Lead an option to it with `->`, or delete it.
[opsi-tanpa-teks] There is an option without text.
=> Write what one chooses to do after `###`.
[opsi-tanpa-akibat] The option “%(text)s” has no consequence.
=> Write below it what happens when it is chosen, with its citation.
[opsi-tanpa-kutipan] The consequence of the option “%(text)s” cites no regulation.
=> Add a citation, such as `[@pp-94-2021 pasal-5-n]`.
[opsi-tanpa-bobot] The option “%(text)s” has no weight.
=> Add one weight, such as `{.tepat}`. Known weights: %(known)s.
[bobot-tidak-dikenal] The weight “%(value)s” is not known.
=> Write the weight with a dot in front. Known weights: %(known)s.
[bobot-ganda] This option has more than one weight: %(value)s.
=> Keep one.
[opsi-kurang] The scene “%(key)s” has %(count)s options.
=> Offer at least %(low)s options.
[opsi-terlalu-banyak] This scene has %(count)s options.
=> Offer at most %(high)s options.
[tanpa-opsi-tepat] The scene “%(key)s” has no right option.
=> Give at least one option the weight `.tepat`.
[opsi-ganda] The option “%(text)s” is the same as the one on line %(line)s.
=> Make them differ or delete one.

[soal-ganda] The question key “%(key)s” is already used in this module.
=> Use another key.
[soal-tanpa-tujuan] This question does not say which objective it tests.
=> Add `{tujuan=1}`; this module has %(count)s objectives.
[tujuan-tidak-ada] There is no objective “%(value)s”; this module has %(count)s.
=> Write the number of an objective in the head of the module.
[jenis-tidak-dikenal] The question kind “%(value)s” is not known.
=> Known kinds: %(known)s.
[jenis-tidak-cocok] This question says `jenis=%(kind)s`, but its answers have the form of %(found)s.
=> Change the kind or the form of the answers.
[soal-tanpa-pertanyaan] Question “%(key)s” asks nothing.
=> Write the question above the answers.
[soal-tanpa-jawaban] No answers can be found in this question.
=> Write choices as `- [x] …` and `- [ ] …`, pairs as `- … => …`, or a short answer as `= …`.
[urutan-tanpa-jenis] This question holds a numbered list but is not marked as an ordering question.
=> Add `jenis=urutan` to the opening line if the list is the answer.
[soal-tanpa-pembahasan] Question “%(key)s” has no explanation.
=> End it with lines beginning with `> `: why the answer is right, with citations.
[pembahasan-tanpa-kutipan] The explanation of question “%(key)s” cites no regulation.
=> Add a citation, such as `[@pp-94-2021 pasal-5-n]`.
[teks-tersesat] The text “%(text)s” belongs to no part of the question.
=> Move it to the question, to a choice, or to the explanation that begins with `> `.
[tanda-pilihan-rusak] The mark of the choice “%(text)s” is not valid.
=> Write `- [x] ` for a right answer and `- [ ] ` for a wrong one.
[pilihan-kurang] This question has %(count)s choices.
=> Offer at least %(low)s choices.
[pilihan-terlalu-banyak] This question has too many choices.
=> Offer at most %(high)s choices.
[pilihan-kosong] There is a choice without text.
=> Fill it or delete it.
[pilihan-ganda] The choice “%(text)s” is the same as the one on line %(line)s.
=> Make them differ or delete one.
[tanpa-jawaban-benar] No choice is marked as right.
=> Mark the right answer with `[x]`.
[jawaban-benar-lebih] There are %(count)s right answers in a question with a single answer.
=> Keep one `[x]`, or add `jenis=majemuk` to the opening line.
[semua-jawaban-benar] All choices are marked as right.
=> Add wrong choices so that the question tests something.
[benar-salah-rusak] A true-or-false question needs exactly two choices, Benar and Salah, one of them marked.
=> Write `- [x] Benar` and `- [ ] Salah`, or the other way round.
[urutan-kurang] This ordering question has %(count)s steps.
=> Offer at least three steps.
[pasangan-kurang] This matching question has %(count)s pairs.
=> Offer at least three pairs.
[pasangan-kosong] The side “%(side)s” of this pair is empty.
=> Fill both sides: `- left => right`.
[pasangan-ganda] “%(text)s” on the side “%(side)s” is the same as on line %(line)s.
=> Make them differ; each side may have one partner only.
[isian-kosong] This accepted answer is empty.
=> Write the accepted answer after `= `.
[isian-panjang] The accepted answer is longer than %(limit)s characters.
=> Use a short answer; a long one is hard to type exactly.
[isian-terlalu-banyak] There are too many accepted answers.
=> Give at most %(high)s.
[isian-berhias] The accepted answer “%(text)s” holds a citation or feedback.
=> Write the answer only; reasons and citations belong to the explanation.
[soal-dilema-berisi] Question “%(key)s” refers to a dilemma but also has answers of its own.
=> Delete the answers, or delete the attribute `dilema`. Sentences of introduction may stay.
[soal-dilema-tanpa-opsi] The dilemma question “%(key)s” has no options.
=> Write options as `### … {.weight}`, or refer to a dilemma of this module with `dilema=key`.
[opsi-soal-berlanjut] An option of a question may not lead on to the scene “%(target)s”.
=> Delete the arrow; a question asks for one decision.
[atribut-tanpa-dilema] The attribute “%(name)s” is used together with `dilema=key` only.
=> Add `dilema=key` or delete the attribute.
[dilema-tidak-ada] There is no dilemma “%(key)s” in this module.
=> Check the key; a question can only refer to a dilemma of the same module.
[varian-tidak-ada] That dilemma has no variant “%(key)s”.
=> Its variants: %(known)s.
[adegan-soal-tidak-ada] That dilemma has no scene “%(key)s”.
=> Its scenes: %(known)s.
[soal-varian-tidak-ada] There is no other question with the key “%(key)s” in this module.
=> Write the key of a question of the same module after `varian-dari=`.

[regulasi-kosong] The registry of regulations is empty.
=> Write at least one regulation.
[kunci-regulasi] The regulation key “%(key)s” is not valid.
=> Use lower-case letters, digits and dashes, such as `pp-94-2021`.
[kunci-pasal] The article key “%(key)s” is not valid.
=> Use lower-case letters, digits and dashes, such as `pasal-5-n-6`.
[dicabut-tanpa-tanggal] The regulation “%(key)s” is repealed without a date.
=> Fill in `dicabut-sejak` when the date is known.
[pengganti-tidak-ada] “%(target)s”, which replaces “%(key)s”, is not in the registry.
=> Add it to the registry or correct the key.

[render-terlalu-lama] This part takes too long to process.
=> Make it simpler; usually there are very many brackets, asterisks or underscores without a partner.
[render-terlalu-dalam] This part is nested too deeply.
=> Use fewer quotes or lists inside each other.
[render-terlalu-besar] This part becomes too large.
=> Divide it into shorter parts.
[render-gagal] This part cannot be turned into a page.
=> Make it simpler; tell the administrator when the cause is not clear.
[render-dihentikan] This part was not processed because too many others failed.
=> Mend the parts that failed first, then check again.
[perbuatan-tidak-dikenal] The act “%(key)s” is not in the catalogue.
=> Look up its key on the page Katalog, such as `v-20` or `b-03`.
[kunci-perbuatan] “%(key)s” is not a key of the catalogue.
=> Use `v-` or `b-` and two digits, such as `v-20`.
[perbuatan-tanpa-kasus] The act “%(key)s” has no case yet.
=> Write under `kasus` when it is forbidden, as what, at which level and on which grounds.
[katalog-kosong] The catalogue of acts is empty.
=> Fill it with at least one act.
[alur-bukan-langkah] This line is not a numbered step: “%(text)s”.
=> Inside `alur` write one numbered list only; indent the rest of a step by two spaces.
[linimasa-bukan-butir] This line is not a point that begins with its time: “%(text)s”.
=> Inside `linimasa` write points `- **when** what happens`; indent the rest by two spaces.
[jumlah-langkah] The block %(name)s has %(count)s steps.
=> Write %(low)s to %(high)s steps, or make two figures of it.
[halaman-kosong] This page is empty.
=> Write its content below the front matter, or delete the file.
[glosarium-teks-lepas] This text belongs to no term: “%(text)s”.
=> Write the term first on a line `## Term`, then its meaning below.
[istilah-ganda] The term “%(term)s” is already explained on line %(line)s.
=> Put both explanations together.
[istilah-tanpa-arti] The term “%(term)s” is not explained.
=> Write its meaning below the heading of the term.
[jp-sebagian] This module names no JP, while other modules do.
=> Write `jp` in every module, or take it out of all of them and use only `menit`.
[jumlah-menit] This course has %(jp)s JP, but all modules together take %(minutes)s minutes.
=> Adjust `menit` in the modules; %(jp)s JP are %(needed)s minutes.
"""
    + messages_advice.ENGLISH
)
