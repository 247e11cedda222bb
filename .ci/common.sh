# shellcheck shell=bash
# What tests/run, examples/run and benchmarks/run share; sourced by them in the top folder of the sources.

export CMAKE_COLOR_DIAGNOSTICS=${CMAKE_COLOR_DIAGNOSTICS:-ON}
jobs=$(nproc 2>/dev/null || echo 2)

# has <command | header>: on this machine?
has() {
  local prefix prefixes=${CMAKE_PREFIX_PATH:-}
  command -v "$1" >/dev/null 2>&1 && return
  for prefix in ${prefixes//[:;]/ } /usr/local /usr /opt/homebrew; do
    [[ -e $prefix/include/$1 || -e $prefix/include/eigen3/$1 ]] && return
  done
  return 1
}

# As root, or with sudo; sudo asks for a password only if somebody is there to type it.
as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"
  elif [[ -t 0 ]]; then sudo "$@"
  else sudo -n "$@"; fi
}

can_install() { has apt-get && { [[ $(id -u) == 0 ]] || { has sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; }; }; }

# install_missing <command or header>:<Debian package> ...: installs with apt what is missing, or says so and stops.
install_missing() {
  local pair missing=()
  for pair in "$@"; do
    has "${pair%%:*}" || missing+=("${pair#*:}")
  done
  [[ ${#missing[@]} == 0 ]] && return
  if ! can_install; then
    echo "Missing, please install (Debian and Ubuntu names): ${missing[*]}" >&2
    exit 1
  fi
  echo "== installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get -q -y update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${missing[@]}"
}

# What every build needs; ninja and ccache are used if they are there.
install_build_tools() {
  local builder=make:make
  has ninja && builder=ninja:ninja-build
  install_missing cmake:cmake g++:g++ "$builder" Eigen/Core:libeigen3-dev "$@"
  has ninja && export CMAKE_GENERATOR=Ninja
  has ccache && export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  return 0
}
