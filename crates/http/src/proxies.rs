//! Proxies in front of the shop, and what is believed because they say it: `X-Forwarded-For` and `X-Forwarded-Proto`. From
//! anybody else both are noise, for any client can write them. What the address is then used for is not decided here.

use crate::safeguards::Transport;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::Invalid;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The addresses of one proxy or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy(IpNet);

impl Proxy {
    /// Reads an address, or a network in CIDR notation.
    ///
    /// # Errors
    /// Whatever is neither, a network with an address in it, and everybody.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let network: IpNet = network.map_err(|_| {
            Invalid::new("must have addresses such as 10.0.0.7 or networks such as 10.0.0.0/8")
        })?;
        if network.prefix_len() == 0 {
            return Err(Invalid::new("must not be everybody: any client could say who it is"));
        }
        if network != network.trunc() {
            return Err(Invalid::owned(format!(
                "must have networks by their first address: {}",
                network.trunc()
            )));
        }
        Ok(Self(network))
    }
}

/// The proxies that are believed; none unless somebody lists them. Clones share the list.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl FromIterator<Proxy> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = Proxy>>(proxies: I) -> Self {
        Self(proxies.into_iter().map(|Proxy(network)| network).collect())
    }
}

impl TrustedProxies {
    /// Returns who sent a request: whoever connected, or, where that is a proxy of the list, the last address in
    /// `X-Forwarded-For` that is none. Each proxy appends whom it heard, so what a client wrote itself stands further left.
    pub(crate) fn client(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = connected.to_canonical();
        let lines: Vec<&[u8]> = headers.get_all(FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
        let mut heard = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
        while self.lists(client) {
            // Whoever wrote what is no address was heard by the proxy that we have come to.
            let Some(further) = heard.next().and_then(address) else { break };
            client = further;
        }
        client
    }

    /// Returns how a request came to the shop, as far as the proxy that connected knows.
    pub(crate) fn transport(&self, connected: IpAddr, headers: &HeaderMap) -> Transport {
        let mut said = headers.get_all(FORWARDED_PROTO);
        let is_https = said.next().is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
        let is_tls = is_https && said.next().is_none() && self.lists(connected.to_canonical());
        if is_tls { Transport::Tls } else { Transport::Plain }
    }

    fn lists(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Reads an address as proxies write it: alone or with a port, an IPv6 address in brackets or not.
fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    bare.parse().or_else(|_| with_port()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(list: &str) -> TrustedProxies {
        list.split_whitespace().map(|proxy| Proxy::parse(proxy).unwrap()).collect()
    }

    /// Returns whom `proxies` take for the client when `connected` sends these lines of `X-Forwarded-For`.
    fn client(list: &str, connected: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        proxies(list).client(connected.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn what_a_client_says_of_itself_is_noise() {
        for list in ["", "10.0.0.0/8"] {
            for said in ["198.51.100.9", "10.0.0.1", "198.51.100.9, 10.0.0.1", "unknown"] {
                assert_eq!(client(list, "203.0.113.5", &[said]), "203.0.113.5", "{said}");
            }
        }
    }

    #[test]
    fn behind_one_proxy_the_client_is_whom_it_heard() {
        for (said, who) in [
            ("203.0.113.5", "203.0.113.5"),
            ("198.51.100.9, 203.0.113.5", "203.0.113.5"),
            ("10.0.0.9, 203.0.113.5", "203.0.113.5"),
            ("unknown, 203.0.113.5", "203.0.113.5"),
            ("\u{e9}, 203.0.113.5", "203.0.113.5"),
            ("10.0.0.9", "10.0.0.9"),
        ] {
            assert_eq!(client("10.0.0.1", "10.0.0.1", &[said]), who, "{said}");
        }
        assert_eq!(client("10.0.0.1", "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn behind_more_proxies_it_is_the_last_that_is_none() {
        let list = "10.0.0.0/8 2001:db8:1::/48";
        for (said, who) in [
            ("203.0.113.5, 10.0.0.2", "203.0.113.5"),
            ("198.51.100.9, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
            ("10.0.0.3, 203.0.113.5, 10.0.0.2, 2001:db8:1::7", "203.0.113.5"),
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("198.51.100.9, unknown, 10.0.0.2", "10.0.0.2"),
            ("198.51.100.9, , 10.0.0.2", "10.0.0.2"),
            ("198.51.100.9, 10.0.0.2:x", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(client(list, "10.0.0.1", &[said]), who, "{said}");
        }
        let lines = ["198.51.100.9", "203.0.113.5 ,10.0.0.3", "\t10.0.0.2"];
        assert_eq!(client(list, "10.0.0.1", &lines), "203.0.113.5", "lines follow one another");
    }

    #[test]
    fn an_address_is_one_however_it_is_written() {
        for (said, who) in [
            ("203.0.113.5:4711", "203.0.113.5"),
            ("::ffff:203.0.113.5", "203.0.113.5"),
            ("[2001:db8::5]", "2001:db8::5"),
            ("[2001:DB8:0::5]:4711", "2001:db8::5"),
            ("2001:db8::5", "2001:db8::5"),
        ] {
            assert_eq!(client("127.0.0.1", "::ffff:127.0.0.1", &[said]), who, "{said}");
        }
        for garbage in [
            "localhost",
            "203.0.113",
            "203.0.113.5.6",
            "0x7f.1",
            "for=203.0.113.5",
            "[203.0.113.5",
            "\"::1\"",
        ] {
            assert_eq!(client("127.0.0.1", "127.0.0.1", &[garbage]), "127.0.0.1", "{garbage}");
        }
    }

    #[test]
    fn a_proxy_of_the_list_says_how_a_request_came() {
        let transport = |connected: &str, said: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for said in said {
                headers.append(FORWARDED_PROTO, HeaderValue::from_static(said));
            }
            proxies("10.0.0.0/8").transport(connected.parse().unwrap(), &headers)
        };
        assert_eq!(transport("10.0.0.1", &["https"]), Transport::Tls);
        assert_eq!(transport("::ffff:10.0.0.1", &["HTTPS"]), Transport::Tls);
        assert_eq!(transport("203.0.113.5", &["https"]), Transport::Plain);
        for said in [&[][..], &["http"], &["https", "http"], &["https", "https"], &["https, http"], &["wss"]]
        {
            assert_eq!(transport("10.0.0.1", said), Transport::Plain, "{said:?}");
        }
    }

    #[test]
    fn a_network_has_one_spelling_and_is_not_everybody() {
        for text in ["10.0.0.7", "10.0.0.0/8", "::1", "2001:db8::/32", "10.0.0.7/32"] {
            assert!(Proxy::parse(text).is_ok(), "{text}");
        }
        for (text, reason) in [
            ("proxy.example", "such as"),
            ("10.0.0.0/33", "such as"),
            ("10.0.0.1:80", "such as"),
            ("*", "such as"),
            ("10.0.0.7/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "everybody"),
            ("::/0", "everybody"),
        ] {
            assert!(Proxy::parse(text).unwrap_err().to_string().contains(reason), "{text}");
        }
    }
}
