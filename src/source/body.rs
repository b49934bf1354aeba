//! The bytes that the readers of the shapes read: the file itself, or what was decoded or unpacked out of
//! it, in memory where it is small, else in a scratch file.
//!
//! Whoever reads opens it anew, so that several threads may read different parts. Knows no shape and no
//! encoding; it writes nothing.

use std::any::Any;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

/// A file for what does not fit into memory, made by whoever may write; it goes when `keep` is dropped.
pub struct Scratch {
    /// Open for writing, empty.
    pub file: File,
    /// Where it can be opened for reading.
    pub path: PathBuf,
    /// Removes the file in the end.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// See the module.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// The export itself.
    File(PathBuf),
    /// A small text.
    #[expect(dead_code, reason = "what is decoded and unpacked comes next")]
    Memory(Arc<[u8]>),
    /// A larger one, in a scratch file.
    #[expect(dead_code, reason = "what is decoded and unpacked comes next")]
    Scratch(PathBuf, Arc<dyn Any + Send + Sync>),
}

/// Reads a [`Body`] from some place on.
#[derive(Debug)]
pub(super) enum Reader {
    File(File),
    Memory(Cursor<Arc<[u8]>>),
}

impl Body {
    /// The bytes from `offset` on.
    pub(super) fn open_at(&self, offset: u64) -> io::Result<Reader> {
        match self {
            Body::File(path) | Body::Scratch(path, _) => {
                let mut file = File::open(path)?;
                if offset > 0 {
                    file.seek(SeekFrom::Start(offset))?;
                }
                Ok(Reader::File(file))
            }
            Body::Memory(bytes) => {
                let mut cursor = Cursor::new(Arc::clone(bytes));
                cursor.set_position(offset);
                Ok(Reader::Memory(cursor))
            }
        }
    }

    /// How many bytes there are.
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            Body::File(path) | Body::Scratch(path, _) => Ok(std::fs::metadata(path)?.len()),
            Body::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }
}

impl Read for Reader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Reader::File(file) => file.read(to),
            Reader::Memory(bytes) => bytes.read(to),
        }
    }
}
