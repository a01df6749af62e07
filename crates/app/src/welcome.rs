//! What a fresh shop tells the person who started it: where it is, how to try it, and once the password of its staff.

use crate::first_staff;
use crate::settings::{Delivery, LogFormat, Settings};
use std::io::{IsTerminal, Write, stdout};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Prints the welcome of an embedded shop for people; a log for machines stays alone.
pub(crate) fn print(settings: &Settings, address: SocketAddr, staff_password: Option<&str>) {
    if !settings.backends.is_embedded() || settings.log.format != LogFormat::Text {
        return;
    }
    let at_terminal = stdout().is_terminal();
    let text = text(settings, address, staff_password.filter(|_| at_terminal));
    // Whoever closed standard output did not want to read it.
    let _ = stdout().lock().write_all(text.as_bytes());
}

fn text(settings: &Settings, address: SocketAddr, staff_password: Option<&str>) -> String {
    let shop = url(address);
    let database = settings.backends.database_shown();
    let (email, file) = (first_staff::EMAIL, settings.data_dir.join(first_staff::PASSWORD_FILE));
    let password = match staff_password {
        Some(password) => format!("{password} (shown once; it is in {})", file.display()),
        None => format!("in {}", file.display()),
    };
    let messages = match settings.mail.delivery {
        Delivery::Folder => {
            format!("  messages to people are written into {}\n", settings.data_dir.join("outbox").display())
        }
        Delivery::Smtp(_) | Delivery::Nowhere => String::new(),
    };
    format!(
        "
Tradepost is open at {shop}
  goods and orders are kept in {database}; every call is described at {shop}/docs
  staff: {email}, password: {password}
{messages}
Try it:
  curl '{shop}/api/v1/products?category=Electronics&minPrice=20&maxPrice=40&inStock=true'
  curl {shop}/api/v1/auth/signup -H 'Content-Type: application/json' -d '{{\"name\":\"Ada\",\"email\":\"ada@example.org\",\"password\":\"correct horse battery\"}}'
  curl {shop}/api/v1/auth/signin -H 'Content-Type: application/json' -d '{{\"email\":\"ada@example.org\",\"password\":\"correct horse battery\"}}'

"
    )
}

/// Returns the address as this machine reaches it.
fn url(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    format!("http://{}", SocketAddr::new(host, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Environment;

    #[test]
    fn the_password_is_told_once_and_the_address_as_it_can_be_reached() {
        let settings = Settings::load(&Environment::of([("APP_CONFIG_DIR", "/nowhere")])).unwrap();
        let everywhere = SocketAddr::from(([0, 0, 0, 0], 8080));
        let first = text(&settings, everywhere, Some("k3f9d-hunter2"));
        assert!(
            first.contains("k3f9d-hunter2") && first.contains("open at http://127.0.0.1:8080"),
            "{first}"
        );
        let later = text(&settings, everywhere, None);
        assert!(later.contains("password: in data/staff-password"), "{later}");
    }
}
