//! A self-signed certificate for a P-521 key, written by hand: the library for certificates makes them only with other cryptography.

use p521::ecdsa::signature::Signer;
use p521::ecdsa::{DerSignature, SigningKey};

/// The kinds of DER values in a certificate.
mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OBJECT: u8 = 0x06;
    pub const UTF8: u8 = 0x0c;
    pub const TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    pub const VERSION: u8 = 0xa0;
    pub const EXTENSIONS: u8 = 0xa3;
    /// A DNS name among the subject's names.
    pub const DNS: u8 = 0x82;
}

const ECDSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04];
const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const SUBJECT_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// One value: its kind, its length, its content.
fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut whole = vec![tag];
    match content.len() {
        length @ 0..=0x7f => whole.push(length as u8),
        length @ 0x80..=0xff => whole.extend([0x81, length as u8]),
        length => whole.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    whole.extend(content);
    whole
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(tag::SEQUENCE, &parts.concat())
}

/// Bits that are whole bytes.
fn bits(bytes: &[u8]) -> Vec<u8> {
    value(tag::BIT_STRING, &[&[0], bytes].concat())
}

fn extension(id: &[u8], content: &[u8]) -> Vec<u8> {
    sequence(&[value(tag::OBJECT, id), value(tag::OCTET_STRING, content)])
}

/// A certificate like Terraform's: an authority's, for `localhost`, used as a client's.
pub(super) fn certificate(key: &SigningKey) -> Vec<u8> {
    let algorithm = sequence(&[value(tag::OBJECT, ECDSA_SHA512)]);
    let common_name = sequence(&[value(tag::OBJECT, COMMON_NAME), value(tag::UTF8, b"localhost")]);
    let name = sequence(&[value(tag::SET, &common_name)]);
    let validity = sequence(&[value(tag::TIME, b"20200101000000Z"), value(tag::TIME, b"21000101000000Z")]);
    let point = key.verifying_key().to_sec1_point(false);
    let key_kind = sequence(&[value(tag::OBJECT, EC_KEY), value(tag::OBJECT, P521)]);
    let constraints = sequence(&[value(tag::BOOLEAN, &[0xff])]);
    let names = sequence(&[value(tag::DNS, b"localhost")]);
    let extensions = sequence(&[extension(BASIC_CONSTRAINTS, &constraints), extension(SUBJECT_NAMES, &names)]);
    let content = sequence(&[
        value(tag::VERSION, &value(tag::INTEGER, &[2])),
        value(tag::INTEGER, &[1]),
        algorithm.clone(),
        name.clone(),
        validity,
        name,
        sequence(&[key_kind, bits(point.as_bytes())]),
        value(tag::EXTENSIONS, &extensions),
    ]);
    let signature: DerSignature = key.sign(&content);
    sequence(&[content, algorithm, bits(signature.as_bytes())])
}
