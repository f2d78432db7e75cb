#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| deliverability_fuzz::bounce_message(data));
