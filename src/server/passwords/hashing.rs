use std::sync::{Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use thiserror::Error;

use crate::domain::PreparedPassword;

/// OWASP Password Storage: argon2id with 19 MiB (19456 KiB), two passes, one lane.
const PARAMETERS: (u32, u32, u32) = (19_456, 2, 1);
/// What a stored hash may ask for at most, in the same units: a row that somebody has tampered with must not take the
/// server's memory or hours of its time.
const MOST: (u32, u32, u32) = (65_536, 10, 4);
const OUTPUT_BYTES: usize = 32;

/// What a password is worth.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    Wrong,
    /// The right one. If its stored hash is by other parameters than today's, here is the one to store instead.
    Right {
        new_hash: Option<String>,
    },
}

/// Why hashing failed. Never that a password is wrong: that is an answer.
#[derive(Debug, Error)]
pub enum Argon2Error {
    #[error("argon2 failed: {0}")]
    Argon2(#[from] argon2::Error),
    #[error("a stored password hash is damaged: {0}")]
    Stored(#[from] argon2::password_hash::phc::Error),
    #[error("a stored password hash has no salt or no hash")]
    Incomplete,
    #[error("a stored password hash asks for {0}: it is not computed")]
    Excessive(String),
}

/// The memory that argon2 works in, kept from one hash to the next: there are never more buffers than hashes were
/// computed at the same time. Left to the allocator, 19 MiB for each thread that ever hashed would stay taken.
#[derive(Default)]
pub struct Hashing(Mutex<Vec<Vec<Block>>>);

impl Hashing {
    /// Hashes a password by today's parameters, as a PHC string.
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

    /// Whether `stored` is the password's hash.
    pub fn verify(
        &self,
        password: &PreparedPassword,
        stored: &str,
    ) -> Result<Verdict, Argon2Error> {
        let stored = PasswordHash::new(stored)?;
        let params = bearable(&stored)?;
        let version = stored
            .version
            .map_or(Ok(Version::V0x10), Version::try_from)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
            return Err(Argon2Error::Incomplete);
        };
        let mut output = vec![0; expected.len()];
        let asked = (params.m_cost(), params.t_cost(), params.p_cost());
        self.compute(version, params, password, salt, &mut output)?;
        // `Output` compares in constant time.
        if Output::new(&output)? != *expected {
            return Ok(Verdict::Wrong);
        }
        let outdated = (asked, version, output.len()) != (PARAMETERS, Version::V0x13, OUTPUT_BYTES);
        Ok(Verdict::Right {
            new_hash: if outdated {
                Some(self.hash(password)?)
            } else {
                None
            },
        })
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
        let mut buffer = self.take();
        if buffer.len() < blocks {
            buffer.resize(blocks, Block::default());
        }
        let argon2 = Argon2::new(Algorithm::Argon2id, version, params);
        let memory = buffer.get_mut(..blocks).unwrap_or_default();
        let done = argon2.hash_password_into_with_memory(password.expose(), salt, output, memory);
        self.put_back(buffer);
        Ok(done?)
    }

    fn take(&self) -> Vec<Block> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    /// What a hash by other parameters has needed beyond today's is given back.
    fn put_back(&self, mut buffer: Vec<Block>) {
        buffer.truncate(PARAMETERS.0 as usize);
        buffer.shrink_to_fit();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(buffer);
    }
}

impl std::fmt::Debug for Hashing {
    /// Nothing of what is in the memory.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashing")
    }
}

/// The parameters of a stored hash, once they are known to be bearable.
fn bearable(stored: &PasswordHash) -> Result<Params, Argon2Error> {
    let asked = Params::try_from(stored)
        .map_err(|_| Argon2Error::Excessive("what argon2 can't do".to_owned()))?;
    let (memory, passes, lanes) = (asked.m_cost(), asked.t_cost(), asked.p_cost());
    if stored.algorithm != Algorithm::Argon2id.ident()
        || memory > MOST.0
        || passes > MOST.1
        || lanes > MOST.2
    {
        let text = format!(
            "{} with m={memory} KiB, t={passes}, p={lanes}",
            stored.algorithm
        );
        return Err(Argon2Error::Excessive(text));
    }
    Ok(asked)
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
        let hashing = Hashing::default();
        for _ in 0..2 {
            let hash = hashing.hash(&prepared("analytical engine")).unwrap();
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
        let verdict = hashing
            .verify(&prepared("analytical engine"), &foreign)
            .unwrap();
        assert!(verdict == Verdict::Right { new_hash: None });
    }

    #[test]
    fn a_hash_by_other_parameters_is_replaced_by_one_of_today() {
        let hashing = Hashing::default();
        for (memory, passes) in [(8_192, 1), (65_536, 1), (19_456, 3)] {
            let old = hashed_with(Algorithm::Argon2id, memory, passes);
            let verdict = hashing
                .verify(&prepared("analytical engine"), &old)
                .unwrap();
            let Verdict::Right {
                new_hash: Some(new),
            } = verdict
            else {
                panic!("no new hash")
            };
            assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
            let verdict = hashing
                .verify(&prepared("analytical engine"), &new)
                .unwrap();
            assert!(verdict == Verdict::Right { new_hash: None });
            assert!(hashing.verify(&prepared("another engine"), &new).unwrap() == Verdict::Wrong);
        }
        assert_eq!(
            format!("{hashing:?}"),
            "Hashing",
            "nothing of what is in the memory"
        );
        let kept: Vec<_> = hashing
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
            let refused = Hashing::default().verify(&prepared("analytical engine"), &poisoned);
            assert!(matches!(refused, Err(Argon2Error::Excessive(_))), "{asked}");
        }
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_row_that_asks_for_as_much_as_is_bearable_is_computed() {
        for (memory, passes, lanes) in [(65_536, 1, 1), (8_192, 10, 1), (8_192, 1, 4)] {
            let params = Params::new(memory, passes, lanes, None).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = argon2
                .hash_password(b"analytical engine")
                .unwrap()
                .to_string();
            let verdict = Hashing::default()
                .verify(&prepared("analytical engine"), &hash)
                .unwrap();
            assert!(
                matches!(verdict, Verdict::Right { new_hash: Some(_) }),
                "{hash}"
            );
        }
    }

    #[test]
    fn only_argon2id_counts() {
        let hash = hashed_with(Algorithm::Argon2d, 8_192, 1);
        let refused = Hashing::default().verify(&prepared("analytical engine"), &hash);
        assert!(matches!(refused, Err(Argon2Error::Excessive(_))));
        for damaged in [
            "",
            "$argon2id$",
            "analytical engine",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$v=19$m=8192,t=1,p=1",
        ] {
            assert!(
                Hashing::default()
                    .verify(&prepared("analytical engine"), damaged)
                    .is_err(),
                "{damaged}"
            );
        }
    }
}
