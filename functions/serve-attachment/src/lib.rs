//! `serve-attachment`: an administrator downloads the copy of a request's file.

mod download;
mod name;
#[cfg(test)]
mod tests;

countersign_http::operations![download::download_attachment];
