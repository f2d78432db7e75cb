#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| deliverability_fuzz::received(data));
