//! Syncing ahead: while a long batch is still being written, what is written already goes to disk, so
//! that little is left to wait for at its end. It decides nothing: only the last sync makes a batch count.

use std::fs::File;
use std::io;
use std::thread::JoinHandle;

/// So many bytes are gathered before the disk is set to work.
const STEP: u64 = 32 << 20;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    waiting: u64,
    under_way: Option<JoinHandle<io::Result<()>>>,
}

impl Ahead {
    /// So many bytes more were written.
    ///
    /// # Errors
    /// An earlier sync failed: what it should have brought to disk may be lost, so nobody tries again.
    pub(super) fn wrote(&mut self, file: &File, bytes: u64) -> io::Result<()> {
        self.waiting += bytes;
        if self.waiting < STEP || self.under_way.as_ref().is_some_and(|sync| !sync.is_finished()) {
            return Ok(());
        }
        self.finish()?;
        let file = file.try_clone()?;
        self.waiting = 0;
        self.under_way = Some(
            std::thread::Builder::new()
                .name("sync".to_owned())
                .spawn(move || file.sync_data())?,
        );
        Ok(())
    }

    /// Waits for the sync that is under way.
    ///
    /// # Errors
    /// It failed.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self.under_way.take().map(JoinHandle::join) {
            Some(Ok(synced)) => synced,
            Some(Err(_)) => Err(io::Error::other("syncing broke off")),
            None => Ok(()),
        }
    }
}
