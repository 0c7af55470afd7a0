//! The program: `cargo run` builds the components and serves them; `cargo run -- --help` says what else.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign_host::cli::main()
}
