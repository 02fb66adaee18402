#!/bin/sh
# What Atlantis runs as the plan and apply steps of one environment: its server-side workflow says which.
#
# Atlantis keeps one file between plan and apply, and takes every *.tfplan below the clone for a plan of its
# own. The folder of the stack therefore lives outside the clone, and travels in that one file.
set -eu

stage=$1
environment=$2

CDKTF_OUTDIR=$(mktemp -d)
export CDKTF_OUTDIR

stack="stacks/aleenascuisine-$environment"

# A state that could not be saved lies in this folder and nowhere else: then the folder stays.
clean() {
  if [ ! -e "$CDKTF_OUTDIR/$stack/errored.tfstate" ]; then rm -rf "$CDKTF_OUTDIR"; fi
}
trap clean EXIT

case $stage in
  plan)
    # The merge strategy checks out the base branch with the head merged into it.
    allowed=$(node tools/run.cjs ci allowed "$environment" --commits "origin/$BASE_BRANCH_NAME..HEAD")
    code=0
    # Checked words without anything that a shell expands: they are handed on as separate arguments.
    # shellcheck disable=SC2086
    npm run --silent plan -- "$environment" $allowed || code=$?
    # Changes are no failure. A refusal is one: without the file, Atlantis has nothing to apply.
    if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi
    tar -cf "$PLANFILE" -C "$CDKTF_OUTDIR" --exclude=.terraform "$stack"
    ;;
  apply)
    tar -xf "$PLANFILE" -C "$CDKTF_OUTDIR"
    # Not through npm, which keeps a signal to itself: Terraform would not be asked to finish.
    node tools/run.cjs apply "$environment"
    rm -f "$PLANFILE"
    ;;
  *)
    echo "usage: tools/pipeline/atlantis.sh plan|apply ENVIRONMENT" >&2
    exit 1
    ;;
esac
