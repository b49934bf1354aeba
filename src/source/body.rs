//! The bytes that the readers of the shapes read: the file itself, or what was decoded or unpacked out of
//! it, in memory where it is small, else in a scratch file.
//!
//! Whoever reads opens it anew, so that several threads may read different parts. [`Spill`] takes in what is
//! decoded or unpacked. Knows no shape and no encoding; the scratch files are made by whoever may.

use std::any::Any;
use std::fs::File;
use std::io::{self, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

/// A file for what does not fit into memory, made by whoever may write; it goes when `keep` is dropped.
pub struct Scratch {
    /// Open for writing, empty.
    pub file: File,
    /// Where it can be opened for reading.
    pub path: PathBuf,
    /// Removes the file in the end.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// What is larger goes into a scratch file. (In tests, less.)
const SMALL: usize = if cfg!(test) { 2 << 20 } else { 4 << 20 };

/// See the module.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// The export itself.
    File(PathBuf),
    /// A small text.
    Memory(Arc<[u8]>),
    /// A larger one, in a scratch file.
    Scratch {
        path: PathBuf,
        /// Removes it in the end.
        _keep: Arc<dyn Any + Send + Sync>,
    },
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
            Body::File(path) | Body::Scratch { path, .. } => {
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

    /// When the file was changed last.
    pub(super) fn changed(&self) -> Option<SystemTime> {
        match self {
            Body::File(path) => std::fs::metadata(path).and_then(|meta| meta.modified()).ok(),
            _ => None,
        }
    }

    /// How many bytes there are.
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            Body::File(path) | Body::Scratch { path, .. } => Ok(std::fs::metadata(path)?.len()),
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

/// Takes in bytes one after another and becomes a [`Body`]: in memory while they are few.
pub(super) struct Spill<'a> {
    make: &'a dyn Fn() -> io::Result<Scratch>,
    few: Vec<u8>,
    many: Option<(BufWriter<File>, PathBuf, Box<dyn Any + Send + Sync>)>,
}

impl<'a> Spill<'a> {
    /// `make`: a file for more than a few bytes.
    pub(super) fn new(make: &'a dyn Fn() -> io::Result<Scratch>) -> Self {
        Spill {
            make,
            few: Vec::new(),
            many: None,
        }
    }

    /// All that was written.
    pub(super) fn done(self) -> io::Result<Body> {
        match self.many {
            None => Ok(Body::Memory(self.few.into())),
            Some((mut file, path, keep)) => {
                file.flush()?;
                Ok(Body::Scratch {
                    path,
                    _keep: keep.into(),
                })
            }
        }
    }
}

impl Write for Spill<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some((file, ..)) = &mut self.many {
            return file.write(bytes);
        }
        if self.few.len() + bytes.len() > SMALL {
            let Scratch { file, path, keep } = (self.make)()?;
            let mut file = BufWriter::with_capacity(256 << 10, file);
            file.write_all(&std::mem::take(&mut self.few))?;
            self.many = Some((file, path, keep));
            return self.write(bytes);
        }
        self.few.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.many {
            Some((file, ..)) => file.flush(),
            None => Ok(()),
        }
    }
}

impl Seek for Reader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Reader::File(file) => file.seek(to),
            Reader::Memory(bytes) => bytes.seek(to),
        }
    }
}
