use proptest::prelude::*;
use tf_provider::value::Value;

use super::*;

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn prints_plain_decimal_text() {
    for (text, printed) in [
        ("0", "0"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("007", "7"),
        ("5e12", "5000000000000"),
        ("1e19", "10000000000000000000"),
        ("18446744073709551615", "18446744073709551615"),
        ("1.50", "1.5"),
        ("0.1", "0.1"),
        ("-0.001e-2", "-0.00001"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
        ("1180591620717411303424", "1180591620717411303424"),
        ("1e5000", "1e5000"),
        ("-1e-5000", "-1e-5000"),
        ("1e99999999999999999999", "1e1099511627776"),
    ] {
        assert_eq!(number(text).to_string(), printed, "{text}");
    }
}

/// No exponent is so large that arithmetic on it overflows.
#[test]
fn any_exponent_is_survived() {
    for exponent in ["-9223372036854775808", "9223372036854775807", "9223372036854775808", "-99999999999999999999999"] {
        for mantissa in ["1", "-1.5", "0.001", "100", "0"] {
            let text = format!("{mantissa}e{exponent}");
            let value = number(&text);
            assert!(value.as_i64() == (mantissa == "0").then_some(0) && value.as_u64() == value.as_i64().map(|_| 0));
            let infinite = mantissa != "0" && !exponent.starts_with('-');
            assert_eq!(value.to_f64().abs(), if infinite { f64::INFINITY } else { 0.0 }, "{text}");
            assert_eq!(number(&value.to_string()), value, "{text}");
            assert_eq!(value.to_plain(0, 60).is_some(), mantissa == "0", "{text}");
            assert_eq!(value.times(7).times(0), number("0"), "{text}");
            assert_eq!(value.cmp(&number("0")) == Ordering::Equal, mantissa == "0");
            let bytes = rmp_serde::to_vec_named(&value).unwrap();
            assert_eq!(rmp_serde::from_slice::<Number>(&bytes).unwrap(), value, "{text}");
        }
    }
}

#[test]
fn plain_text_has_every_digit() {
    for (text, places, plain) in [
        ("0", 0, Some("0")),
        ("0", 2, Some("0.00")),
        ("100", 0, Some("100")),
        ("100.50", 2, Some("100.50")),
        ("1e2", 0, Some("100")),
        ("15e-1", 0, Some("1.5")),
        ("5e-3", 0, Some("0.005")),
        ("-0.05", 3, Some("-0.050")),
        ("123456789012345678901234567890.5", 0, Some("123456789012345678901234567890.5")),
        ("1e59", 0, Some(&*format!("1{}", "0".repeat(59)))),
        ("1e60", 0, None),
        ("1", 60, None),
    ] {
        assert_eq!(number(text).to_plain(places, 60).as_deref(), plain, "{text}");
    }
}

#[test]
fn products_are_exact() {
    assert_eq!(number("1.5").times(1 << 40).as_i64(), Some(1_649_267_441_664));
    assert_eq!(number("-0.1").times(10), number("-1"));
    assert_eq!(
        number("12345678901234567890.5").times(u64::MAX).to_string(),
        "227737579107269814019439401147031418157.5"
    );
    assert!(!number("0.3").times(1_000_000).is_negative() && number("-0.3").times(2).is_negative());
    assert_eq!(number("-5").times(0), number("0"));
}

#[test]
fn refuses_what_is_no_number() {
    for text in ["", "-", ".", "1e", "e5", "1e+", "0x10", "NaN", "Inf", "1_000", " 1", "1.2.3", "--1", "+-1", "١"] {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Malformed), "{text:?}");
    }
    assert_eq!(Number::try_from(f64::INFINITY), Err(NumberError::NotFinite));
    assert_eq!(Number::try_from(f64::NAN), Err(NumberError::NotFinite));
}

#[test]
fn integers_are_exact() {
    assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
    assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808").as_i64(), None);
    assert_eq!(number("9223372036854775808").as_u64(), Some(1 << 63));
    assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
    assert_eq!(number("18446744073709551616").as_u64(), None);
    assert_eq!(Number::from(u64::MAX), number("18446744073709551615"));
    assert_eq!(Number::try_from(-9_223_372_036_854_775_808.0).unwrap().as_i64(), Some(i64::MIN));
    assert_eq!(Number::try_from(9_223_372_036_854_775_808.0).unwrap().as_i64(), None);
    assert_eq!(number("1.5").as_i64(), None);
    assert_eq!(number("-1").as_u64(), None);
    assert!(number("1e30").is_integer() && !number("1e-30").is_integer());
}

#[test]
fn a_tenth_is_not_the_double_next_to_it() {
    let double = Number::try_from(0.1).unwrap();
    assert_ne!(double, number("0.1"));
    assert!(double > number("0.1"));
    assert_eq!(double, number("0.1000000000000000055511151231257827021181583404541015625"));
    assert_eq!(double.to_string(), "0.1");
}

/// The bytes that cty's encoder writes for these numbers, as far as its rule goes: integer, else exact double, else
/// text.
#[test]
fn writes_what_terraform_would() {
    let bytes = |text: &str| rmp_serde::to_vec_named(&Value::Value(number(text))).unwrap();
    assert_eq!(bytes("5"), [0x05]);
    assert_eq!(bytes("-1"), [0xff]);
    assert_eq!(bytes("1.5"), [&[0xcb_u8][..], &1.5_f64.to_be_bytes()].concat());
    assert_eq!(bytes("1e19"), [&[0xcb_u8][..], &1e19_f64.to_be_bytes()].concat());
    assert_eq!(bytes("0.1"), b"\xa30.1");
    assert_eq!(bytes("9223372036854775809"), b"\xb39223372036854775809");
}

#[test]
fn reads_every_form_inside_a_value() {
    let read = |bytes: &[u8]| rmp_serde::from_slice::<Value<Number>>(bytes).unwrap();
    assert_eq!(read(&[0x05]), Value::Value(number("5")));
    assert_eq!(read(b"\xa30.1"), Value::Value(number("0.1")));
    assert_eq!(read(&[0xcf, 255, 255, 255, 255, 255, 255, 255, 255]), Value::Value(number("18446744073709551615")));
    assert_eq!(read(&[&[0xcb_u8][..], &2.5_f64.to_be_bytes()].concat()), Value::Value(number("2.5")));
    assert_eq!(read(&[0xca, 0x3f, 0xc0, 0, 0]), Value::Value(number("1.5")));
    assert_eq!(read(&[0xc0]), Value::Null);
    assert_eq!(read(&[0xd4, 0, 0]), Value::Unknown);
    assert_eq!(serde_json::from_str::<Value<Number>>("12").unwrap(), Value::Value(number("12")));
    assert!(rmp_serde::from_slice::<Value<Number>>(b"\xa3abc").is_err());
    assert!(rmp_serde::from_slice::<Number>(&[0xc3]).is_err());
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", |value| Number::try_from(value).ok()),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(|text| number(&text)),
    ]
}

proptest! {
    #[test]
    fn survives_the_wire(value in any_number()) {
        let bytes = rmp_serde::to_vec_named(&value).unwrap();
        prop_assert_eq!(rmp_serde::from_slice::<Number>(&bytes).unwrap(), value.clone());
        prop_assert_eq!(rmp_serde::from_slice::<Value<Number>>(&bytes).unwrap(), Value::Value(value));
    }

    #[test]
    fn printed_text_reads_as_the_same_double(value in any_number()) {
        let printed = value.to_string();
        prop_assert_eq!(number(&printed).to_f64(), value.to_f64());
    }

    #[test]
    fn plain_text_is_the_same_number(value in any_number(), places in 0..5_usize) {
        if let Some(plain) = value.to_plain(places, 2_000) {
            prop_assert_eq!(number(&plain), value.clone());
            prop_assert!(!plain.contains('e') && plain.starts_with('-') == value.is_negative());
        }
    }

    #[test]
    fn products_agree_with_integers(left in any::<i32>(), right in any::<u32>()) {
        let product = i64::from(left) * i64::from(right);
        prop_assert_eq!(Number::from(left).times(u64::from(right)), Number::from(product));
    }

    #[test]
    fn order_agrees_with_doubles(left in any_number(), right in any_number()) {
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        prop_assert_eq!(left.cmp(&right) == Ordering::Equal, left == right);
        if let Some(order @ (Ordering::Less | Ordering::Greater)) = left.to_f64().partial_cmp(&right.to_f64()) {
            prop_assert_eq!(left.cmp(&right), order);
        }
    }

    #[test]
    fn any_text_is_survived(text in "[-+.eE0-9x ]{0,30}") {
        if let Ok(value) = text.parse::<Number>() {
            prop_assert_eq!(number(&value.to_string()), value);
        }
    }
}
