//! Where a domain takes its mail: MX, null MX, implicit MX (RFC 5321 §5.1, RFC 7505).
