//! Reverse DNS and HELO names (RFC 8601 §2.7.3, RFC 5321).
