//! Delays after failed logins: for each address in memory; those for each user name are stored.

mod device_cookie;
mod ip_throttle;
mod networks;

pub use device_cookie::DeviceCookie;
pub use ip_throttle::IpThrottle;
pub use networks::{NetworkLimiter, NetworkPermit, client_prefix, site_prefix};
