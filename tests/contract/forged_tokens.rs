//! Tests of tokens that this server never issued but that are signed with its own key. Only the
//! check of header, claims and session can refuse them.

use serde_json::{Value, json};

use crate::support::{Forger, PROTECTED, SignedIn, TestServer, with_member};

async fn assert_refused_everywhere(server: &TestServer, label: &str, token: &str) {
    for route in PROTECTED.into_iter().chain(["/api/logout"]) {
        let response = server.post_with_token(route, token).await;
        assert_eq!(response.status, 401, "{route} accepted {label}");
        response.assert_invalid_token();
    }
}

#[tokio::test]
async fn an_unchanged_token_signed_by_the_forger_is_accepted() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    SignedIn::with_token(forger.sign(&forger.header, &forger.claims))
        .assert_accepted(&server)
        .await;
}

#[tokio::test]
async fn no_other_algorithm_is_accepted() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    for algorithm in [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS256", "PS256", "ES256", "eddsa",
        "EDDSA", "Ed25519",
    ] {
        let header = with_member(&forger.header, "alg", json!(algorithm));
        assert_refused_everywhere(&server, algorithm, &forger.sign(&header, &forger.claims)).await;
        assert_refused_everywhere(
            &server,
            algorithm,
            &forger.sign_with_public_key_as_secret(&header),
        )
        .await;
        let signed = forger.sign(&header, &forger.claims);
        let (unsigned, _) = signed.rsplit_once('.').unwrap();
        assert_refused_everywhere(&server, algorithm, &format!("{unsigned}.")).await;
    }
    for algorithm in [json!(null), json!(["EdDSA"]), json!(1), json!({})] {
        let header = with_member(&forger.header, "alg", algorithm.clone());
        assert_refused_everywhere(
            &server,
            &algorithm.to_string(),
            &forger.sign(&header, &forger.claims),
        )
        .await;
    }
}

#[tokio::test]
async fn the_header_cannot_supply_its_own_key() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    let jwks = server.get("/.well-known/jwks.json").await.json();
    for (member, value) in [
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' UNION SELECT 'x")),
        ("kid", json!("")),
        ("kid", json!(null)),
        ("kid", json!([forger.header["kid"]])),
        ("jku", json!("https://evil.example/jwks.json")),
        ("jwk", jwks["keys"][0].clone()),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
    ] {
        let header = with_member(&forger.header, member, value);
        assert_refused_everywhere(
            &server,
            &header.to_string(),
            &forger.sign(&header, &forger.claims),
        )
        .await;
    }
}

#[tokio::test]
async fn a_header_with_extra_missing_or_changed_members_is_refused() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    for (member, value) in [
        ("crit", json!(["b64"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("typ", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!("AT+JWT")),
        ("typ", json!("application/at+jwt")),
        ("typ", json!("refresh+jwt")),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
        ("anything", json!("else")),
    ] {
        let header = with_member(&forger.header, member, value);
        assert_refused_everywhere(
            &server,
            &header.to_string(),
            &forger.sign(&header, &forger.claims),
        )
        .await;
    }
    let doubled = forger
        .header
        .to_string()
        .replacen('{', r#"{"alg":"EdDSA","#, 1);
    assert_refused_everywhere(
        &server,
        &doubled,
        &forger.sign_text(&doubled, &forger.claims.to_string()),
    )
    .await;
}

#[tokio::test]
async fn missing_mistyped_wrong_and_unexpected_claims_are_refused() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "sid"] {
        let right = forger.claims[claim].clone();
        for value in [
            json!(null),
            json!([right]),
            json!({ "0": right }),
            json!(true),
            json!(""),
            json!("0"),
            json!(1e300),
        ] {
            let claims = with_member(&forger.claims, claim, value);
            assert_refused_everywhere(
                &server,
                &claims.to_string(),
                &forger.sign(&forger.header, &claims),
            )
            .await;
        }
    }
    for (claim, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!("http://127.0.0.1:3000/")),
        ("aud", json!("another-service")),
        ("nbf", json!(server.now() + 60)),
        ("nbf", json!(0)),
        ("admin", json!(true)),
    ] {
        let claims = with_member(&forger.claims, claim, value);
        assert_refused_everywhere(
            &server,
            &claims.to_string(),
            &forger.sign(&forger.header, &claims),
        )
        .await;
    }
    let doubled = forger
        .claims
        .to_string()
        .replacen('{', r#"{"exp":9999999999,"#, 1);
    assert_refused_everywhere(
        &server,
        &doubled,
        &forger.sign_text(&forger.header.to_string(), &doubled),
    )
    .await;
}

#[tokio::test]
async fn a_token_with_impossible_times_is_refused() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    let now = server.now();
    for (iat, exp) in [
        (now + 61, now + 900),
        (now, now),
        (now, now - 1),
        (now, now + 3601),
        (now - 900, now + 86400),
        (now - 900, now),
    ] {
        let mut claims = forger.claims.clone();
        claims["iat"] = json!(iat);
        claims["exp"] = json!(exp);
        SignedIn::with_token(forger.sign(&forger.header, &claims))
            .assert_refused(&server)
            .await;
    }
}

#[tokio::test]
async fn a_token_that_names_another_user_than_its_session_is_refused() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    let eve = server.add_user("eve", "eavesdropping eve").await;
    let claims = with_member(&forger.claims, "sub", json!(eve.id));
    SignedIn::with_token(forger.sign(&forger.header, &claims))
        .assert_refused(&server)
        .await;
}

#[tokio::test]
async fn malformed_tokens_are_refused() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let forger = Forger::new(&server, &ada);
    let empty: Value = json!({});
    for token in [
        "x".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "e30.e30.e30".to_owned(),
        forger.sign(&empty, &empty),
        ada.token.replace('.', ".."),
        ada.token[..ada.token.len() - 4].to_owned(),
        format!("{}{}", ada.token, "A".repeat(5000)),
        "A".repeat(20_000),
    ] {
        assert_refused_everywhere(&server, &token, &token).await;
    }
}
