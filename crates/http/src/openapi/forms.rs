//! What a request must look like beyond what attributes of its members can say: which members go together, and what text
//! may hold. Said once for all of them, so that the document promises no more than the handlers accept.

use domain::catalog::MAX_STOCK;
use domain::event::EventKind;
use domain::order::Country;
use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Array, OneOf, OneOfBuilder, SchemaType};
use utoipa::openapi::{Object, OpenApi as Document, RefOr, Schema, Type};

/// Text in one line: something to see, and no control characters.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$";
/// Text in several lines, or none: no control characters but tabs and line breaks.
const PROSE: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// Header fields that are read, how they are written, and an example where that is not plain.
const FIELDS: [(&str, &str, Option<&str>); 3] = [
    ("If-Match", r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"#, Some(r#""3.Ay1IeTG8lLnM""#)),
    ("Idempotency-Key", r#"^([!#-~][!-~]{0,254}|"([!#-\[\]-~]|\\["\\]){1,255}")$"#, None),
    ("X-Cart-Token", "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$", None),
];
/// Bodies of which something must be there, though each member may be left out.
const PATCHES: [&str; 2] = ["AccountPatch", "WebhookEndpointPatch"];
/// Bodies that are of one kind or another.
const KINDS: [(&str, &[Kind]); 3] = [
    (
        "NewCartItem",
        &[
            Kind { has: &["productId"], lacks: &["variantId", "sku"] },
            Kind { has: &["variantId"], lacks: &["productId", "sku"] },
            Kind { has: &["sku"], lacks: &["productId", "variantId"] },
        ],
    ),
    (
        "NewProduct",
        &[
            Kind { has: &["price", "sku"], lacks: &["variants"] },
            Kind { has: &["variants"], lacks: &["price", "stock", "sku"] },
        ],
    ),
    (
        "StockChange",
        &[
            Kind { has: &["delta", "reason"], lacks: &["expected", "onHand"] },
            Kind { has: &["expected", "onHand"], lacks: &["delta"] },
        ],
    ),
];

/// The members that make a kind of a body, and those that it cannot have.
struct Kind {
    has: &'static [&'static str],
    lacks: &'static [&'static str],
}

/// Adds it.
pub(super) struct Forms;

impl Modify for Forms {
    fn modify(&self, document: &mut Document) {
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete] {
                operation.iter_mut().for_each(parameters);
            }
        }
        let Some(components) = document.components.as_mut() else { return };
        for (name, schema) in &mut components.schemas {
            let RefOr::T(Schema::Object(body)) = schema else { continue };
            if !is_closed(body) {
                continue; // it is told, not read
            }
            for (member, schema) in &mut body.properties {
                refine(member, schema);
            }
            if PATCHES.contains(&name.as_str()) {
                body.min_properties = Some(1);
            }
            if let Some((_, kinds)) = KINDS.iter().find(|(of, _)| of == name) {
                *schema = RefOr::T(one_of(body, kinds).into());
            }
        }
    }
}

/// Ids begin at 1, and some fields have a form of their own.
fn parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(Parameter {
            name, parameter_in, schema: Some(RefOr::T(Schema::Object(schema))), ..
        }) = parameter
        else {
            continue;
        };
        if let Some((_, pattern, example)) = FIELDS.iter().find(|(field, ..)| field == name) {
            schema.schema_type = Type::String.into(); // the macro lets what may be left out be null
            schema.pattern = Some((*pattern).to_owned());
            schema.examples = example.iter().map(|&example| example.into()).collect();
        }
        if *parameter_in == ParameterIn::Path && is(schema, &Type::Integer) {
            schema.minimum = Some(utoipa::Number::Int(1));
        }
    }
}

fn refine(member: &str, schema: &mut RefOr<Schema>) {
    match (member, &mut *schema) {
        ("options", RefOr::T(Schema::Object(options))) => {
            options.max_properties = Some(10);
            options.property_names = Some(Box::new(line(50).into()));
            options.additional_properties = Some(Box::new(AdditionalProperties::RefOr(line(100).into())));
        }
        ("country", RefOr::T(Schema::Object(country))) => country.enum_values = Some(countries()),
        ("delta", RefOr::T(Schema::Object(units))) => {
            let difference = difference(units);
            *schema = RefOr::T(difference.into());
        }
        ("events", RefOr::T(Schema::Array(list))) => {
            let several = events(list.description.take());
            *schema = RefOr::T(several.into());
        }
        (_, RefOr::T(Schema::Object(text))) if is(text, &Type::String) => {
            let said = text.pattern.is_some() || text.format.is_some() || text.enum_values.is_some();
            let pattern = if text.min_length.is_some() { LINE } else { PROSE };
            text.pattern = text.pattern.take().or_else(|| (!said).then(|| pattern.to_owned()));
        }
        _ => {}
    }
}

/// A number of units that is not 0.
fn difference(units: &Object) -> OneOf {
    let mut described =
        OneOf::builder().description(units.description.clone()).examples(units.example.clone());
    for (least, most) in [(1, MAX_STOCK), (-MAX_STOCK, -1)] {
        let some = Object::builder().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most));
        described = described.item(some);
    }
    described.build()
}

fn countries() -> Vec<Value> {
    Country::codes().map(Value::from).collect()
}

fn line(longest: usize) -> Object {
    Object::builder()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(longest))
        .pattern(Some(LINE))
        .build()
}

/// Some kinds of events, or all of them, those to come too.
fn events(description: Option<String>) -> OneOf {
    let of = |words: Vec<&str>| {
        Array::builder()
            .items(Object::builder().schema_type(Type::String).enum_values(Some(words)))
            .min_items(Some(1))
    };
    let every = of(vec!["*"]).max_items(Some(1)).build();
    let some = of(EventKind::ALL.iter().map(|kind| kind.as_str()).collect()).build();
    let examples = [json!(["order.placed", "order.paid"])];
    OneOf::builder().description(description).item(some).item(every).examples(examples).build()
}

/// Splits a body into its kinds.
fn one_of(body: &Object, kinds: &[Kind]) -> OneOf {
    let kind = |kind: &Kind| {
        let mut split = body.clone();
        split.description = None;
        split.required.extend(kind.has.iter().map(|&member| member.to_owned()));
        for member in kind.lacks {
            split.properties.remove(*member);
        }
        split
    };
    let together = OneOf::builder().description(body.description.clone());
    kinds.iter().map(kind).fold(together, OneOfBuilder::item).build()
}

/// Tells whether other members than the listed ones are refused, as in whatever is read.
fn is_closed(body: &Object) -> bool {
    matches!(body.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false)))
}

fn is(schema: &Object, expected: &Type) -> bool {
    matches!(&schema.schema_type, SchemaType::Type(it) if it == expected)
}
