// Every sentence of the page that is not in its template.

export const MAX_TEXT = 4000;

export const texts = {
  connection: {
    connecting: "Menyambung…",
    connected: "Tersambung",
    reconnecting: "Menyambung lagi…",
    offline: "Anda sedang luring. Pesan disimpan dan dikirim nanti.",
    ended: "Percakapan di perangkat ini sudah diakhiri.",
  },
  delivery: {
    sending: "mengirim",
    stored: "terkirim",
    waiting: "belum terkirim, dikirim lagi otomatis",
  },
  author: { user: "Anda", bot: "Klinik Ekspor", officer: "Petugas" },
  officerTag: "Petugas",
  at: (time) => `pukul ${time}`,
  empty: "Pesan masih kosong. Tulis pertanyaan Anda lebih dahulu.",
  tooLong: (length) =>
    `Pesan Anda ${length.toLocaleString("id-ID")} karakter; paling banyak 4.000. Pendekkan atau bagi menjadi beberapa pesan.`,
  count: (length) => `${length.toLocaleString("id-ID")} dari 4.000 karakter`,
  refused: "Pesan ini tidak dapat diterima. Ubah isinya, lalu kirim lagi.",
  startFailed: "Belum dapat tersambung. Periksa jaringan Anda, lalu tekan tombolnya sekali lagi.",
  startBusy: "Menyiapkan percakapan…",
  start: "Saya mengerti, mulai",
  working: "Klinik Ekspor sedang memproses…",
  officerTypes: "Petugas sedang mengetik…",
  workingLong: "Pesan Anda sudah tersimpan. Jawabannya akan muncul di sini.",
  newer: (count) => (count > 0 ? `${count} pesan baru, lihat` : "Ke pesan terbaru"),
  unknownKey:
    "Percakapan sebelumnya tidak dapat dibuka lagi di perangkat ini. Anda dapat memulai percakapan baru.",
  unsent: "Tulisan ini belum terkirim. Periksa, lalu tekan Kirim.",
  reset: "Percakapan sebelumnya tidak lagi disimpan. Anda dapat melanjutkan dari sini.",
  today: "Hari ini",
  yesterday: "Kemarin",
  commands: {
    "/menu": "Menu utama",
    "/tiket": "Tiket saya",
    "/petugas": "Hubungi petugas",
    "/bantuan": "Bantuan",
    "/batal": "Batalkan isian",
  },
};

export const fileTexts = {
  removed: "Berkas sudah dihapus",
  unopened: "Belum dapat dibuka. Coba lagi.",
  tooLarge: "Berkas terlalu besar. Perkecil, atau bagi menjadi beberapa berkas.",
  failed: "Berkas belum terkirim. Coba lagi.",
  offline: "Sambungan terputus. Berkas belum terkirim.",
  again: "Coba lagi",
  progress: (share) => `mengirim ${Math.round(share * 100)} %`,
};
