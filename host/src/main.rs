//! The program: `cargo run` builds the components and serves them; `cargo run -- --help` shows the options.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign_host::cli::main()
}
