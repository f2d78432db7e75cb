//! Answers as JSON: `{"name", "type", "records" | "error", "ttl"}`.
