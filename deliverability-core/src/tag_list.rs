//! `tag=value` lists, shared by DKIM and DMARC (RFC 6376 §3.2).
