use std::error::Error;

use clap::Args;
use serde_json::json;

use super::{
    CommandResult,
    terminal::{print, utc},
};
use crate::{
    auth::{AuthService, Clock},
    domain::{Timestamp, Username},
    store::RecordedEvent,
};

/// Show the security events, the oldest first: time, event, detail, user, session, address and
/// user agent.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// Only events of one user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only events since a time such as 2026-11-23T08:00:00Z, a day such as 2026-11-23 (UTC), or a
    /// period such as "24 hours" or 7d.
    #[arg(long, value_name = "WHEN", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// One JSON object per line.
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub async fn run(self, auth: &AuthService) -> CommandResult {
        let user = self.user.as_deref().map(Username::parse).transpose()?;
        let since = self.since.unwrap_or(Timestamp(i64::MIN));
        let mut after = 0;
        loop {
            let events = auth.events(user.as_ref(), since, after).await?;
            let Some(last) = events.last() else {
                // Nothing was printed, and the name may be misspelt.
                if let (0, Some(name)) = (after, &user) {
                    auth.find_user(name).await?;
                }
                return Ok(());
            };
            after = last.id;
            for event in &events {
                let at = utc(event.at)?.to_string();
                let line = if self.json {
                    as_json(event, &at)
                } else {
                    as_text(event, &at)
                };
                print(format_args!("{line}"))?;
            }
        }
    }
}

fn as_json(event: &RecordedEvent, at: &str) -> String {
    json!({
        "at": at,
        "event": event.kind,
        "detail": event.detail,
        "user": event.user,
        "username": event.username,
        "session": event.session,
        "ip": event.ip,
        "user_agent": event.user_agent,
    })
    .to_string()
}

/// The user agent is escaped: a client may send anything, and a terminal obeys control characters.
fn as_text(event: &RecordedEvent, at: &str) -> String {
    let username = event.username.as_ref().map(ToString::to_string);
    let user = username.or_else(|| event.user.map(|user| user.to_string()));
    let fields = [
        ("detail", event.detail.clone()),
        ("user", user),
        ("session", event.session.map(|session| session.to_string())),
        ("ip", event.ip.map(|ip| ip.to_string())),
        ("user_agent", Some(format!("{:?}", event.user_agent))),
    ];
    let mut parts = vec![at.to_owned(), event.kind.code().to_owned()];
    for (name, value) in fields {
        parts.extend(value.map(|value| format!("{name}={value}")));
    }
    parts.join("  ")
}

fn parse_since(text: &str) -> Result<Timestamp, Box<dyn Error + Send + Sync>> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(time.as_second()));
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
        return Ok(Timestamp(midnight.as_second()));
    }
    let span: jiff::Span = text
        .parse()
        .map_err(|_| "give a time, a day, or a period such as \"24 hours\"")?;
    let now = jiff::Timestamp::from_second(Clock::system().now().0)?;
    let then = now
        .to_zoned(jiff::tz::TimeZone::UTC)
        .checked_sub(span.abs())?;
    Ok(Timestamp(then.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_a_day_and_a_period_are_understood() {
        assert_eq!(
            parse_since("2026-11-23T08:00:00Z").unwrap(),
            Timestamp(1_795_420_800)
        );
        assert_eq!(parse_since("2026-11-23").unwrap(), Timestamp(1_795_392_000));
        let now = Clock::system().now();
        for (text, seconds) in [
            ("24 hours", 86_400),
            ("7d", 604_800),
            ("90m", 5_400),
            ("PT1H", 3_600),
        ] {
            let ago = now.seconds_since(parse_since(text).unwrap());
            assert!((ago - seconds).abs() < 5, "{text}: {ago}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "yesterday-ish", "7", "2026-13-01"] {
            assert!(parse_since(text).is_err(), "{text}");
        }
    }
}
