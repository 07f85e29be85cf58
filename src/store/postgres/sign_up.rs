//! Tokens by which an account is created, after a sign-up or an invitation.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{PostgresStore, StoreError, accounts, login, mails, one_time_tokens};
use crate::{
    domain::{
        Actor, EmailAddress, EventKind, InvitationId, SecurityEvent, Timestamp, TokenHash,
        TokenPurpose,
    },
    store::{
        AccountCreated, InsertedUser, NewInvitation, NewSession, NewUser, StoredInvitation,
        rows::InvitationRow,
    },
};

pub(super) async fn insert_invitation(
    store: &PostgresStore,
    id: InvitationId,
    invitation: NewInvitation<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    match invitation {
        NewInvitation::Link(token) => {
            one_time_tokens::insert_unowned(&mut writing, token, None, Some(id)).await?;
        }
        NewInvitation::Mail(mail) => {
            let key = mail.recipient.as_ref().map(EmailAddress::comparison_key);
            let taken = sqlx::query("SELECT 1 FROM countersign_users WHERE email_key = $1");
            if taken
                .bind(key)
                .fetch_optional(&mut *writing)
                .await?
                .is_some()
            {
                writing.roll_back().await?;
                return Ok(false);
            }
            mails::queue_within(&mut writing, mail, actor, now).await?;
        }
    }
    let event = SecurityEvent::new(EventKind::Invited, actor, now).with_detail(id.to_string());
    writing.commit([event]).await?;
    Ok(true)
}

pub(super) async fn list_invitations(
    store: &PostgresStore,
    now: Timestamp,
) -> Result<Vec<StoredInvitation>, StoreError> {
    let mut connection = store.connection().await?;
    let rows: Vec<InvitationRow> = sqlx::query_as(
        "SELECT invitation_id AS id, address, max(expires_at) AS expires_at
         FROM countersign_one_time_tokens WHERE invitation_id IS NOT NULL AND expires_at > $1
         GROUP BY invitation_id, address
         UNION ALL
         SELECT id, recipient, NULL::bigint FROM countersign_mails AS mail
         WHERE kind = 'invitation' AND due_at IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM countersign_one_time_tokens WHERE invitation_id = mail.id)
         ORDER BY id",
    )
    .bind(now.0)
    .fetch_all(&mut *connection)
    .await?;
    connection.release();
    Ok(rows.into_iter().map(StoredInvitation::from).collect())
}

pub(super) async fn revoke_invitation(
    store: &PostgresStore,
    id: InvitationId,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let tokens = delete_tokens(&mut writing, id.0).await?;
    let mails = sqlx::query(
        "DELETE FROM countersign_mails
         WHERE id = $1 AND kind = 'invitation' AND sent_at IS NULL",
    )
    .bind(id.0)
    .execute(&mut *writing)
    .await?;
    if tokens + mails.rows_affected() == 0 {
        writing.roll_back().await?;
        return Ok(false);
    }
    let event = SecurityEvent::new(EventKind::InvitationRevoked, actor, now);
    writing.commit([event.with_detail(id.to_string())]).await?;
    Ok(true)
}

async fn delete_tokens(connection: &mut PgConnection, invitation: Uuid) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM countersign_one_time_tokens WHERE invitation_id = $1")
        .bind(invitation)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

pub(super) async fn find(
    store: &PostgresStore,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<Option<EmailAddress>>, StoreError> {
    let mut connection = store.connection().await?;
    let address = sqlx::query_scalar(
        "SELECT address FROM countersign_one_time_tokens
         WHERE hash = $1 AND purpose = $2 AND expires_at > $3",
    )
    .bind(token.0.as_slice())
    .bind(TokenPurpose::AccountCreation.code())
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await?;
    connection.release();
    let address: Option<Option<String>> = address;
    Ok(address.map(|address| address.map(EmailAddress::from_stored)))
}

pub(super) async fn create_account(
    store: &PostgresStore,
    token: TokenHash,
    new: &NewUser<'_>,
    session: &NewSession<'_>,
) -> Result<AccountCreated, StoreError> {
    let mut writing = store.begin().await?;
    let used: Option<(Option<String>, Option<Uuid>)> = sqlx::query_as(
        "DELETE FROM countersign_one_time_tokens
         WHERE hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING address, invitation_id",
    )
    .bind(token.0.as_slice())
    .bind(TokenPurpose::AccountCreation.code())
    .bind(new.created_at.0)
    .fetch_optional(&mut *writing)
    .await?;
    let Some((address, invitation)) = used else {
        writing.roll_back().await?;
        return Ok(AccountCreated::InvalidToken);
    };
    let email = address.map(EmailAddress::from_stored);
    let new = NewUser {
        email: email.as_ref(),
        ..new.clone()
    };
    let refused = match accounts::insert_within(&mut writing, &new).await? {
        InsertedUser::Inserted => None,
        InsertedUser::NameTaken => Some(AccountCreated::NameTaken),
        InsertedUser::EmailTaken => Some(AccountCreated::EmailTaken),
    };
    if let Some(refused) = refused {
        writing.roll_back().await?;
        return Ok(refused);
    }
    // A mail that was sent twice has two links.
    if let Some(invitation) = invitation {
        delete_tokens(&mut writing, invitation).await?;
    }
    let actor = Actor::from(session.client);
    let how = invitation.map_or("sign_up", |_| "invitation");
    let added = SecurityEvent::new(EventKind::UserAdded, &actor, new.created_at);
    let mut events = vec![added.with_user(new.user.id).with_detail(how)];
    events.extend(login::open_within(&mut writing, session).await?);
    writing.commit(events).await?;
    Ok(AccountCreated::Created)
}
