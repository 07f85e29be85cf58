//! Tokens that this server never issued, signed with its own key: what refuses them is the check alone.

use serde_json::{Value, json};

use crate::support::{Forger, PROTECTED, SignedIn, TestServer, altered};

async fn refused_everywhere(server: &TestServer, what: &str, token: &str) {
    for route in PROTECTED.into_iter().chain(["/api/logout"]) {
        let answer = server.post_with_token(route, token).await;
        assert_eq!(answer.status, 401, "{route} accepted {what}");
        answer.assert_invalid_token();
    }
}

#[tokio::test]
async fn the_forger_can_make_a_token_that_is_accepted() {
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
        let header = altered(&forger.header, "alg", json!(algorithm));
        refused_everywhere(&server, algorithm, &forger.sign(&header, &forger.claims)).await;
        refused_everywhere(
            &server,
            algorithm,
            &forger.sign_with_public_key_as_secret(&header),
        )
        .await;
        let signed = forger.sign(&header, &forger.claims);
        let (unsigned, _) = signed.rsplit_once('.').unwrap();
        refused_everywhere(&server, algorithm, &format!("{unsigned}.")).await;
    }
    for algorithm in [json!(null), json!(["EdDSA"]), json!(1), json!({})] {
        let header = altered(&forger.header, "alg", algorithm.clone());
        refused_everywhere(
            &server,
            &algorithm.to_string(),
            &forger.sign(&header, &forger.claims),
        )
        .await;
    }
}

#[tokio::test]
async fn the_header_can_not_bring_its_own_key() {
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
        let header = altered(&forger.header, member, value);
        refused_everywhere(
            &server,
            &header.to_string(),
            &forger.sign(&header, &forger.claims),
        )
        .await;
    }
}

#[tokio::test]
async fn a_header_with_more_or_less_than_ours_is_refused() {
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
        let header = altered(&forger.header, member, value);
        refused_everywhere(
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
    refused_everywhere(
        &server,
        &doubled,
        &forger.sign_text(&doubled, &forger.claims.to_string()),
    )
    .await;
}

#[tokio::test]
async fn claims_that_are_missing_or_of_another_type_are_refused() {
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
            let claims = altered(&forger.claims, claim, value);
            refused_everywhere(
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
        let claims = altered(&forger.claims, claim, value);
        refused_everywhere(
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
    refused_everywhere(
        &server,
        &doubled,
        &forger.sign_text(&forger.header.to_string(), &doubled),
    )
    .await;
}

#[tokio::test]
async fn times_that_this_server_never_gives_are_refused() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    let now = server.now();
    for (iat, exp) in [
        (now + 1, now + 900),
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
async fn a_session_vouches_for_its_own_user_only() {
    let server = TestServer::start().await;
    let forger = Forger::new(&server, &server.ada().await);
    let eve = server.add_user("eve", "eavesdropping").await;
    let claims = altered(&forger.claims, "sub", json!(eve.id));
    SignedIn::with_token(forger.sign(&forger.header, &claims))
        .assert_refused(&server)
        .await;
}

#[tokio::test]
async fn what_is_no_token_at_all_is_refused() {
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
        refused_everywhere(&server, &token, &token).await;
    }
}
