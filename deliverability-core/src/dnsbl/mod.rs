//! DNS blocklists (RFC 5782).
