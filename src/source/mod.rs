//! Exported bytes → [`Message`](crate::message::Message)s.
