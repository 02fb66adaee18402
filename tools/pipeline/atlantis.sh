#!/bin/sh
# The plan and apply steps of one environment in Atlantis. The server-side workflow calls it.
#
# Atlantis keeps one file between plan and apply, and treats every *.tfplan in the clone as its own plan. So the stack's
# folder is outside the clone, and is packed into that one file.
set -eu

stage=$1
environment=$2

CDKTF_OUTDIR=$(mktemp -d)
export CDKTF_OUTDIR

stack="stacks/aleenascuisine-$environment"

# A state that could not be saved is only in this folder: then the folder is kept.
clean() {
  if [ ! -e "$CDKTF_OUTDIR/$stack/errored.tfstate" ]; then rm -rf "$CDKTF_OUTDIR"; fi
}
trap clean EXIT

case $stage in
  plan)
    # The merge strategy checks out the base branch with the head merged into it.
    allowed=$(node tools/run.cjs ci allowed "$environment" --commits "origin/$BASE_BRANCH_NAME..HEAD")
    code=0
    # Checked words without characters that a shell expands, so they can be separate arguments.
    # shellcheck disable=SC2086
    npm run --silent plan -- "$environment" $allowed || code=$?
    # Changes are not a failure. A refusal is: without the file, Atlantis has nothing to apply.
    if [ "$code" -ne 0 ] && [ "$code" -ne 2 ]; then exit "$code"; fi
    tar -cf "$PLANFILE" -C "$CDKTF_OUTDIR" --exclude=.terraform "$stack"
    ;;
  apply)
    tar -xf "$PLANFILE" -C "$CDKTF_OUTDIR"
    # Not through npm, which does not forward signals: Terraform could not stop gracefully.
    node tools/run.cjs apply "$environment"
    rm -f "$PLANFILE"
    ;;
  *)
    echo "usage: tools/pipeline/atlantis.sh plan|apply ENVIRONMENT" >&2
    exit 1
    ;;
esac
