//! Which pictures of the console there are: every page, with what has to be done so that it shows what it is for. The program
//! `screenshots` takes them; a test holds that no page is forgotten.

mod index;
mod list;

pub use index::index;
pub use list::{MESSAGES, PICTURES};

use crate::sizes::Size;

/// A picture of a page, in both sizes and themes.
pub struct Picture {
    /// The beginning of the names of its files.
    pub name: &'static str,
    /// What it shows, for the index.
    pub title: &'static str,
    /// The address, with names of things in braces.
    pub at: &'static str,
    /// The addresses of `routes.js` that it shows.
    pub routes: &'static [&'static str],
    /// Who is signed in.
    pub by: Who,
    /// Where it is taken.
    pub place: Place,
    /// What the page says once it is there.
    pub says: &'static str,
    /// What is done then.
    pub steps: &'static [Step],
    /// Which of its files are in the repository.
    pub kept: Kept,
}

/// A picture of a message: on a phone, and in the mailbox.
pub struct MessagePicture {
    /// The beginning of the names of its files.
    pub name: &'static str,
    /// What it is, for the index.
    pub title: &'static str,
    /// Its channel.
    pub channel: &'static str,
    /// A part of the address that it goes to.
    pub to: &'static str,
    /// A part of its subject, or of a text message.
    pub says: &'static str,
    /// Which of its files are in the repository.
    pub kept: Kept,
}

/// Who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody.
    Nobody,
    /// A dispatcher, who approves for groups at most.
    Dispatcher,
    /// The Super Admin.
    Head,
}

/// Of which deployment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// That of a firm that has used Countersign for a year.
    Firm,
    /// One that is not set up.
    Empty,
    /// One that was just set up.
    New,
}

/// Something that is done on a page before the picture is taken. What is pressed is found by its role and name.
pub enum Step {
    /// Presses a button.
    Press(&'static str),
    /// What is done at one size alone.
    On(Size, &'static Step),
    /// Chooses what has a role and a name.
    Choose(&'static str, &'static str),
    /// Types into a field.
    Fill(&'static str, &'static str),
    /// Waits until the page says something.
    Says(&'static str),
    /// Scrolls to the first element of a selector.
    To(&'static str),
}

/// Which files of a picture are in the repository. The program makes the others, too, for those who look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Both sizes in both themes.
    All,
    /// Both sizes in light.
    Light,
    /// One.
    One(Size, Theme),
    /// None.
    Nothing,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name, also in CSS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Kept {
    /// Whether the repository has the file of a size and theme.
    pub fn has(self, size: Size, theme: Theme) -> bool {
        match self {
            Self::All => true,
            Self::Light => theme == Theme::Light,
            Self::One(only, of) => only == size && of == theme,
            Self::Nothing => false,
        }
    }
}

impl MessagePicture {
    /// Whether the repository has the file of a size and theme. Only an email is shown on a phone by itself.
    pub fn has(&self, size: Size, theme: Theme) -> bool {
        self.kept.has(size, theme) && (size == Size::Desktop || self.channel == "email")
    }
}

impl Picture {
    /// The name of the file of a size and theme.
    pub fn file(&self, size: Size, theme: Theme) -> String {
        file(self.name, size, theme)
    }
}

/// The name of the file of a picture in a size and theme.
pub fn file(name: &str, size: Size, theme: Theme) -> String {
    let size = match size {
        Size::Phone => "phone",
        Size::Desktop => "desktop",
    };
    format!("{name}-{size}-{}.webp", theme.name())
}
