//! Any bytes as an export, whatever their encoding; and a text in an encoding that is told, which must give the
//! messages of the same text in UTF-8.
#![no_main]

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use libfuzzer_sys::fuzz_target;

const ALL: [&Encoding; 8] = [GBK, GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR, WINDOWS_1252, WINDOWS_1251];

fuzz_target!(|bytes: &[u8]| {
    feedback_fuzz::read_export("export.csv", bytes);
    let Some((which, text)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let text = format!("id,text\n1,a\n2,\"{}\"\n3,b\n", text.replace('"', "\"\""));
    let (name, encoded, same) = match which % 10 {
        8 => ("UTF-16LE", text.encode_utf16().flat_map(u16::to_le_bytes).collect(), text),
        9 => ("UTF-16BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect(), text),
        n => {
            let encoding = ALL[usize::from(n)];
            let (bytes, _, _) = encoding.encode(&text);
            // Some letters stand twice in these encodings.
            let (same, _) = encoding.decode_without_bom_handling(&bytes);
            (encoding.name(), bytes.to_vec(), same.into_owned())
        }
    };
    let read = feedback_fuzz::messages(&encoded, name);
    assert_eq!(read, feedback_fuzz::messages(same.as_bytes(), "UTF-8"), "{name}");
});
