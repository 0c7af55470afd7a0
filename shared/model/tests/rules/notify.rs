//! Whom a policy tells.

use countersign_model::{Address, Notify};

#[test]
fn a_policy_tells_each_address_once_and_nobody_when_it_is_off() {
    let addresses: Vec<Address> =
        ["a@b.example", "A@b.example", "sms:+15550100"].iter().map(|a| a.parse().unwrap()).collect();
    let on = Notify { enabled: true, addresses: addresses.clone() };
    let told: Vec<&str> = on.effective().into_iter().map(Address::as_str).collect();
    assert_eq!(told, ["a@b.example", "sms:+15550100"]);
    assert!(Notify { enabled: false, addresses }.effective().is_empty());
}
