// @ts-expect-error: a script without types
import { whyOutdated } from '../../scripts/lib/outputs.mjs'

// Tests import what was built. Each test file imports this module, directly or through another module of this folder. So an edit
// without a build fails, instead of testing the old code. The runner has just built, and sets NETLOOM_BUILT.
const reason: string | undefined = process.env.NETLOOM_BUILT ? undefined : whyOutdated()
if (reason) {
  console.error(`✘ ${reason}: run \`npm run build\` first`)
  process.exit(1)
}
