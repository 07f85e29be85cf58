use std::error::Error;

use clap::Args;
use countersign::{
    domain::{Timestamp, Username},
    server::{RecordedEvent, Vault},
};
use serde_json::json;

use super::{
    Outcome,
    terminal::{in_utc, say},
};

/// Show the security events, the oldest first: when, what, why, who, which session, from where, and by what.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only those about one user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only those since then: a moment such as 2026-11-23T08:00:00Z, a day such as 2026-11-23 (UTC), or how long ago, such
    /// as "24 hours" or 7d.
    #[arg(long, value_name = "WHEN", value_parser = since)]
    since: Option<Timestamp>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Audit {
    pub async fn run(self, vault: &Vault) -> Outcome {
        let user = self.user.as_deref().map(Username::parse).transpose()?;
        let since = self.since.unwrap_or(Timestamp(i64::MIN));
        let mut after = 0;
        loop {
            let events = vault.events(user.as_ref(), since, after).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            after = last.id;
            for event in &events {
                let at = in_utc(event.at)?.to_string();
                let line = if self.json {
                    as_json(event, &at)
                } else {
                    as_text(event, &at)
                };
                say(format_args!("{line}"))?;
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
        "address": event.address,
        "agent": event.agent,
    })
    .to_string()
}

/// The agent is escaped: a browser may call itself anything, and a terminal obeys control characters.
fn as_text(event: &RecordedEvent, at: &str) -> String {
    let mut parts = vec![at.to_owned(), event.kind.clone()];
    let user = event
        .username
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| event.user.map(|user| user.to_string()));
    for (name, value) in [
        ("detail", event.detail.clone()),
        ("user", user),
        ("session", event.session.map(|session| session.to_string())),
        ("address", event.address.map(|address| address.to_string())),
        ("agent", Some(format!("{:?}", event.agent))),
    ] {
        parts.extend(value.map(|value| format!("{name}={value}")));
    }
    parts.join("  ")
}

/// A moment, a day, or how long ago.
fn since(text: &str) -> Result<Timestamp, Box<dyn Error + Send + Sync>> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(moment.as_second()));
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Ok(Timestamp(
            day.to_zoned(jiff::tz::TimeZone::UTC)?
                .timestamp()
                .as_second(),
        ));
    }
    let span: jiff::Span = text
        .parse()
        .map_err(|_| "it takes a moment, a day, or how long ago, such as \"24 hours\"")?;
    let now = jiff::Timestamp::from_second(countersign::server::Clock::system().now().0)?;
    let then = now
        .to_zoned(jiff::tz::TimeZone::UTC)
        .checked_sub(span.abs())?;
    Ok(Timestamp(then.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_a_day_and_a_time_ago_are_understood() {
        assert_eq!(
            since("2026-11-23T08:00:00Z").unwrap(),
            Timestamp(1_795_420_800)
        );
        assert_eq!(since("2026-11-23").unwrap(), Timestamp(1_795_392_000));
        let now = countersign::server::Clock::system().now();
        for (text, seconds) in [
            ("24 hours", 86_400),
            ("7d", 604_800),
            ("90m", 5_400),
            ("PT1H", 3_600),
        ] {
            let ago = now.seconds_since(since(text).unwrap());
            assert!((ago - seconds).abs() < 5, "{text}: {ago}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "yesterday-ish", "7", "2026-13-01"] {
            assert!(since(text).is_err(), "{text}");
        }
    }
}
