//! Certificates for servers of 127.0.0.1, from an authority that is made for the occasion and that nobody else trusts.

use rcgen::{BasicConstraints, CertificateParams, Error, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// What a server shows and what its clients believe, all as PEM.
pub(crate) struct Certificates {
    /// The authority, for clients.
    pub(crate) authority: String,
    /// The server's own, signed by the authority.
    pub(crate) server: String,
    /// The key to it.
    pub(crate) key: String,
}

impl Certificates {
    /// Makes an authority and has it sign a server.
    pub(crate) fn issue() -> Self {
        Self::try_issue().expect("ring makes keys of the default kind")
    }

    fn try_issue() -> Result<Self, Error> {
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate()?;
        let authority = params.self_signed(&key)?.pem();
        let issuer = Issuer::new(params, key);

        let key = KeyPair::generate()?;
        let server = CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &issuer)?.pem();
        Ok(Self { authority, server, key: key.serialize_pem() })
    }
}
