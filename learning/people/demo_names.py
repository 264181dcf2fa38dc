"""Invented names for the demo, from many parts of the country; none belongs to anybody in particular.

Each group: men's first names, women's first names, men's last names, women's last names. An empty list of last names
means that people carry one name only.
"""

from __future__ import annotations

from typing import NamedTuple


class Names(NamedTuple):
    """How names are made in one part of the country."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    men_last: tuple[str, ...]
    women_last: tuple[str, ...]


def _group(men: str, women: str, last: str, women_last: str | None = None) -> Names:
    men_last = tuple(part.strip() for part in last.split(",") if part.strip())
    return Names(
        tuple(part.strip() for part in men.split(",")),
        tuple(part.strip() for part in women.split(",")),
        men_last,
        men_last if women_last is None else tuple(part.strip() for part in women_last.split(",")),
    )


GROUPS: tuple[Names, ...] = (
    _group(  # Jawa
        "Agus, Bambang, Slamet, Joko, Budi, Eko, Heru, Sigit, Wahyu, Hari, Tri, Dwi, Yulianto, Arif, Teguh, Danang",
        "Sri, Endang, Retno, Dewi, Yuni, Ratna, Dyah, Tri, Wulan, Nanik, Erna, Ika, Galuh, Tutik, Anis, Lestari",
        "Santoso, Prasetyo, Widodo, Nugroho, Wibowo, Susilo, Hartono, Setiawan, Purnomo, Raharjo, Cahyono, Utomo",
        "Handayani, Wahyuni, Rahayu, Purwanti, Utami, Kusumawati, Puspitasari, Widyastuti, Setyowati, Maharani",
    ),
    _group(  # satu kata
        "Suharno, Paijo, Ngatmin, Mulyadi, Supriyadi, Sutrisno, Kasdi, Waluyo, Mardiyanto, Tukiman, Sarwono, Rusdi",
        "Wagiyem, Sumiati, Suparti, Kasiyem, Sukinah, Mulyani, Partini, Sumarni, Rukmini, Warsiti, Jumiati, Sulastri",
        "",
    ),
    _group(  # Sunda
        "Asep, Dadang, Cecep, Ujang, Deden, Iwan, Tatang, Yayan, Engkus",
        "Neneng, Euis, Lilis, Tati, Iis, Imas, Nina, Rina, Yeni",
        "Hidayat, Suherman, Kurniawan, Sopandi, Permana, Gunawan, Rukmana, Sutisna",
        "Nurhayati, Suryani, Komariah, Rohaeti, Kartika, Sukaesih, Herawati",
    ),
    _group(  # Batak dan Karo
        "Parlindungan, Togar, Binsar, Ruben, Jonner, Hasiholan, Maruli, Sahat",
        "Rotua, Duma, Tiurma, Lasma, Romauli, Nurhaida, Rosita, Derlina",
        "Simanjuntak, Siregar, Nasution, Sinaga, Hutabarat, Lubis, Tarigan, Ginting, Pakpahan, Situmorang",
    ),
    _group(  # Minangkabau
        "Yusrizal, Zulkifli, Syafrizal, Rinaldi, Hendri, Fadli, Jufri, Nofrizal",
        "Yulidarni, Desmawati, Elfira, Rahmi, Wirda, Yusnimar, Gusmiati",
        "Tanjung, Chaniago, Koto, Piliang, Sikumbang, Guci, Jambak",
    ),
    _group(  # Aceh
        "Teuku Iskandar, Muzakir, Saifullah, Zulfahmi, Teuku Rizal, Mahyuddin",
        "Cut Nurmala, Cut Intan, Rauzah, Nurul Hayati, Safrina, Cut Rahmah",
        "Ibrahim, Abdullah, Usman, Hasballah, Yahya, Daud",
    ),
    _group(  # Melayu dan Betawi
        "Muhammad Ridwan, Abdul Rahman, Ahmad Fauzi, Zainal, Mahmud, Rahmat, Syahrul",
        "Nur Aini, Siti Aminah, Siti Khadijah, Zubaidah, Fatimah, Maimunah, Laila",
        "Hasan, Effendi, Arifin, Saleh, Ismail, Jamil, Bakri",
    ),
    _group(  # Banjar
        "Ahmad Rifani, Gusti Rahman, Noor Ipansyah, Muhammad Noor, Fahriansyah",
        "Siti Norhayati, Rusdiana, Gusti Norliana, Hairiah, Noor Jannah",
        "Anshari, Maulana, Yamani, Syahrani, Hamdani",
    ),
    _group(  # Dayak
        "Yulius, Benediktus, Marsel, Ongko, Lorensius",
        "Agustina, Rini, Yuliana, Monika, Lusia",
        "Usop, Toendan, Sawang, Nyahu, Lampung, Garu",
    ),
    _group(  # Bugis dan Makassar
        "Andi Baso, Muhammad Yusuf, Sudirman, Syamsuddin, Rusli, Andi Makkasau, Hamzah, Baharuddin",
        "Andi Tenri, Andi Besse, Hasnah, Rosmini, Nurlina, Sitti Hajrah, Rahmawati, Marwah",
        "Amiruddin, Makmur, Tahir, Mappasessu, Latif, Dahlan, Pawelloi",
    ),
    _group(  # Minahasa
        "Ferry, Jantje, Novie, Denny, Hanny",
        "Meiske, Syane, Olga, Vonny, Greity",
        "Wowor, Rondonuwu, Mandagi, Lumentut, Tumbel, Kalalo",
    ),
    _group(  # Bali
        "I Made, I Wayan, I Nyoman, I Ketut, I Putu, I Gede",
        "Ni Luh, Ni Made, Ni Wayan, Ni Ketut, Ni Nyoman, Ni Putu",
        "Wirawan, Sudiana, Artha, Suastika, Mahendra, Sutama, Wiguna",
        "Sukerti, Suryani, Widiastuti, Ariani, Astari, Kariani, Mirayanti",
    ),
    _group(  # Sasak
        "Lalu Hasan, Lalu Ramdan, Lalu Zainul, Muhammad Zaini, Lalu Satria",
        "Baiq Nurhidayah, Baiq Rinjani, Baiq Mahni, Baiq Sulastri, Nurjannah",
        "Wathoni, Majdi, Azhari, Fikri, Muttaqin",
        "Hasanah, Azizah, Ningsih, Pratiwi, Wahidah",
    ),
    _group(  # Nusa Tenggara Timur
        "Yohanes, Petrus, Fransiskus, Gregorius, Dominggus, Silvester, Blasius",
        "Maria, Theresia, Yuliana, Kristina, Adelheid, Bernadeta, Margareta",
        "Nenobais, Bria, Seran, Leba, Manek, Tefa, Djawa, Lobo, Wungo",
    ),
    _group(  # Maluku
        "Johanis, Semuel, Abdul Gani, Rudolf, Elvis",
        "Ludia, Fransina, Saidah, Martha, Yosina",
        "Latuconsina, Pattiasina, Tuhumury, Sahetapy, Leiwakabessy, Tuasikal",
    ),
    _group(  # Papua
        "Markus, Frans, Elias, Otniel, Agustinus, Yafet",
        "Yakomina, Dorkas, Marice, Salomina, Naomi, Orpa",
        "Wenda, Kogoya, Wonda, Mambor, Yoku, Kafiar, Krey",
    ),
    _group(  # Tionghoa
        "Hendra, Andreas, Yanto, Kevin, Stefanus",
        "Lina, Meilani, Sherly, Novita, Angelia",
        "Wijaya, Halim, Tanuwijaya, Kusuma, Liman, Salim",
    ),
)
# How often a group is drawn, in the order above.
WEIGHTS = (16, 6, 8, 6, 5, 3, 6, 4, 3, 10, 4, 7, 7, 8, 3, 4, 3)
