//! Delays after failed logins: for each address in memory; those for each user name and each e-mail
//! address are stored.

mod device_cookie;
mod ip_throttle;
mod limiter;
mod networks;

pub use device_cookie::{DEVICE_COOKIE_SECONDS, DeviceCookie, DeviceOwner};
pub use ip_throttle::IpThrottle;
pub use limiter::{Limiter, Permit};
pub use networks::{NetworkLimiter, NetworkPermit, canonical_ip, client_prefix, site_prefix};
