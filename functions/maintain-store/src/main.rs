//! The component: this function's router, served by the platform. Outside WebAssembly the program does nothing.

#[cfg(target_arch = "wasm32")]
countersign_platform::serve!(maintain_store::router);

fn main() {}
