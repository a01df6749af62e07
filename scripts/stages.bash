# Sourced by scripts that do one thing after the other and stop at the first that fails: `stage NAME COMMAND…` announces
# and times each; `summary` closes the script from its EXIT trap.

finished=()
running=

stage() {
  local name=$1 begun=$SECONDS
  shift
  running=$name
  printf '\n━━ %s\n' "$name"
  "$@"
  finished+=("$(printf '%5d s  %s' $((SECONDS - begun)) "$name")")
  running=
}

summary() {
  printf '\n━━ Summary: %s\n' "$(basename "$0")"
  [ ${#finished[@]} = 0 ] || printf '   ok  %s\n' "${finished[@]}"
  [ -z "$running" ] || printf '   FAILED   %s; what follows it was not run\n' "$running"
}
