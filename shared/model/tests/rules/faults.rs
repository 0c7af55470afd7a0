//! What is wrong with a value: its sentence with the limits, and its kind told by the sentence.

use countersign_model::text::TextError;
use countersign_model::{Fault, FaultKind};

#[test]
fn a_sentence_names_its_limits() {
    let cases = [
        (FaultKind::Empty.into(), "must not be empty"),
        (FaultKind::TooLong.above(200_u8), "must not be longer than 200 characters"),
        (FaultKind::TooShort.below(12_u8), "must be at least 12 characters"),
        (FaultKind::OutOfRange.outside(8_u16, 3650_u16), "must be 8 to 3650"),
        (FaultKind::NotFound.saying("there is no such role"), "there is no such role"),
        (TextError::TooLong(200).into(), "must not be longer than 200 characters"),
    ];
    for (fault, sentence) in cases {
        let fault: Fault = fault;
        assert_eq!(fault.to_string(), sentence);
    }
    for kind in FaultKind::ALL {
        let sentence = Fault::from(*kind).to_string();
        assert!(!sentence.contains(['{', '}']) && !sentence.ends_with('.'), "{kind}: {sentence}");
    }
}

#[test]
fn a_sentence_that_a_parser_hands_on_tells_its_kind() {
    for error in [TextError::Empty, TextError::Email, TextError::Phone, TextError::Sha256] {
        assert_eq!(Fault::said(&error.to_string()), error.into());
    }
    let other = Fault::said("must be odd");
    assert_eq!((other.kind, other.to_string().as_str()), (FaultKind::Other, "must be odd"));
}
