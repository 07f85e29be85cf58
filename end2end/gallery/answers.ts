/** When all pictures are taken: half past two in the afternoon of 2 March 2026, in seconds since 1970. */
export const NOW = Date.UTC(2026, 2, 2, 14, 30, 0) / 1000;

const HOUR = 3600;

const DEVICES = [
  { name: "Firefox", system: "Linux" },
  { name: "Safari", system: "iPhone" },
  { name: "Chrome", system: "Windows 10" },
];

const session = (number: number, isCurrent: boolean) => ({
  session: {
    id: `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`,
    created_at: NOW - (number * 30 + 2) * HOUR,
    expires_at: NOW + 10 * HOUR,
  },
  device: DEVICES[number % DEVICES.length],
  last_seen_at: NOW - number * 7 * HOUR - 240,
  renewals: 8 + number,
  is_current: isCurrent,
});

/** This session and so many others. */
export const sessions = (others: number) => Array.from({ length: others + 1 }, (_, number) => session(number, number === 0));

const event = (hours: number, kind: string, device: number, detail: string | null = null) => ({
  at: NOW - hours * HOUR,
  kind,
  detail,
  device: DEVICES[device],
  address: `192.0.2.${17 + device}`,
});

export const events = [
  event(2, "login", 0),
  event(9, "login_failed", 2, "wrong_password"),
  event(30, "session_revoked", 1, "owner"),
  event(52, "password_changed", 0),
  event(75, "logout", 2),
];
