use std::{fmt, time::Duration};

use lettre::{
    Address,
    address::AddressError,
    message::Mailbox,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{self, AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail as MailFrom, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use tokio::time::timeout;
use url::Host;

use super::{
    InvalidSmtpUrl, Mail, SendError, SmtpUrl, message, send_error::Step, smtp_url::Tls,
    stream::SmtpStream,
};

/// From the connection to the reply that the mail is accepted.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// Sends mail by one mail server. Each mail has a connection of its own: there are few of them, and
/// servers close idle connections.
pub struct Mailer {
    server: SmtpUrl,
    tls: client::Tls,
    credentials: Option<Credentials>,
    from: Mailbox,
}

/// How to send mail.
pub struct MailerOptions {
    /// The address of the mail server: `smtp://` or `smtps://`, as in `mail.url`.
    pub url: String,
    /// An address, or a name and an address: `Countersign <noreply@example.org>`.
    pub from: String,
    /// That of the user in `url`.
    pub password: Option<SecretString>,
}

/// Why no mail could be sent with these options. The text names the setting.
#[derive(Debug, Error)]
pub enum MailerError {
    #[error("mail.url is not valid: {0}")]
    Url(#[from] InvalidSmtpUrl),
    #[error("mail.from is not an address such as noreply@example.org")]
    From(#[from] AddressError),
    #[error("mail.password_file must be set when mail.url names a user")]
    NoPassword,
    #[error("mail.url must name a user when mail.password_file is set")]
    NoUser,
    #[error("the root certificates of this system can't be used for mail: {0}")]
    Tls(smtp::Error),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mailer").field(&self.name()).finish()
    }
}

/// Nothing of it: a mistaken `url` may have the password in it.
impl fmt::Debug for MailerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailerOptions(…)")
    }
}

impl Mailer {
    /// Prepares to send mail. The server is not asked.
    ///
    /// # Errors
    /// When an option is not valid, or one is missing.
    pub fn new(options: &MailerOptions) -> Result<Self, MailerError> {
        let server = SmtpUrl::parse(&options.url)?;
        let from: Mailbox = options.from.parse()?;
        let credentials = match (&server.user, &options.password) {
            (None, None) => None,
            (Some(user), Some(password)) => {
                let password = password.expose_secret().to_owned();
                Some(Credentials::new(user.clone(), password))
            }
            (Some(_), None) => return Err(MailerError::NoPassword),
            (None, Some(_)) => return Err(MailerError::NoUser),
        };
        let parameters = || TlsParameters::new(server.host.clone()).map_err(MailerError::Tls);
        let tls = match server.tls {
            Tls::None => client::Tls::None,
            Tls::Required => client::Tls::Required(parameters()?),
            Tls::Implicit => client::Tls::Wrapper(parameters()?),
        };
        Ok(Self {
            from: Mailbox::new(from.name, with_ascii_domain(&from.email)?),
            server,
            tls,
            credentials,
        })
    }

    /// Sends a mail. When this returns, the mail server has accepted it.
    ///
    /// # Errors
    /// When the server can't be reached or trusted, or refuses the mail.
    pub async fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let unusable = || SendError::address(&self.name(), "the address is not valid");
        let to = mail.recipient.as_str().parse();
        let to: Address = to.map_err(|_| unusable())?;
        let message = message::render(mail, &self.from, to.clone()).map_err(|_| unusable())?;
        let mut step = Step::Connect;
        let delivery = self.deliver(to, &message, &mut step);
        let Ok(result) = timeout(SEND_TIMEOUT, delivery).await else {
            return Err(SendError::timed_out(&self.name(), step));
        };
        let mut connection = result?;
        // The mail is accepted, so whatever becomes of this is no error.
        let _ = timeout(QUIT_TIMEOUT, connection.quit()).await;
        Ok(())
    }

    async fn deliver(
        &self,
        to: Address,
        message: &[u8],
        step: &mut Step,
    ) -> Result<AsyncSmtpConnection, SendError> {
        let mut connection = self.connect(step).await?;
        let is_ascii = message.is_ascii() && AsRef::<str>::as_ref(&to).is_ascii();
        let takes_utf8 = connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight);
        if !is_ascii && !takes_utf8 {
            let reason = "the server does not support addresses with such letters (SMTPUTF8)";
            return Err(SendError::address(&self.name(), reason));
        }
        let parameters = if is_ascii {
            Vec::new()
        } else {
            let body = MailParameter::Body(MailBodyParameter::EightBitMime);
            vec![MailParameter::SmtpUtfEight, body]
        };
        let from = MailFrom::new(Some(self.from.email.clone()), parameters);
        transfer(&mut connection, from, to, message, step)
            .await
            .map_err(|error| SendError::new(&self.name(), *step, &error))?;
        Ok(connection)
    }

    /// A connection that is encrypted and signed in, where that is needed.
    async fn connect(&self, step: &mut Step) -> Result<AsyncSmtpConnection, SendError> {
        let SmtpUrl { host, port, .. } = &self.server;
        let us = ClientId::Domain(self.from.email.domain().to_owned());
        let failed = |step| move |error| SendError::new(&self.name(), step, &error);
        let mut connection = if let client::Tls::Wrapper(parameters) = self.tls.clone() {
            let address = (host.as_str(), *port);
            AsyncSmtpConnection::connect_tokio1(address, None, &us, Some(parameters), None).await
        } else {
            let stream = SmtpStream::connect(host, *port).await;
            let stream = stream.map_err(|error| SendError::connection(&self.name(), &error))?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &us).await
        }
        .map_err(failed(Step::Connect))?;
        if let client::Tls::Required(parameters) = self.tls.clone() {
            *step = Step::StartTls;
            let encrypted = connection.starttls(parameters, &us).await;
            encrypted.map_err(failed(Step::StartTls))?;
        }
        if let Some(credentials) = &self.credentials {
            *step = Step::Auth;
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(failed(Step::Auth))?;
        }
        Ok(connection)
    }

    /// The server, for people.
    fn name(&self) -> String {
        format!("{}:{}", self.server.host, self.server.port)
    }
}

async fn transfer(
    connection: &mut AsyncSmtpConnection,
    from: MailFrom,
    to: Address,
    message: &[u8],
    step: &mut Step,
) -> Result<(), smtp::Error> {
    *step = Step::Sender;
    connection.command(from).await?;
    *step = Step::Recipient;
    connection.command(Rcpt::new(to, Vec::new())).await?;
    *step = Step::Message;
    connection.command(Data).await?;
    *step = Step::Reply;
    connection.message(message).await?;
    Ok(())
}

/// Whether this can be the sender of mails: an address, or a name and an address.
#[must_use]
pub fn is_sender(from: &str) -> bool {
    from.parse::<Mailbox>()
        .is_ok_and(|mailbox| with_ascii_domain(&mailbox.email).is_ok())
}

/// Every mail server understands the ASCII form of a domain (RFC 5891).
fn with_ascii_domain(address: &Address) -> Result<Address, AddressError> {
    let domain = Host::parse(address.domain()).map_err(|_| AddressError::InvalidDomain)?;
    Address::new(address.user(), domain.to_string())
}
