#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| deliverability_fuzz::dns_reply(data));
