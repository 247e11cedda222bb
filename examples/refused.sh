#!/bin/sh
# refused.sh <folder of the figure programs>: every bad value is refused at once, by one line that names the option,
# and leaves no file; a default never stands in the way of another option.
programs=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
count=0 bad=0

refused() {  # what the line has to contain, program, options
  expected=$1 program=$2
  shift 2
  timeout 20 "$programs/$program" "$@" > out 2> err
  code=$?
  count=$((count + 1))
  lines=$(wc -l < err)
  rest=$(ls -A | grep -v -e '^out$' -e '^err$' -e '^potential$')
  if [ "$code" = 2 ] && [ "$lines" = 1 ] && [ ! -s out ] && [ -z "$rest" ] && grep -q -e "$expected" err; then return; fi
  bad=$((bad + 1))
  echo "$program $*: code $code, $lines lines, expected: $expected, left: $rest"
  cat err
  rm -f ./*.csv ./*.gp ./*.png
}

accepted() {  # program, options
  program=$1
  shift
  count=$((count + 1))
  if timeout 20 "$programs/$program" --check "$@" > out 2> err; then return; fi
  bad=$((bad + 1))
  echo "$program $*: refused"
  cat err
}

figures="figure1 figure2 figure3 figure4"
sampled="figure1 figure2 figure3 exact_transport"
exact="noisy_fraction rate_equation_against_exact sixteen_decades"

for program in $figures exact_transport $exact; do
  for value in nan inf -1 1e300 x 0x10; do
    refused '--gamma: .*allowed: numbers' "$program" --gamma "$value"
    refused '--t-max: .*allowed: numbers' "$program" --t-max "$value"
    refused '--sites: .*allowed: integers' "$program" --sites "$value"
  done
  for value in 0 1 1000000 12.5; do refused '--sites: ' "$program" --sites "$value"; done
  for value in 0 -1 1.5 1e9 99999999999999999999; do
    refused '--per-decade: .*allowed: integers from 1' "$program" --per-decade "$value"
    refused '--threads: .*allowed: integers from 1' "$program" --threads "$value"
  done
  refused '--seed: -1; allowed: integers from 0' "$program" --seed -1
  refused '--disorder-realizations: 0; allowed' "$program" --disorder-realizations 0
  refused '--t-max: 0.1; allowed: numbers > ' "$program" --t-max 0.1
  refused '--disorder: ' "$program" --disorder -2
  refused '--disorder: ' "$program" --disorder 1e300
  for value in '' a/ / . .. a/.. 'a
b'; do refused '--output: .*allowed: a path that ends with a name' "$program" --output "$value"; done
  refused 'No such file or directory' "$program" --output no/such/folder/x
  refused 'not expected: ' "$program" --nonsense
  refused 'not expected: ' "$program" word
  refused '--gamma: .* X missing' "$program" --gamma
  accepted "$program"
  accepted "$program" --sites 12
  accepted "$program" --sites 2 --t-max 5
  accepted "$program" --gamma +1000 --t-max 1e3
  accepted "$program" --gamma 1e-9
done

for program in $sampled; do
  for value in 0 nan -0.1 1e9 1e300 100 2; do refused '--dt: ' "$program" --dt "$value"; done
  refused '--dt: 0.5; allowed: numbers > 0, up to 0.1, 1 / gamma' "$program" --gamma 10 --dt 0.5
  refused '--dt: 1e-12; allowed: at most 10^9 steps' "$program" --dt 1e-12
  refused '--noise-realizations: 0' "$program" --noise-realizations 0
  refused '--propagator: dense; allowed: split or krylov' "$program" --propagator dense
  accepted "$program" --dt 1
done
for program in figure1 figure2 figure3; do refused 'steps to time' "$program" --t-max 1e16; done
for program in $figures; do refused '--scale: huge; allowed: quick or paper' "$program" --scale huge; done

# What has no part in a program is not offered.
for program in figure4 $exact; do
  for option in --dt --noise-realizations --propagator; do refused "not expected: .*$option" "$program" $option 1; done
done
for option in --disorder --seed --disorder-realizations; do
  refused "$option requires --eigenstates" figure4 $option 2
  accepted figure4 --eigenstates $option 2
done
for program in figure4 exact_transport $exact; do refused '--sites: ' "$program" --sites 10,20; done
for program in exact_transport $exact; do refused 'not expected: .*--scale' "$program" --scale quick; done
for program in noisy_fraction rate_equation_against_exact; do
  refused '--disorder: ' "$program" --disorder 1,2
  refused '--disorder: 0; allowed: enough to localize' "$program" --disorder 0 --sites 12
done
refused '--disorder: 0; allowed: enough to localize' exact_transport --disorder 1,0 --sites 12
refused '--distance: 12; allowed: less than --sites 12' noisy_fraction --sites 12 --distance 3,12
refused '--distance: 0; allowed: integers from 1' noisy_fraction --distance 0
refused '--sampled-until: 100; allowed: up to --t-max 10' exact_transport --t-max 10 --sampled-until 100
refused '--sampled-until: 0.5; allowed' exact_transport --sampled-until 0.5
refused 'steps to time' exact_transport --sampled-until 1e12
for value in 0 -1 nan inf 1e300; do refused '--xi: .*allowed: numbers' figure4 --xi $value; done
refused '--xi: 2.0; allowed: .*each once' figure4 --xi 2,1,2.0
refused '--gamma-power: 3; allowed: integers from 1 to 2' figure4 --gamma-power 3
refused '--reading: never; allowed: exponential or time' sixteen_decades --reading never

printf '\357\273\277# w\r\n+0.5\r\n-1\r\n0.25 # last\r\n' > potential
accepted figure1 --potential potential
accepted figure1 --potential potential --sites 3
refused '--potential: potential has 3 numbers; allowed: one for each site, --sites 4' figure1 --potential potential --sites 4
refused 'excludes' figure1 --potential potential --disorder 1
accepted sixteen_decades --potential potential
refused 'excludes' sixteen_decades --potential potential --seed 2
echo 'nan' >> potential
refused '--potential: potential, line 5: nan; allowed: one finite number' figure1 --potential potential
refused '--potential: missing: No such file' figure1 --potential missing

echo "$count command lines, $bad not as they should be"
[ "$bad" = 0 ]
