# The program on a small base. Every statement works with the classic builder, too.

# What decides the dependencies, and nothing of what changes every day: manifests, and empty programs beside them.
FROM rust:1-bookworm AS manifests
WORKDIR /shop
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete && find . -type d -empty -delete \
 && for manifest in $(find . -mindepth 2 -name Cargo.toml); do \
      src=${manifest%/*}/src && mkdir "$src" && touch "$src/lib.rs" && echo 'fn main() {}' >"$src/main.rs"; \
    done

FROM rust:1-bookworm AS build
WORKDIR /shop
# Copying from another stage compares contents: the next two steps are reused until a manifest changes.
COPY --from=manifests /shop .
RUN cargo build --release --locked -p app
COPY . .
# The empty programs are newer than what was just copied.
RUN find crates migration -name '*.rs' -exec touch {} + \
 && cargo build --release --locked -p app

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home shop && install -d -o shop -g shop -m 0700 /data
COPY --from=build /shop/target/release/app /usr/local/bin/app
COPY config /etc/tradepost
ENV APP_PROFILE=production APP_CONFIG_DIR=/etc/tradepost APP__DATA__DIR=/data APP__SERVER__HOST=0.0.0.0 APP__SERVER__PORT=8080
USER shop
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["app", "healthcheck"]
ENTRYPOINT ["app"]
