#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| deliverability_fuzz::message_headers(data));
