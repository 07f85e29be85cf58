use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use thiserror::Error;

use crate::domain::PreparedPassword;

/// Memory in KiB, passes and lanes of argon2id (OWASP Password Storage): 19 MiB, 2, 1.
const PARAMETERS: (u32, u32, u32) = (19_456, 2, 1);
/// The maximum that a stored hash may ask for, in the same units. A row that was tampered with
/// must not take the server's memory, or hours of its time.
const MAX_PARAMETERS: (u32, u32, u32) = (65_536, 10, 4);
const OUTPUT_BYTES: usize = 32;

/// Whether a password matches a stored hash.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub enum PasswordCheck {
    Mismatch,
    Match {
        /// The hash to store instead, if the stored one was made with other parameters.
        new_hash: Option<String>,
    },
}

/// Why hashing failed.
#[derive(Debug, Error)]
pub enum Argon2Error {
    #[error("argon2 failed: {0}")]
    Argon2(#[from] argon2::Error),
    #[error("a stored password hash is damaged: {0}")]
    Stored(#[from] argon2::password_hash::phc::Error),
    #[error("a stored password hash has no salt or no hash")]
    Incomplete,
    #[error("a stored password hash asks for {0}, which is refused")]
    Excessive(String),
}

/// Computes argon2id, and keeps its working memory from one hash to the next. Left to the
/// allocator, 19 MiB would stay allocated for each thread that ever hashed.
#[derive(Default)]
pub struct Hasher(Mutex<Vec<Vec<Block>>>);

impl Hasher {
    /// Hashes a password with the current parameters, as a PHC string.
    pub fn hash(&self, password: &PreparedPassword) -> Result<String, Argon2Error> {
        let (memory, passes, lanes) = PARAMETERS;
        let params = Params::new(memory, passes, lanes, Some(OUTPUT_BYTES))?;
        let salt = Salt::new(&rand::random::<[u8; 16]>())?;
        let mut output = [0; OUTPUT_BYTES];
        self.compute(Version::V0x13, params.clone(), password, &salt, &mut output)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(|_| Argon2Error::Incomplete)?,
            salt: Some(salt),
            hash: Some(Output::new(&output)?),
        };
        Ok(hash.to_string())
    }

    /// Whether `stored` is the hash of the password.
    pub fn verify(
        &self,
        password: &PreparedPassword,
        stored: &str,
    ) -> Result<PasswordCheck, Argon2Error> {
        let stored = PasswordHash::new(stored)?;
        let params = within_limits(&stored)?;
        let version = stored
            .version
            .map_or(Ok(Version::V0x10), Version::try_from)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
            return Err(Argon2Error::Incomplete);
        };
        let mut output = vec![0; expected.len()];
        let used = (params.m_cost(), params.t_cost(), params.p_cost());
        self.compute(version, params, password, salt, &mut output)?;
        // `Output` compares in constant time.
        if Output::new(&output)? != *expected {
            return Ok(PasswordCheck::Mismatch);
        }
        let is_current =
            (used, version, output.len()) == (PARAMETERS, Version::V0x13, OUTPUT_BYTES);
        let new_hash = if is_current {
            None
        } else {
            Some(self.hash(password)?)
        };
        Ok(PasswordCheck::Match { new_hash })
    }

    fn compute(
        &self,
        version: Version,
        params: Params,
        password: &PreparedPassword,
        salt: &Salt,
        output: &mut [u8],
    ) -> Result<(), Argon2Error> {
        let blocks = params.block_count();
        let mut buffer = self.take_buffer();
        if buffer.len() < blocks {
            buffer.resize(blocks, Block::default());
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
        let memory = buffer.get_mut(..blocks).unwrap_or_default();
        let done = argon2.hash_password_into_with_memory(
            password.expose().as_bytes(),
            salt,
            output,
            memory,
        );
        self.return_buffer(buffer);
        Ok(done?)
    }

    fn take_buffer(&self) -> Vec<Block> {
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buffers.pop().unwrap_or_default()
    }

    /// Frees what a hash with other parameters needed beyond the current ones.
    fn return_buffer(&self, mut buffer: Vec<Block>) {
        buffer.truncate(PARAMETERS.0 as usize);
        buffer.shrink_to_fit();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(buffer);
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

/// The parameters of a stored hash, if they are within [`MAX_PARAMETERS`].
fn within_limits(stored: &PasswordHash) -> Result<Params, Argon2Error> {
    let params = Params::try_from(stored)
        .map_err(|_| Argon2Error::Excessive("parameters that argon2 does not have".to_owned()))?;
    let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    let (max_memory, max_passes, max_lanes) = MAX_PARAMETERS;
    let is_argon2id = stored.algorithm == Algorithm::Argon2id.ident();
    if !is_argon2id || memory > max_memory || passes > max_passes || lanes > max_lanes {
        let text = format!(
            "{} with m={memory} KiB, t={passes}, p={lanes}",
            stored.algorithm
        );
        return Err(Argon2Error::Excessive(text));
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;
    use crate::domain::Password;

    fn prepared(password: &str) -> PreparedPassword {
        Password::new(password.to_owned()).prepare().unwrap()
    }

    /// A hash of "analytical engine" by any parameters, as the argon2 crate computes it.
    fn hashed_with(algorithm: Algorithm, memory: u32, passes: u32) -> String {
        let argon2 = Argon2::new(
            algorithm,
            Version::V0x13,
            Params::new(memory, passes, 1, None).unwrap(),
        );
        argon2
            .hash_password(b"analytical engine")
            .unwrap()
            .to_string()
    }

    #[test]
    fn what_is_computed_here_is_argon2id() {
        let hasher = Hasher::default();
        for _ in 0..2 {
            let hash = hasher.hash(&prepared("analytical engine")).unwrap();
            assert!(
                Argon2::default()
                    .verify_password(b"analytical engine", &*hash)
                    .is_ok()
            );
            assert!(
                Argon2::default()
                    .verify_password(b"analytical engines", &*hash)
                    .is_err()
            );
        }
        let foreign = hashed_with(Algorithm::Argon2id, 19_456, 2);
        let check = hasher
            .verify(&prepared("analytical engine"), &foreign)
            .unwrap();
        assert!(check == PasswordCheck::Match { new_hash: None });
    }

    #[test]
    fn a_hash_by_other_parameters_is_replaced_by_one_of_today() {
        let hasher = Hasher::default();
        for (memory, passes) in [(8_192, 1), (65_536, 1), (19_456, 3)] {
            let old = hashed_with(Algorithm::Argon2id, memory, passes);
            let check = hasher.verify(&prepared("analytical engine"), &old).unwrap();
            let PasswordCheck::Match {
                new_hash: Some(new),
            } = check
            else {
                panic!("no new hash")
            };
            assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
            let check = hasher.verify(&prepared("analytical engine"), &new).unwrap();
            assert!(check == PasswordCheck::Match { new_hash: None });
            assert!(
                hasher.verify(&prepared("another engine"), &new).unwrap()
                    == PasswordCheck::Mismatch
            );
        }
        assert_eq!(
            format!("{hasher:?}"),
            "Hasher",
            "nothing of what is in the memory"
        );
        let kept: Vec<_> = hasher
            .0
            .lock()
            .unwrap()
            .iter()
            .map(|buffer| size_of_val(&**buffer))
            .collect();
        assert_eq!(kept, [19 << 20], "one buffer, of 19 MiB");
    }

    #[test]
    fn a_row_that_asks_for_too_much_is_not_computed() {
        let good = hashed_with(Algorithm::Argon2id, 8_192, 1);
        let start = Instant::now();
        for asked in [
            "m=8388608,t=1,p=1",
            "m=65537,t=1,p=1",
            "m=8192,t=11,p=1",
            "m=8192,t=4294967295,p=1",
            "m=8192,t=1,p=5",
        ] {
            let poisoned = good.replace("m=8192,t=1,p=1", asked);
            assert_ne!(poisoned, good);
            let refused = Hasher::default().verify(&prepared("analytical engine"), &poisoned);
            assert!(matches!(refused, Err(Argon2Error::Excessive(_))), "{asked}");
        }
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_row_that_asks_for_the_maximum_is_computed() {
        for (memory, passes, lanes) in [(65_536, 1, 1), (8_192, 10, 1), (8_192, 1, 4)] {
            let params = Params::new(memory, passes, lanes, None).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = argon2
                .hash_password(b"analytical engine")
                .unwrap()
                .to_string();
            let check = Hasher::default()
                .verify(&prepared("analytical engine"), &hash)
                .unwrap();
            assert!(
                matches!(check, PasswordCheck::Match { new_hash: Some(_) }),
                "{hash}"
            );
        }
    }

    #[test]
    fn only_argon2id_is_accepted() {
        let hash = hashed_with(Algorithm::Argon2d, 8_192, 1);
        let refused = Hasher::default().verify(&prepared("analytical engine"), &hash);
        assert!(matches!(refused, Err(Argon2Error::Excessive(_))));
        for damaged in [
            "",
            "$argon2id$",
            "analytical engine",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$v=19$m=8192,t=1,p=1",
        ] {
            assert!(
                Hasher::default()
                    .verify(&prepared("analytical engine"), damaged)
                    .is_err(),
                "{damaged}"
            );
        }
    }
}
