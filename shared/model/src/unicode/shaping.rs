//! Characters that show nothing themselves but shape their neighbours: joiners and variation selectors. Each belongs to
//! a text only in certain places (RFC 5892, appendix A; UTS #51; UTS #37); anywhere else it hides something.

use icu_properties::props::{
    CanonicalCombiningClass, Emoji, EmojiModifier, ExtendedPictographic, Ideographic, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
/// Selects how an emoji is drawn: in colour.
const EMOJI_STYLE: char = '\u{fe0f}';
/// Makes a key of a digit.
const KEYCAP: char = '\u{20e3}';

/// Whether the character at this place shapes its neighbours, as it is made for.
pub fn shapes(chars: &[char], at: usize) -> bool {
    let Some((before, [c, after @ ..])) = chars.split_at_checked(at) else { return false };
    match *c {
        NON_JOINER => beside_virama(before, after) || (joins(before.iter().rev()) && joins(after.iter())),
        JOINER => {
            let letters = joins(before.iter().rev()) || joins(after.iter());
            beside_virama(before, after) || letters || between_emoji(before, after)
        }
        '\u{fe0e}' | EMOJI_STYLE => before.last().is_some_and(|emoji| {
            let drawn = CodePointSetData::new::<Emoji>().contains(*emoji);
            drawn && (!emoji.is_ascii() || after.first() == Some(&KEYCAP))
        }),
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => {
            before.last().is_some_and(|c| CodePointSetData::new::<Ideographic>().contains(*c))
        }
        '\u{180b}'..='\u{180f}' => matches!(before.last(), Some('\u{1820}'..='\u{18aa}')),
        _ => false,
    }
}

/// Whether the nearest letter on one side is of a script whose letters are connected.
fn joins<'a>(side: impl Iterator<Item = &'a char>) -> bool {
    let joining = CodePointMapData::<JoiningType>::new();
    let nearest = side.map(|c| joining.get(*c)).find(|joining| *joining != JoiningType::Transparent);
    matches!(nearest, Some(JoiningType::DualJoining | JoiningType::LeftJoining | JoiningType::RightJoining))
}

/// Whether a neighbour is the mark that joins Indic consonants.
fn beside_virama(before: &[char], after: &[char]) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new();
    let is_virama = |c: &char| class.get(*c) == CanonicalCombiningClass::Virama;
    before.last().is_some_and(is_virama) || after.first().is_some_and(is_virama)
}

/// Whether it joins two pictures to one, such as a man and a laptop.
fn between_emoji(before: &[char], after: &[char]) -> bool {
    let modifier = CodePointSetData::new::<EmojiModifier>();
    let picture = CodePointSetData::new::<ExtendedPictographic>();
    let drawn = before.iter().rev().find(|c| **c != EMOJI_STYLE && !modifier.contains(**c));
    drawn.is_some_and(|c| picture.contains(*c)) && after.first().is_some_and(|c| picture.contains(*c))
}
