#!/bin/sh
# The main job on real tissue: sets everything up, segments the sample with the network that ships, scores it, draws it.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh

sample=resources/sample/fib25_sample.h5
project=output/sample
rm -rf "$project"
mkdir -p output
PATH="$PWD/node_modules/.bin:$PATH"

echo "Segmenting $sample (FIB-25, fly medulla, slices that the network has not seen)"
fascicle() { node bin/fascicle.js "$@"; }
fascicle segment "$sample:/raw" --project "$project"
echo
echo "Against ground truth (connected parts of 1000 voxels or more):"
fascicle export "$project" --labels output/sample-segments.h5 --overwrite
fascicle evaluate output/sample-segments.h5 "$sample:/labels" --components --min-size 1000 --text
echo
echo "Picture (raw, segments, ground truth): $(fascicle picture "$project" output/sample.png --truth "$sample:/labels")"

# Somebody who types this wants to see it; a script that runs it wants to go on.
if [ -t 1 ]; then
  echo
  echo "Opening the window on the project; Ctrl-C ends it."
  npm start --silent -- "$project"
else
  echo "To see it in the window: npm start -- $project"
fi
