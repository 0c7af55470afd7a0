//! Windows executables as small as the format allows: headers, a section of code, and one with version information.

const HEADERS: usize = 0x400;
const ALIGNMENT: usize = 0x200;

/// An executable that says who made it.
pub fn executable() -> Vec<u8> {
    let code = padded(vec![0xc3; 16]);
    let resources =
        padded(resources(0x2000, &[("CompanyName", "Example Software Ltd"), ("FileVersion", "7.1.0")]));
    let mut file = headers(&[(*b".text\0\0\0", 0x1000, &code), (*b".rsrc\0\0\0", 0x2000, &resources)]);
    file.extend(code);
    file.extend(resources);
    file
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
    bytes
}

type Section<'a> = ([u8; 8], u32, &'a [u8]);

fn headers(sections: &[Section<'_>]) -> Vec<u8> {
    let mut out = b"MZ".to_vec();
    out.resize(0x3c, 0);
    put32(&mut out, &[0x40]);
    out.extend(b"PE\0\0");
    put16(&mut out, &[0x8664, sections.len() as u16]);
    put32(&mut out, &[0, 0, 0]);
    // The size of the optional header, and: executable, large addresses.
    put16(&mut out, &[240, 0x22]);
    // PE32+.
    put16(&mut out, &[0x20b, 0]);
    put32(&mut out, &[ALIGNMENT as u32, 0, 0, 0x1000, 0x1000]);
    out.extend(0x1_4000_0000_u64.to_le_bytes());
    put32(&mut out, &[0x1000, ALIGNMENT as u32]);
    put16(&mut out, &[6, 0, 0, 0, 6, 0]);
    put32(&mut out, &[0, 0x3000, HEADERS as u32, 0]);
    // The console.
    put16(&mut out, &[3, 0]);
    for size in [0x10_0000_u64, 0x1000, 0x10_0000, 0x1000] {
        out.extend(size.to_le_bytes());
    }
    put32(&mut out, &[0, 16]);
    for directory in 0..16 {
        let resources = sections.iter().find(|section| directory == 2 && section.0.starts_with(b".rsrc"));
        put32(&mut out, &resources.map_or([0, 0], |section| [section.1, section.2.len() as u32]));
    }
    let mut place = HEADERS;
    for (name, address, bytes) in sections {
        out.extend(name);
        put32(
            &mut out,
            &[bytes.len() as u32, *address, bytes.len() as u32, place as u32, 0, 0, 0, 0x6000_0020],
        );
        place += bytes.len();
    }
    out.resize(HEADERS, 0);
    out
}

/// A tree with one leaf: type 16 (version), name 1, language 0x409.
fn resources(address: u32, strings: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (id, next) in [(16, 0x8000_0018_u32), (1, 0x8000_0030), (0x409, 0x48)] {
        put32(&mut out, &[0, 0, 0]);
        put16(&mut out, &[0, 1]);
        put32(&mut out, &[id, next]);
    }
    let version = version(strings);
    put32(&mut out, &[address + 0x58, version.len() as u32, 0, 0]);
    out.extend(version);
    out
}

/// `VS_VERSIONINFO`.
fn version(strings: &[(&str, &str)]) -> Vec<u8> {
    let mut fixed = Vec::new();
    put32(&mut fixed, &[0xfeef_04bd, 0x1_0000, 0x7_0001, 0, 0x7_0001, 0, 0x3f, 0, 0x4_0004, 1, 0, 0, 0]);
    let strings = strings.iter().flat_map(|(name, value)| {
        let mut text = utf16(value);
        text.extend([0, 0]);
        aligned(block(name, (text.len() / 2) as u16, 1, &text, &[]))
    });
    let table = block("040904b0", 0, 1, &[], &strings.collect::<Vec<_>>());
    block("VS_VERSION_INFO", fixed.len() as u16, 0, &fixed, &block("StringFileInfo", 0, 1, &[], &table))
}

fn block(name: &str, value_length: u16, kind: u16, value: &[u8], children: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put16(&mut out, &[0, value_length, kind]);
    out.extend(utf16(name));
    out.extend([0, 0]);
    let mut out = aligned(out);
    out.extend(value);
    if !children.is_empty() {
        out = aligned(out);
    }
    out.extend(children);
    let length = (out.len() as u16).to_le_bytes();
    out[..2].copy_from_slice(&length);
    out
}

fn aligned(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn put16(out: &mut Vec<u8>, numbers: &[u16]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}
