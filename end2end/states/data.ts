/** The time in the browser: 2026-03-02 14:30 UTC, in seconds since 1970. */
export const NOW = Date.UTC(2026, 2, 2, 14, 30, 0) / 1000;

const HOUR = 3600;
const DAY = 24 * HOUR;

const DEVICES = [
  { name: "Firefox", system: "Linux" },
  { name: "Safari", system: "iPhone" },
  { name: "Chrome", system: "Windows 10" },
];

const sessionId = (number: number) => `019cae52-7b21-7e4d-9c0f-3a6e5d1b7c${10 + number}`;

const session = (number: number, isCurrent: boolean) => ({
  session: {
    id: sessionId(number),
    created_at: NOW - (number * 30 + 2) * HOUR,
    authenticated_at: NOW - (number * 30 + 2) * HOUR,
    expires_at: NOW + 10 * HOUR,
  },
  name: number === 1 ? "My telephone" : null,
  device: DEVICES[number % DEVICES.length],
  last_seen_at: NOW - number * 7 * HOUR - 240,
  refreshes: 8 + number,
  is_current: isCurrent,
});

/** The response of `/api/sessions`: the current session, and as many others. */
export const sessions = (others: number) =>
  Array.from({ length: others + 1 }, (_, number) => session(number, number === 0));

/** The response of `/api/account`. */
export const ownAccount = { display_name: "Ada Lovelace", email: "ada@example.org", has_mail: true };

const event = (hoursAgo: number, kind: string, device: number, reason: string | null = null) => ({
  id: 1000 - hoursAgo,
  at: NOW - hoursAgo * HOUR,
  kind,
  reason,
  device: DEVICES[device],
  ip: `192.0.2.${17 + device}`,
});

/** The response of `/api/events`. */
export const events = [
  event(2, "login", 0),
  event(9, "login_failed", 2),
  event(30, "session_revoked", 1, "owner"),
  event(52, "password_changed", 0),
  event(75, "logout", 2),
  event(200, "email_changed", 0),
  // By the command line, and longer ago than is counted in days.
  { id: 1, at: NOW - 40 * DAY, kind: "user_added", reason: null, device: null, ip: null },
];

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** An access token of the current session, with a signature that no server accepts. */
export const accessToken = [
  encode({ typ: "at+jwt", alg: "EdDSA", kid: "7g_9-gInx7FxR_6Wx48wb4h37T7S3gh-rRu32Mf0GdQ" }),
  encode({
    iss: "https://login.example.com",
    sub: "019c8d04-51f3-7a60-8b1e-6c92f047d385",
    aud: "countersign",
    // The page counts its lifetime from its arrival, which is now.
    iat: NOW,
    exp: NOW + 15 * 60,
    jti: "0ffb0a99-7142-4915-a738-2b34972faf83",
    sid: sessionId(0),
  }),
  "A".repeat(86),
].join(".");
