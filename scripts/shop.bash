# Sourced by scripts that need the program as it is delivered, not as a test builds it. `start_backends` starts throw-away
# servers; `open_shop NAME [SETTING=VALUE…]` starts the program, with the demonstration goods and one member of staff, and sets
# `shop`, its address, `log`, its log's file, and `staff`, an e-mail address. `close_shop` asks it to end. `clear_away` belongs
# into the EXIT trap.

target=${CARGO_TARGET_DIR:-target}
scratch=$(mktemp -d)
password=correct-horse-42-battery
server=

# The settings of whoever runs this are not what is tested.
unset "${!APP_@}"

# Starts the throw-away backends; they end with the pipe that this shell holds.
start_backends() {
  local postgres
  cargo build --quiet --locked -p backends
  coproc backends { exec "$target/debug/backends"; }
  read -r postgres <&"${backends[0]}"
  read -r database <&"${backends[0]}"
  read -r cache <&"${backends[0]}"
  export "${postgres?}"
  printf '%s\n' "$postgres" "$cache"
}

open_shop() {
  staff=$1@example.org # shops may share a database
  local app=(
    env APP_PROFILE=test APP__DATA__DIR="$scratch/$1" APP__SHOP__SEED_DEMO=true APP__LOG__FILTER="warn,app=info" "${@:2}" "$target/debug/app"
  )
  log=$scratch/$1.log
  : >"$log"
  "${app[@]}" >>"$log" 2>&1 &
  server=$!
  until shop=$(grep 'the shop is open' "$log" | grep -o '127\.0\.0\.1:[0-9]*'); do
    kill -0 "$server" 2>/dev/null || { cat "$log" >&2; return 1; }
    sleep 0.1
  done
  shop=http://$shop
  "${app[@]}" create-staff --email "$staff" --name Staff --password-stdin <<<"$password"
}

close_shop() {
  kill "$server"
  wait "$server" || { cat "$log" >&2; return 1; } # it drains and exits 0
  server=
}

clear_away() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
